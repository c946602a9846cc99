"""The response that begins a stream: headers and first lines by a thread, all else by the hub."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from flask import Response, request

from hand_over import HandOver
from handlers.streams.hub import StreamHub
from handlers.streams.open_stream import OpenStream

MEDIA_TYPE = "text/event-stream"
HEADERS = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx: pass on at once
}


class StreamBody(Iterator[bytes]):
    """The first lines of a stream; then the socket goes to the hub. What is admitted and not begun is released."""

    def __init__(self, hub: StreamHub, stream: OpenStream, beginning: bytes) -> None:
        hub.admit(stream)
        self._hub = hub
        self._stream = stream
        self._beginning = beginning
        self._is_handed_over = False

    def __next__(self) -> bytes:
        beginning, self._beginning = self._beginning, b""
        if beginning:
            return beginning
        self._is_handed_over = True
        raise HandOver(partial(self._hub.take, self._stream))

    def close(self) -> None:
        if not self._is_handed_over:
            self._hub.release(self._stream)


def is_chunked() -> bool:
    """Return whether the body of the answer to this request is sent in chunks."""
    return bool(request.environ["SERVER_PROTOCOL"] != "HTTP/1.0")


def begin(hub: StreamHub, stream: OpenStream, beginning: bytes) -> Response:
    """Return the response. Raises StreamsFull."""
    return Response(StreamBody(hub, stream, beginning), headers=HEADERS, mimetype=MEDIA_TYPE)
