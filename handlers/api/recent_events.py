"""The latest events, read and rendered once for all streams that are near the end."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from sqlmodel import Session

from handlers.api.event_queries import Wanted
from handlers.api.event_schemas import event_out
from handlers.streams import server_sent
from models.event import Event
from pbx import history

KEPT = 1000  # events


@dataclass(frozen=True)
class RenderedEvent:
    """An event as it is sent, with what filters look at."""

    id: int
    kind: str
    number: str
    peer: str
    text: bytes

    @classmethod
    def of(cls, row: Event) -> RenderedEvent:
        out = event_out(row)
        text = server_sent.event(out.id, out.type, out.model_dump_json())
        return cls(out.id, row.kind, row.number, row.peer, text)

    def is_wanted(self, wanted: Wanted) -> bool:
        return wanted.has(self.kind, self.number, self.peer)


class RecentEvents:
    """All events after `begin`, up to `latest`.

    Ids become visible in their order, on PostgreSQL, too: who stores events locks the lease's row first, draws their
    ids then, and keeps the lock until the commit (LeaseHolder.transaction). So nothing appears before `latest` later.
    """

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Forget all, while nobody streams."""
        self._events: list[RenderedEvent] = []
        self.begin = 0
        self.latest: int | None = None  # None: nothing has been read yet

    def refresh(self, session: Session) -> None:
        """Read what is new, in one query."""
        if self.latest is None:
            self._load(session)
        else:
            self._add(history.after(session, self.latest, KEPT))

    def _load(self, session: Session) -> None:
        rows = history.recent(session, KEPT)[::-1]
        pruned = history.pruned_up_to(session)
        self.begin = (rows[0].id or 0) - 1 if len(rows) == KEPT else pruned
        self.latest = max(self.begin, pruned)
        self._add(rows)

    def _add(self, rows: list[Event]) -> None:
        self._events += map(RenderedEvent.of, rows)
        if rows:
            self.latest = self._events[-1].id
        if dropped := self._events[:-KEPT]:
            self.begin = dropped[-1].id
            del self._events[:-KEPT]

    def after(self, position: int, limit: int) -> list[RenderedEvent]:
        """Return the events after a position that is not before `begin`, oldest first."""
        start = bisect_right(self._events, position, key=lambda each: each.id)
        return self._events[start : start + limit]
