"""What pages are told while they are open: `changed`, and the numbers for which something has changed since."""

from __future__ import annotations

import json
import secrets
import time
from collections import deque
from collections.abc import Collection

from sqlmodel import Session

from handlers.pages.access.members import CHECK_SECONDS
from handlers.pages.following import changes
from handlers.pages.following.changes import EVERYTHING, MANY, Number, Rows, Stamp
from handlers.streams import server_sent
from handlers.streams.feed import Feed
from handlers.streams.open_stream import OpenStream
from models import web_session
from models.actor import Actor
from pbx.services import Services

NOW, CHANGED, BEAT = "now", "changed", "beat"
# Besides those of the API, and with all connections fewer than 1024 files.
MAX_STREAMS = 200  # of one web process
MAX_OF_PERSON = 20  # of these; one for each tab in sight
# Seconds between two messages to a page, for each page: all of them fetch themselves then, which costs some hundredths.
PACE = 0.05
MAX_AWAY_SECONDS = 5.0  # of the database: then pages say that they may be out of date
SPREAD_SECONDS = 300  # so that not all pages come back at once
KEPT = 100  # ticks: a page that took nothing for longer is told that everything has changed


class ChangeFeed(Feed):
    """Keeps the latest changes, counted from when somebody began to listen."""

    max_streams = MAX_STREAMS
    max_of_holder = MAX_OF_PERSON
    holder = "person"
    max_away_seconds = MAX_AWAY_SECONDS

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self.stamp: Stamp | None = None
        self.latest = 0
        self._rows: Rows = {}
        self._changes: deque[tuple[int, frozenset[Number]]] = deque(maxlen=KEPT)

    def read(self, session: Session) -> None:
        """Notice what has changed. Most of the time nothing has, and a few short queries show it."""
        before, stamp = self.stamp, changes.stamp(session)
        if stamp == before:
            return
        is_same = before is not None and stamp.extensions == before.extensions
        rows = self._rows if is_same else changes.rows(session)
        if before is not None:
            self.note(self._news(session, before, stamp, rows))
        self.stamp, self._rows = stamp, rows

    def _news(self, session: Session, before: Stamp, stamp: Stamp, rows: Rows) -> frozenset[Number]:
        if stamp.troubles != before.troubles:  # such as that nobody knows how phones are
            return EVERYTHING
        known = rows.keys() | self._rows.keys()
        happened = changes.of_events(session, known, before.last_event)
        happened |= changes.of_voicemail(session, before.last_voicemail)
        return happened | changes.between(self._rows, rows)

    def note(self, numbers: frozenset[Number]) -> None:
        """Add a change. Without a number, it is one of something else, such as NAT."""
        self.latest += 1
        self._changes.append((self.latest, numbers))

    def live_among(self, session: Session, rights: Collection[str]) -> set[str]:
        return {str(each) for each in web_session.live_among(session, {int(each) for each in rights})}

    def since(self, position: int) -> frozenset[Number] | None:
        """Return what has changed since then; None: nothing has."""
        if position == self.latest:
            return None
        if position < self._changes[0][0] - 1:
            return EVERYTHING
        return frozenset().union(*(numbers for at, numbers in self._changes if at > position))


class PageStream(OpenStream):
    """One browser, and which change it has come to. Each message brings the stamp along: a page knows its own, too.

    It ends in time for Slack to be asked whether its person is still there: requests do that, and browsers come back.
    """

    feed: ChangeFeed

    def __init__(self, feed: ChangeFeed, actor: Actor, session_id: int, *, is_chunked: bool) -> None:
        super().__init__(feed, str(actor), is_chunked)
        self.right = str(session_id)
        self._position: int | None = None  # None: it has not been told anything yet
        self._not_before = 0.0
        self.ends_at = time.monotonic() + CHECK_SECONDS - secrets.randbelow(SPREAD_SECONDS)

    def next_text(self) -> bytes:
        """Return how things stand first, so that a page sees whether it missed something; then what has changed."""
        if self.feed.stamp is None:  # the database has not answered yet
            return b""
        stamp, before = str(self.feed.stamp), self._position
        if before is None:
            self._position = self.feed.latest
            return server_sent.event(stamp, NOW, "[]")
        numbers = self.feed.since(before)
        if numbers is None or time.monotonic() < self._not_before:
            return b""
        self._position = self.feed.latest
        self._not_before = time.monotonic() + PACE * self.feed.streams
        return changed(stamp, numbers)

    def heartbeat(self) -> bytes:
        """Return an event: of a comment, a browser's script hears nothing."""
        return server_sent.event(None, BEAT, "[]")


def changed(stamp: str, numbers: frozenset[Number]) -> bytes:
    """Return the event that names them, or says that everything has changed."""
    shown = EVERYTHING if numbers >= EVERYTHING or len(numbers) > MANY else numbers
    return server_sent.event(stamp, CHANGED, json.dumps(sorted(shown)))


def seen(services: Services, feed: ChangeFeed) -> str:
    """Return the stamp for a page that is read after this: what changes meanwhile is read once more. Raises SQLAlchemyError."""
    known = feed.stamp  # as the streams' thread read it last, if anybody listens
    if known is None:
        with services.database.session() as session:
            known = changes.stamp(session)
    return str(known)
