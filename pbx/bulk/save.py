"""Commits many rows in one transaction of few statements, so that it holds the database for a moment only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from models import audit
from models.actor import Actor
from models.extension import Extension, State
from models.types import now
from pbx.bulk.rows import Outcome, RowStatus
from pbx.services import Services

SETTABLE = (*audit.DEFAULTS, "encrypted_secret", "adopted_options")
TRIES = 5
# What is written in the same transaction. It is given the numbers of those that somebody else has made or changed just
# now, and may raise, so that nothing is saved.
WithRows = Callable[[Session, set[str]], None]


def save(
    services: Services,
    outcomes: Sequence[Outcome],
    *,
    by: Actor,
    with_rows: WithRows = lambda _session, _overtaken: None,
) -> set[str]:
    """Commit all that are to be saved; return the numbers of those that somebody else has made or changed just now.

    The extensions of the outcomes get their encrypted secrets.
    """
    for each in outcomes:
        if each.extension and each.new_secret:
            each.extension.encrypted_secret = services.cipher.encrypt(each.new_secret)
    for remaining in reversed(range(TRIES)):
        try:
            return _save_once(services, outcomes, by, with_rows)
        except IntegrityError:  # somebody has made one of them since this looked
            if not remaining:
                raise
    return set()


def _save_once(services: Services, outcomes: Sequence[Outcome], by: Actor, with_rows: WithRows) -> set[str]:
    new = [each for each in outcomes if each.status is RowStatus.CREATED]
    changed = [each for each in outcomes if each.status is RowStatus.CHANGED]
    with services.database.session() as session:
        at = now()
        _update(session, changed, at)  # first: from then on nobody else writes to them
        there = _stamps(session)
        made = [each for each in new if each.row.number not in there]
        _insert(session, made, at)
        taken = [each for each in changed if there.get(each.row.number) == (each.seen_revision + 1, at)]
        audit.record_many(session, by, audit.CREATED, _differences(made))
        audit.record_many(session, by, "changed", _differences(taken))
        saved = {each.row.number for each in (*made, *taken)}
        overtaken = {each.row.number for each in (*new, *changed)} - saved
        with_rows(session, overtaken)
    return overtaken


def _stamps(session: Session) -> dict[str, tuple[int, datetime]]:
    query = select(Extension.number, Extension.revision, Extension.updated_at)
    return {number: (revision, at) for number, revision, at in session.exec(query)}


def _update(session: Session, outcomes: Sequence[Outcome], at: datetime) -> None:
    """Update those that are still as they were seen."""
    if not outcomes:
        return
    this = (
        col(Extension.id) == bindparam("row"),
        col(Extension.revision) == bindparam("seen"),
        col(Extension.state) != State.DELETING,
    )
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in SETTABLE}
    session.connection().execute(
        update(Extension)
        .where(*this)
        .values(
            state=State.PENDING, reason=None, revision=col(Extension.revision) + 1, updated_at=at, **values
        ),
        [_parameters(each) for each in outcomes],
    )


def _parameters(outcome: Outcome) -> dict[str, Any]:
    row = outcome.extension
    assert row is not None  # noqa: S101 # of what is changed
    values = {f"new_{name}": getattr(row, name) for name in SETTABLE}
    return {"row": row.id, "seen": outcome.seen_revision} | values


def _insert(session: Session, outcomes: Sequence[Outcome], at: datetime) -> None:
    rows = [each.extension.model_dump(exclude={"id"}) for each in outcomes if each.extension]
    if rows:
        stamps = {"created_at": at, "updated_at": at}
        session.connection().execute(insert(Extension), [row | stamps for row in rows])


def _differences(outcomes: Sequence[Outcome]) -> dict[str, tuple[audit.Differences, int]]:
    """Return number → what has changed, and the revision that this made."""
    return {each.row.number: (each.changes or {}, each.seen_revision + 1) for each in outcomes}
