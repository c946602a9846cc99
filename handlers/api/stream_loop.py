"""The thread that serves all event streams of a web process.

What is new is read twice a second, in one query for all streams. A stream remembers which event it has come to, and is
given the next ones when it has taken those before: one that reads slowly takes no memory and keeps nobody waiting, and
one that does not read is closed. It resumes where it was.
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

from handlers.api import event_queries, server_sent
from handlers.api.open_stream import OpenStream
from handlers.api.recent_events import RecentEvents, RenderedEvent
from models import api_token, failure
from models.database import Database
from pbx import history

log = logging.getLogger("switchhook.streams")

TICK_SECONDS = 0.5
CATCH_UP_SECONDS = 0.1  # between two reads for streams that are further behind than RecentEvents
AT_ONCE = 200  # events that a stream is given
HEARTBEAT_SECONDS = 15.0
CHECK_TOKENS_SECONDS = 2.0
LOG_EVERY_SECONDS = 60.0  # that the database does not answer
PRUNED = (
    "events that old are not kept: some may be missing here. GET /api/extensions tells how things are now"
)


class StreamLoop:
    """Of all its methods, only take() is for other threads."""

    def __init__(self, database: Database, on_end: Callable[[OpenStream], None]) -> None:
        self._database = database
        self._on_end = on_end
        self._lock = threading.Lock()
        self._has_ended = False
        self._arrived: SimpleQueue[tuple[OpenStream, socket]] = SimpleQueue()
        self._streams: set[OpenStream] = set()
        self._selector = DefaultSelector()
        self._recent = RecentEvents()
        self._check_tokens_at = 0.0
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
                tick_at = time.monotonic() + self._guarded_tick()
        with self._lock:
            self._has_ended = True
        self._connect_arrived()
        self._close_all("this process ends")

    def _on_ready(self, stream: OpenStream, events: int) -> None:
        if events & EVENT_READ:  # it has nothing more to say: its end, or what we did not ask for
            self._close(stream, "the client has closed it")
        else:
            self._send(stream)

    def _guarded_tick(self) -> float:
        """Return the seconds until the next one. After a fault of ours clients come back, and lose nothing."""
        try:
            return self._tick()
        except Exception as error:
            log.exception("event streams are closed", extra={"reason": type(error).__name__})
            self._close_all("a fault")
            return TICK_SECONDS

    def _tick(self) -> float:
        self._connect_arrived()
        if not self._streams:
            self._recent.forget()
            return TICK_SECONDS
        is_read = self._read()
        for stream in list(self._streams):
            self._care_for(stream)
        return CATCH_UP_SECONDS if is_read and self._behind() else TICK_SECONDS

    def _read(self) -> bool:
        """Read what is new from the database, and return whether it answered."""
        try:
            with self._database.session() as session:
                self._recent.refresh(session)
                if time.monotonic() >= self._check_tokens_at:
                    self._close_revoked(session)
                if behind := self._behind():
                    self._catch_up(session, min(behind, key=lambda each: each.read_at))
        except SQLAlchemyError as error:
            self._log_away(error)
            return False
        return True

    def _close_revoked(self, session: Session) -> None:
        self._check_tokens_at = time.monotonic() + CHECK_TOKENS_SECONDS
        live = api_token.live_among(session, {each.token for each in self._streams})
        for stream in [each for each in self._streams if each.token not in live]:
            self._close(stream, "its token is revoked or has expired")

    def _log_away(self, error: SQLAlchemyError) -> None:
        if time.monotonic() >= self._log_again_at:
            self._log_again_at = time.monotonic() + LOG_EVERY_SECONDS
            log.warning("event streams wait for the database", extra={"reason": failure.describe(error)})

    def _connect_arrived(self) -> None:
        while True:
            try:
                stream, client = self._arrived.get_nowait()
            except Empty:
                return
            stream.connect(client)
            self._selector.register(client, EVENT_READ, stream)
            self._streams.add(stream)

    def _behind(self) -> list[OpenStream]:
        """Return the streams that are ready for events which are not among the recent ones."""
        begin = self._recent.begin
        return [each for each in self._streams if each.position < begin and not each.unsent]

    def _catch_up(self, session: Session, stream: OpenStream) -> None:
        """Give a stream its next events from the database, up to where the recent ones begin."""
        stream.read_at = time.monotonic()
        if (pruned := history.pruned_up_to(session)) > stream.position:
            asked_for, stream.position = stream.position, pruned
            self._send(stream, server_sent.gap(pruned, asked_for, PRUNED))
        begin = self._recent.begin
        rows = event_queries.between(session, stream.wanted, stream.position, begin, AT_ONCE)
        events = [RenderedEvent.of(row) for row in rows]
        self._give(stream, events, events[-1].id if len(events) == AT_ONCE else max(stream.position, begin))

    def _care_for(self, stream: OpenStream) -> None:
        """Give a stream what it is ready for: recent events, or a sign of life."""
        if stream.is_stalled():
            self._close(stream, "the client does not read")
        elif not stream.unsent and stream.position >= self._recent.begin:
            events = self._recent.after(stream.position, AT_ONCE)
            wanted = [each for each in events if each.is_wanted(stream.wanted)]
            self._give(stream, wanted, events[-1].id if events else stream.position)
        if not stream.unsent and stream.silent_seconds() > HEARTBEAT_SECONDS:
            self._send(stream, server_sent.heartbeat(stream.position))

    def _give(self, stream: OpenStream, events: list[RenderedEvent], position: int) -> None:
        stream.position = position
        if events:
            self._send(stream, b"".join(each.text for each in events))

    def _send(self, stream: OpenStream, text: bytes = b"") -> None:
        """Send text, or what is left; look out for room if the client does not take all of it."""
        if stream not in self._streams:
            return
        try:
            stream.send(text)
            self._selector.modify(stream.socket, EVENT_READ | (EVENT_WRITE if stream.unsent else 0), stream)
        except OSError as error:
            self._close(stream, f"the client is gone ({type(error).__name__})")

    def _close_all(self, why: str) -> None:
        for stream in list(self._streams):
            self._close(stream, why)

    def _close(self, stream: OpenStream, why: str) -> None:
        self._streams.discard(stream)
        self._selector.unregister(stream.socket)
        stream.close()
        self._on_end(stream)
        log.info("an event stream ended", extra={"reason": why, **stream.fields()})
