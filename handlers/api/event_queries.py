"""Which events somebody wants, and the rows of these: every question is answered from an index, for one page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, union_all
from sqlmodel import Session, col, select

from models.event import Event, not_before


@dataclass(frozen=True)
class Wanted:
    """Which events somebody wants: of these kinds, and in which the extension takes part; empty for all."""

    kinds: frozenset[str] = frozenset()
    extension: str = ""

    def has(self, kind: str, number: str, peer: str) -> bool:
        is_of_kind = not self.kinds or kind in self.kinds
        return is_of_kind and (not self.extension or self.extension in (number, peer))


def between(session: Session, wanted: Wanted, after: int, up_to: int, limit: int) -> list[Event]:
    """Return the wanted events after one and up to another, oldest first."""
    bounds = col(Event.id) > after, col(Event.id) <= up_to
    return _page(session, wanted, bounds, col(Event.id).asc(), limit)


def before(
    session: Session, wanted: Wanted, event_id: int | None, since: datetime | None, limit: int
) -> list[Event]:
    """Return the wanted events before that one, or the latest, newest first."""
    bounds = (*([col(Event.id) < event_id] if event_id else []), *(not_before(since) if since else ()))
    return _page(session, wanted, bounds, col(Event.id).desc(), limit)


def _page(
    session: Session,
    wanted: Wanted,
    bounds: tuple[ColumnElement[bool], ...],
    order: ColumnElement[int | None],
    limit: int,
) -> list[Event]:
    """Return one page. Each combination of filters is a range of one index, of which a page is read at most."""
    parts = [
        select(Event.id).where(*condition, *bounds).order_by(order).limit(limit).subquery()
        for condition in _conditions(wanted)
    ]
    ids: Select[tuple[int | None]] = select(union_all(*(select(part.c.id) for part in parts)).subquery().c.id)
    return list(session.exec(select(Event).where(col(Event.id).in_(ids)).order_by(order).limit(limit)))


def _conditions(wanted: Wanted) -> Iterator[tuple[ColumnElement[bool], ...]]:
    if wanted.extension:
        is_kind = (col(Event.kind).in_(sorted(wanted.kinds)),) if wanted.kinds else ()
        yield (col(Event.number) == wanted.extension, *is_kind)
        yield (col(Event.peer) == wanted.extension, *is_kind)
    elif wanted.kinds:
        yield from ((col(Event.kind) == kind,) for kind in sorted(wanted.kinds))
    else:
        yield ()
