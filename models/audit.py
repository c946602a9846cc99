"""The audit trail: who did what. Each entry is written in the transaction of the act, so neither exists alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Column, Index, insert, text
from sqlmodel import Field, Session, SQLModel, col, select

from models import inbox, lease_step, pruning
from models.actor import MAX_ACTOR_LENGTH, Actor
from models.database import Database
from models.extension import Extension
from models.fields import Changes
from models.types import UtcDateTime, now

MAX_ACTION_LENGTH = 400
OF_INBOX = text("inbox_id IS NOT NULL")


class AuditEntry(SQLModel, table=True):
    """One act, read as a sentence: `actor` `action` `number`.

    `changes` maps a field to [before, after], None for a value that is not there, or to None where the values are
    secret and only the change is shown.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_inbox_id", "inbox_id", sqlite_where=OF_INBOX, postgresql_where=OF_INBOX),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(default_factory=now, sa_type=UtcDateTime, index=True)
    actor: str = Field(max_length=MAX_ACTOR_LENGTH)  # an Actor, as str() gives it
    action: str = Field(max_length=MAX_ACTION_LENGTH)
    number: str | None = Field(default=None, max_length=20, index=True)
    changes: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    revision: int | None = None  # of the extension, which this act made
    request_id: int | None = (
        None  # of idempotency.py, whose row may be gone: what a request has done is not done again
    )
    inbox_id: int | None = None  # of inbox.py, in the same way


# The actions of who makes an extension, of a hand-written phone or not, and deletes it
CREATED, ADOPTED, DELETED = "created", "adopted", "deleted"
SETTLED = "settled the older database: "  # which counts, the phones in Asterisk's files or its own
KEEP = timedelta(days=365)

# field → [before, after]; None: the values are secret
Differences = dict[str, Any]

DEFAULTS = {name: field.default for name, field in Changes.model_fields.items() if name != "secret"}


def record(
    session: Session,
    by: Actor,
    action: str,
    number: str | None = None,
    changes: Differences | None = None,
    revision: int | None = None,
) -> None:
    """Add an entry; `by` `action` `number` read as a sentence. Raises ClaimLost or LeaseLost, as the fences do."""
    _fence(session, by)
    session.add(AuditEntry(**_entry(by, action, number, changes), revision=revision))


def record_many(
    session: Session, by: Actor, action: str, changes: Mapping[str, tuple[Differences, int]]
) -> None:
    """Add an entry for each number, with what has changed and its revision, in one statement. Raises as record()."""
    _fence(session, by)
    entries = [
        _entry(by, action, number, found) | {"at": now(), "revision": revision}
        for number, (found, revision) in changes.items()
    ]
    if entries:
        session.connection().execute(insert(AuditEntry), entries)


def _fence(session: Session, by: Actor) -> None:
    """Commit it only if this process still does it: a request of a user of Slack's, or a step of the listener's."""
    if by.kind == "slack":
        inbox.fence(session)
    else:
        lease_step.fence(session)


def _entry(by: Actor, action: str, number: str | None, changes: Differences | None) -> dict[str, Any]:
    claim = inbox.current.get() if by.kind == "slack" else None
    return {
        "actor": str(by)[:MAX_ACTOR_LENGTH],
        "action": action[:MAX_ACTION_LENGTH],
        "number": number,
        "changes": changes or {},
        "request_id": by.request_id,
        "inbox_id": claim.id if claim else None,
    }


def settings_of(row: Extension) -> dict[str, Any]:
    """Return all that people may set, without the secret."""
    return {name: getattr(row, name) for name in DEFAULTS}


def differences(before: Mapping[str, Any], values: Mapping[str, Any]) -> Differences:
    """Return what an update with `values` changes of the settings before."""
    found: Differences = {
        name: [before[name], values[name]]
        for name in DEFAULTS
        if name in values and before[name] != values[name]
    }
    return found | ({"secret": None} if "encrypted_secret" in values else {})


def created(row: Extension) -> Differences:
    """Return what a new extension has that differs from the defaults."""
    return {name: [None, value] for name, value in settings_of(row).items() if value != DEFAULTS[name]}


def deleted(before: Mapping[str, Any]) -> Differences:
    """Return what a deleted extension had that differs from the defaults."""
    return {name: [value, None] for name, value in before.items() if value != DEFAULTS[name]}


