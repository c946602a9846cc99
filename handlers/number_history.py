"""Who had a number at a moment, as its extension and the audit trail have it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, select

from models.audit import ADOPTED, CREATED, DELETED, AuditEntry
from models.extension import Extension
from pbx.settling.newer import KEPT


class Had(NamedTuple):
    """Who had a number: what the extension was called, and its Slack user."""

    name: str
    slack_user_id: str | None


class NumberHistory:
    """What is known of numbers since a moment."""

    def __init__(self, session: Session, since: datetime, numbers: Collection[str] | None = None) -> None:
        """Read it. `numbers`: of these alone."""
        rows = select(Extension.number, Extension.name, Extension.slack_user_id, Extension.created_at)
        # What was kept when an older state was settled had been so all the time.
        new = col(AuditEntry.at) > since, col(AuditEntry.action) != KEPT
        later = select(AuditEntry).where(*new).order_by(col(AuditEntry.id))
        if numbers is not None:
            rows = rows.where(col(Extension.number).in_(numbers))
            later = later.where(col(AuditEntry.number).in_(numbers))
        self._today = {number: (Had(name, user), at) for number, name, user, at in session.exec(rows)}
        self._entries: dict[str | None, list[AuditEntry]] = {}
        for entry in session.exec(later):
            self._entries.setdefault(entry.number, []).append(entry)

    def at(self, number: str, moment: datetime) -> Had | None:
        """Return who had it; None: nobody, or nobody knows any more."""
        today, created_at = self._today.get(number, (None, moment))
        entries = [each for each in self._entries.get(number, ()) if each.at > moment]
        if today and created_at <= moment:
            # That it was made is noted a little later than it was.
            entries = [each for each in entries if each.action not in (CREATED, ADOPTED)]
        else:
            today = None
        name = _before(entries, "name", today.name if today else None)
        user = _before(entries, "slack_user_id", today.slack_user_id if today else None)
        return Had(name, user) if name else None

    def owners_at(self, numbers: Iterable[str], moment: datetime) -> list[str]:
        """Return the Slack users whose they were, each once."""
        had = (self.at(each, moment) for each in numbers)
        return sorted({each.slack_user_id for each in had if each and each.slack_user_id})


def names_at(session: Session, numbers: Collection[str], moment: datetime) -> dict[str, str]:
    """Return what the extensions of these numbers were called."""
    history = NumberHistory(session, moment, numbers)
    return {number: had.name for number in numbers if (had := history.at(number, moment))}


def _before(entries: Iterable[AuditEntry], field: str, today: str | None) -> str | None:
    """Return what a field was before all of these, the oldest first."""
    for entry in entries:
        if field in entry.changes:
            before: str | None = entry.changes[field][0]
            return before
        if entry.action in (CREATED, ADOPTED, DELETED):
            return None
    return today
