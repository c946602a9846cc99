"""Events as they are stored, for streams: from memory for those that are near the end, else from the database.

A stream remembers which event it has come to, and resumes there.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlmodel import Session

from handlers.api import event_queries
from handlers.api.event_queries import Wanted
from handlers.api.recent_events import RecentEvents, RenderedEvent
from handlers.streams import server_sent
from handlers.streams.feed import Feed
from handlers.streams.open_stream import OpenStream
from models import api_token
from pbx import history

AT_ONCE = 200  # events that a stream is given
# With the connections that gunicorn may have open besides, fewer than 1024 files.
MAX_STREAMS = 300  # of one web process
MAX_OF_TOKEN = 100  # of these
PRUNED = (
    "events that old are not kept: some may be missing here. GET /api/extensions tells how things are now"
)


class EventFeed(Feed):
    max_streams = MAX_STREAMS
    max_of_holder = MAX_OF_TOKEN
    holder = "token"

    def __init__(self) -> None:
        self.recent = RecentEvents()

    def read(self, session: Session) -> None:
        self.recent.refresh(session)

    def forget(self) -> None:
        self.recent.forget()

    def live_among(self, session: Session, rights: Collection[str]) -> set[str]:
        return api_token.live_among(session, rights)


class EventStream(OpenStream):
    """One client, and the id of the event that it has come to."""

    feed: EventFeed

    def __init__(
        self, feed: EventFeed, token: str, wanted: Wanted, position: int, *, is_chunked: bool
    ) -> None:
        """Prepare a stream that goes on after the event `position`. `token` is its jti."""
        super().__init__(feed, token, is_chunked)
        self.wanted = wanted
        self.position = position

    @property
    def is_behind(self) -> bool:
        return self.position < self.feed.recent.begin

    def next_text(self) -> bytes:
        events = self.feed.recent.after(self.position, AT_ONCE)
        if events:
            self.position = events[-1].id
        return _text([each for each in events if each.is_wanted(self.wanted)])

    def catch_up(self, session: Session) -> bytes:
        """Return its next events from the database, up to where the recent ones begin."""
        gap = b""
        if (pruned := history.pruned_up_to(session)) > self.position:
            asked_for, self.position = self.position, pruned
            gap = server_sent.gap(pruned, asked_for, PRUNED)
        begin = self.feed.recent.begin
        rows = event_queries.between(session, self.wanted, self.position, begin, AT_ONCE)
        events = [RenderedEvent.of(row) for row in rows]
        self.position = events[-1].id if len(events) == AT_ONCE else max(self.position, begin)
        return gap + _text(events)

    def heartbeat(self) -> bytes:
        return server_sent.heartbeat(self.position)

    def fields(self) -> dict[str, object]:
        return super().fields() | {"position": self.position}


def _text(events: list[RenderedEvent]) -> bytes:
    return b"".join(each.text for each in events)
