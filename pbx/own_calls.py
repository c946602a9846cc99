"""The calls that owners are shown: with whom the one before spoke is not for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session, col, func, select

from models import audit
from models.audit import AuditEntry
from models.event import Event
from models.types import now
from pbx import history


def latest(session: Session, created: Mapping[str, datetime], limit: int) -> list[Event]:
    """Return the last calls of extensions since they are their owner's, the newest first. `created`: number → when it was."""
    found = {
        call.id or 0: call  # between two of theirs it is one call
        for number, since in _owned_since(session, created).items()
        for call in history.latest_calls(session, number, since, limit)
    }
    return [found[each] for each in sorted(found, reverse=True)[:limit]]


def _owned_since(session: Session, created: Mapping[str, datetime]) -> dict[str, datetime]:
    """Return since when each has its owner, by the audit trail; at most as long as that is kept."""
    number, kept_since = col(AuditEntry.number), now() - audit.KEEP
    owner = col(AuditEntry.changes)["slack_user_id"].as_string()
    changes = select(number, func.max(AuditEntry.at)).where(number.in_(created), owner.is_not(None))
    changed = dict(session.exec(changes.group_by(number)).all())
    return {each: max(at, changed.get(each, at), kept_since) for each, at in created.items()}
