"""The thread that serves all event streams of a web process.

What is new is read twice a second, once for all streams of a feed. A stream is told the next things when it has taken
those before: one that reads slowly takes no memory and keeps nobody waiting, and one that does not read is closed.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from selectors import EVENT_READ, EVENT_WRITE, DefaultSelector
from socket import socket

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from handlers.streams.feed import Feed
from handlers.streams.open_stream import OpenStream
from models import failure
from models.database import Database

log = logging.getLogger("switchhook.streams")

TICK_SECONDS = 0.5
CATCH_UP_SECONDS = 0.1  # between two reads for streams that are behind
HEARTBEAT_SECONDS = 15.0
CHECK_RIGHTS_SECONDS = 2.0
LOG_EVERY_SECONDS = 60.0  # that the database does not answer


class StreamLoop:
    """Of all its methods, only take() is for other threads."""

    def __init__(self, database: Database, on_end: Callable[[OpenStream], None]) -> None:
        self._database = database
        self._on_end = on_end
        self._lock = threading.Lock()
        self._has_ended = False
        self._arrived: SimpleQueue[tuple[OpenStream, socket]] = SimpleQueue()
        self._streams: dict[Feed, set[OpenStream]] = {}
        self._selector = DefaultSelector()
        self._log_again_at = 0.0

    def take(self, stream: OpenStream, client: socket) -> None:
        """Serve the stream from now on."""
        with self._lock:
            if not self._has_ended:
                self._arrived.put((stream, client))
                return
        self._on_end(stream)
        client.close()

    def run(self, is_alive: Callable[[], bool]) -> None:
        """Serve as long as the process is alive, and then close all streams."""
        tick_at = 0.0
        while is_alive():
            for key, events in self._selector.select(max(0.0, tick_at - time.monotonic())):
                self._on_ready(key.data, events)
            if time.monotonic() >= tick_at:
                tick_at = time.monotonic() + self._tick()
        with self._lock:
            self._has_ended = True
        self._connect_arrived()
        for feed in self._streams:
            self._close_all(feed, "this process ends")

    def _on_ready(self, stream: OpenStream, events: int) -> None:
        if events & EVENT_READ:  # it has nothing more to say: its end, or what we did not ask for
            self._close(stream, "the client has closed it")
        else:
            self._send(stream)

    def _tick(self) -> float:
        """Return the seconds until the next one."""
        self._connect_arrived()
        return min((self._guarded_tick(feed) for feed in self._streams), default=TICK_SECONDS)

    def _guarded_tick(self, feed: Feed) -> float:
        """Serve the streams of a feed. After a fault of ours its clients come back, and lose nothing."""
        try:
            return self._serve(feed)
        except Exception as error:
            log.exception("event streams are closed", extra={"reason": type(error).__name__})
            self._close_all(feed, "a fault")
            return TICK_SECONDS

    def _serve(self, feed: Feed) -> float:
        feed.streams = len(self._streams[feed])
        if not feed.streams:
            feed.forget()
            feed.read_at = time.monotonic()
            return TICK_SECONDS
        is_read = self._read(feed)
        if not is_read and feed.is_away():
            self._close_all(feed, "the database does not answer")
        for stream in list(self._streams[feed]):
            self._care_for(stream)
        return CATCH_UP_SECONDS if is_read and self._behind(feed) else TICK_SECONDS

    def _read(self, feed: Feed) -> bool:
        """Read what is new from the database, and return whether it answered."""
        try:
            with self._database.session() as session:
                feed.read(session)
                if time.monotonic() >= feed.check_rights_at:
                    self._close_ended(feed, session)
                if behind := self._behind(feed):
                    self._catch_up(session, min(behind, key=lambda each: each.read_at))
        except SQLAlchemyError as error:
            self._log_away(error)
            return False
        feed.read_at = time.monotonic()
        return True

    def _close_ended(self, feed: Feed, session: Session) -> None:
        feed.check_rights_at = time.monotonic() + CHECK_RIGHTS_SECONDS
        live = feed.live_among(session, {each.right for each in self._streams[feed]})
        for stream in [each for each in self._streams[feed] if each.right not in live]:
            self._close(stream, "its token or session has ended")

    def _log_away(self, error: SQLAlchemyError) -> None:
        if time.monotonic() >= self._log_again_at:
            self._log_again_at = time.monotonic() + LOG_EVERY_SECONDS
            log.warning("event streams wait for the database", extra={"reason": failure.cause(error)})

    def _connect_arrived(self) -> None:
        while True:
            try:
                stream, client = self._arrived.get_nowait()
            except Empty:
                return
            self._streams.setdefault(stream.feed, set()).add(stream)
            stream.connect(client)
            self._selector.register(client, EVENT_READ, stream)

    def _behind(self, feed: Feed) -> list[OpenStream]:
        """Return the streams that are ready for what the feed does not have at hand."""
        return [each for each in self._streams[feed] if each.is_behind and not each.unsent]

    def _catch_up(self, session: Session, stream: OpenStream) -> None:
        stream.read_at = time.monotonic()
        self._tell(stream, stream.catch_up(session))

    def _care_for(self, stream: OpenStream) -> None:
        """Give a stream what it is ready for: what is new, or a sign of life."""
        if time.monotonic() >= stream.ends_at:
            self._close(stream, "its client is to come back")
        elif stream.is_stalled():
            self._close(stream, "the client does not read")
        elif not stream.unsent and not stream.is_behind:
            self._tell(stream, stream.next_text())
        if not stream.unsent and stream.silent_seconds() > HEARTBEAT_SECONDS:
            self._send(stream, stream.heartbeat())

    def _tell(self, stream: OpenStream, text: bytes) -> None:
        if text:
            self._send(stream, text)

    def _send(self, stream: OpenStream, text: bytes = b"") -> None:
        """Send text, or what is left; look out for room if the client does not take all of it."""
        if stream not in self._streams[stream.feed]:
            return
        try:
            stream.send(text)
            self._selector.modify(stream.socket, EVENT_READ | (EVENT_WRITE if stream.unsent else 0), stream)
        except OSError as error:
            self._close(stream, f"the client is gone ({type(error).__name__})")

    def _close_all(self, feed: Feed, why: str) -> None:
        for stream in list(self._streams[feed]):
            self._close(stream, why)

    def _close(self, stream: OpenStream, why: str) -> None:
        if stream not in self._streams[stream.feed]:
            return
        self._streams[stream.feed].discard(stream)
        self._selector.unregister(stream.socket)
        stream.close()
        self._on_end(stream)
        log.info("an event stream ended", extra={"reason": why, **stream.fields()})