def latest(database: Database, number: str | None = None, limit: int | None = None) -> list[AuditEntry]:
    """Return entries, newest first: all, or those of one number, whoever had it."""
    query = select(AuditEntry).order_by(col(AuditEntry.id).desc()).limit(limit)
    with database.session() as session:
        return list(session.exec(query.where(AuditEntry.number == number) if number else query))


def of_inbox(database: Database, inbox_id: int) -> list[AuditEntry]:
    """Return what was done by a request of Slack's, oldest first."""
    these = select(AuditEntry).where(AuditEntry.inbox_id == inbox_id).order_by(col(AuditEntry.id))
    with database.session() as session:
        return list(session.exec(these))


def behind(database: Database, first: AuditEntry) -> list[AuditEntry]:
    """Return what was done to extensions behind that entry, oldest first."""
    this = col(AuditEntry.id) > first.id, col(AuditEntry.number).is_not(None)
    with database.session() as session:
        return list(session.exec(select(AuditEntry).where(*this).order_by(col(AuditEntry.id))))


def deleted_since(session: Session, at: datetime) -> dict[str | None, AuditEntry]:
    """Return the last deletion after a moment of each number that had one."""
    these = col(AuditEntry.action) == DELETED, col(AuditEntry.at) > at
    found = session.exec(select(AuditEntry).where(*these).order_by(col(AuditEntry.id)))
    return {entry.number: entry for entry in found}


def since(database: Database, row: Extension, revision: int, limit: int = 20) -> list[AuditEntry]:
    """Return what made the revisions of an extension behind this one, oldest first: the latest of it."""
    of_it = col(AuditEntry.number) == row.number, col(AuditEntry.at) >= row.created_at
    query = select(AuditEntry).where(*of_it, col(AuditEntry.revision) > revision)
    with database.session() as session:
        return list(session.exec(query.order_by(col(AuditEntry.id).desc()).limit(limit)))[::-1]


def changed_behind(database: Database, revisions: Mapping[str, int]) -> set[str]:
    """Return those of these numbers whose extension was changed behind its revision: a verification changes nothing."""
    of_them = col(AuditEntry.number) == col(Extension.number), col(AuditEntry.at) >= col(Extension.created_at)
    query = select(AuditEntry.number, AuditEntry.revision, AuditEntry.changes).where(*of_them)
    with database.session() as session:
        found = session.exec(query.where(col(Extension.number).in_(revisions))).all()
    return {
        number
        for number, revision, changes in found
        if number and changes and (revision or 0) > revisions[number]
    }


def page(
    database: Database,
    *,
    before: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    actor: str | None = None,
    number: str | None = None,
    limit: int,
) -> list[AuditEntry]:
    """Return entries, newest first. `before`: those with a lower id; `since`: from that moment on; `until`: those before it."""
    query = select(AuditEntry).order_by(col(AuditEntry.id).desc()).limit(limit)
    if before is not None:
        query = query.where(col(AuditEntry.id) < before)
    if since is not None:
        query = query.where(col(AuditEntry.at) >= since)
    if until is not None:
        query = query.where(col(AuditEntry.at) < until)
    if actor is not None:
        query = query.where(AuditEntry.actor == actor)
    if number is not None:
        query = query.where(AuditEntry.number == number)
    with database.session() as session:
        return list(session.exec(query))


def last_of(session: Session, actions: Collection[str]) -> AuditEntry | None:
    """Return the last act of these, which are of the whole phone system."""
    query = select(AuditEntry).where(col(AuditEntry.action).in_(actions)).order_by(col(AuditEntry.id).desc())
    return session.exec(query.limit(1)).first()


def last_actions(database: Database, numbers: Collection[str]) -> dict[str, str]:
    """Return number → what was done last to it, of these numbers."""
    query = select(AuditEntry.number, AuditEntry.action).where(col(AuditEntry.number).in_(numbers))
    with database.session() as session:
        found = session.exec(query.order_by(col(AuditEntry.id))).all()
    return {number: action for number, action in found if number}


def prune(database: Database) -> None:
    """Delete entries older than KEEP."""
    pruning.prune(database, AuditEntry, col(AuditEntry.at) < now() - KEEP)
