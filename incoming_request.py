"""Pure: what has come of a request so far, and whether that is all of it; web_worker.py takes it in."""

from __future__ import annotations

import re
from collections.abc import Callable

MAX_HEAD = 65_536  # bytes
CHUNKED_FACTOR = 2  # so many times the limit as they are sent: small chunks are mostly frame
MAX_CHUNKS = 5_000  # the loop that accepts looks at each: 5,000 cost it 10 ms
MAX_CHUNK_LINE = 1_000  # bytes, between two chunks
CHUNKED = re.compile(rb"(?im)^transfer-encoding:.*chunked.*\n")
END = b"\r\n\r\n"


class IncomingRequest:
    """What has come of a request. `limit_of`: returns how many bytes the body of one with that head may have."""

    def __init__(self, limit_of: Callable[[bytes], int]) -> None:
        self.data = bytearray()
        self._limit_of = limit_of
        self._head_end = -1  # behind the empty line
        self._length: int | None = None  # of the body; None: it comes in chunks
        self._limit = 0  # of the body
        self._chunk = 0  # where the next chunk begins
        self._pieces: list[slice] = []  # what the chunks so far hold
        self._decoded = 0  # bytes in them, those included that are still on their way
        self._is_broken = False

    def add(self, data: bytes) -> None:
        self.data += data
        if self._head_end < 0 and (end := self.data.find(END, max(0, len(self.data) - len(data) - 3))) >= 0:
            self._head_end = self._chunk = end + len(END)
            self._length = self._length_in(self._head())
            self._limit = self._limit_of(self._head())

    def _head(self) -> bytes:
        return bytes(self.data[: self._head_end])

    @staticmethod
    def _length_in(head: bytes) -> int | None:
        if CHUNKED.search(head):
            return None
        # One with more digits than that is too long whatever it is.
        found = re.search(rb"(?im)^content-length:[ \t]*([0-9]{1,18})", head)
        return int(found[1]) if found else 0

    @property
    def expects_continue(self) -> bool:
        """Return whether the client holds its body back until it is told to continue."""
        return self._head_end == len(self.data) and b"100-continue" in self._head().lower()

    @property
    def is_too_large(self) -> bool:
        return (self._decoded if self._length is None else self._length) > self._limit

    def refusal(self) -> str:
        """Return the status line of a request that need not reach the application; empty if it may go on."""
        if self._head_end < 0:
            return "431 Request Header Fields Too Large" if len(self.data) > MAX_HEAD else ""
        if self._is_broken:
            return "400 Bad Request"
        return "413 Content Too Large" if len(self.data) > CHUNKED_FACTOR * self._limit else ""

    def is_complete(self) -> bool:
        """Return whether it can be answered; a request that is too large can, as the application refuses it."""
        if self._head_end < 0:
            return False
        if self._length is None:
            return self._last_chunk_is_there() or self.is_too_large
        return len(self.data) - self._head_end >= self._length or self.is_too_large

    def _last_chunk_is_there(self) -> bool:
        """Continue where it ended the last time: a body of many small chunks is read once."""
        while (line_end := self.data.find(b"\r\n", self._chunk, self._chunk + MAX_CHUNK_LINE)) >= 0:
            size = re.match(rb"[0-9A-Fa-f]{1,8}(?=[\r; \t])", self.data[self._chunk : line_end + 1])
            ends_well = not self._pieces or self.data[self._chunk - 2 : self._chunk] == b"\r\n"
            if not size or not ends_well or len(self._pieces) > MAX_CHUNKS:
                self._is_broken = True
                return False
            begin, length = line_end + 2, int(size[0], 16)
            if not length:  # trailers may follow, and an empty line does
                self._is_broken = len(self.data) > line_end + MAX_HEAD
                return not self._is_broken and self.data.find(END, line_end) >= 0
            self._pieces.append(slice(begin, begin + length))
            self._decoded += length
            self._chunk = begin + length + 2
        self._is_broken = len(self.data) > self._chunk + MAX_CHUNK_LINE
        return False

    def request(self) -> bytes:
        """Return the request for gunicorn to parse: chunks joined, as a proxy does; of one too large, the head alone."""
        if self._length is not None:
            return bytes(self.data)
        pieces = () if self.is_too_large else self._pieces
        length = f"Content-Length: {self._decoded}\r\n".encode()
        return b"".join([CHUNKED.sub(length, self._head()), *(self.data[piece] for piece in pieces)])
