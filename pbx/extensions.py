"""The use cases. Each reads: validate → commit → publish → result."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from pydantic import SecretStr
from sqlalchemy import Update, update
from sqlmodel import Session, col, select

from models import audit
from models.actor import Actor
from models.adopted_options import without_overridden
from models.audit import Differences
from models.encryption import generate_secret
from models.extension import Extension, State
from models.extension_range import ExtensionRange
from models.fields import Changes, NewExtension
from models.types import now
from pbx import advice, hints, leavers, mailboxes, nat, numbers, owner_news
from pbx.answers import ChangeResult
from pbx.errors import NotFound, Overtaken, Refusal
from pbx.numbers import WithRow
from pbx.publish import PUBLISH_ERRORS, publish
from pbx.services import Services

log = logging.getLogger("switchhook.extensions")


class Saved(NamedTuple):
    """A committed change, not published yet."""

    row: Extension
    secret: SecretStr | None = None  # if that is new
    changes: Differences | None = None


def create(
    services: Services,
    new: NewExtension,
    *,
    by: Actor,
    with_row: WithRow = lambda _session, _row: None,
) -> ChangeResult:
    """Create an extension. Raises Refusal when the number is taken, or none is free.

    `with_row`: what is written in the row's transaction, which is committed before Asterisk is asked for anything.
    """
    row, secret = save_new(services, new, by=by, with_row=with_row)
    return _publish_saved(services, Saved(row, secret), *numbers.warnings(services, row))


def save_new(
    services: Services,
    new: NewExtension,
    choose_from: ExtensionRange | None = None,
    employee_ref: str | None = None,
    *,
    by: Actor,
    with_row: WithRow = lambda _session, _row: None,
) -> tuple[Extension, SecretStr]:
    """Commit a new extension, for one publish() of many to make live.

    `choose_from`: the range of the next free number, EXTENSION_RANGE if None; `employee_ref`: the employee, who gets one
    only; `with_row` as in create(). Raises Refusal when the number is taken, or none is free.
    """
    secret = new.secret if "secret" in new.model_fields_set else generate_secret()
    values = new.given() | {
        "encrypted_secret": services.cipher.encrypt(secret),
        "employee_ref": employee_ref,
    }
    values.pop("secret", None)
    row = numbers.insert(services, values, choose_from or services.settings.extension_range, by, with_row)
    log.info("created", extra={"number": row.number, "by": str(by)})
    return row, secret


def change(
    services: Services, number: str, changes: Changes, *, by: Actor, seen: Extension | None = None
) -> ChangeResult:
    """Change settings. Raises NotFound, Refusal, Overtaken; `seen` as in save_changes()."""
    saved = save_changes(services, number, changes, by=by, seen=seen)
    changed = saved.changes or {}
    warnings = leavers.warnings(services, saved.row, changed) + mailboxes.warnings(saved.row, changed)
    return _publish_saved(services, saved, *warnings)


def save_changes(
    services: Services, number: str, changes: Changes, *, by: Actor, seen: Extension | None = None
) -> Saved:
    """Commit a change, for a later publish() to make live. Raises NotFound, Refusal.

    `seen`: the row that was decided on; raises Overtaken if it has been changed or made anew since.
    """
    values = changes.given()
    secret: SecretStr | None = values.pop("secret", None)
    if secret is not None:
        values["encrypted_secret"] = services.cipher.encrypt(secret)
    with _changing(services, number, values, seen) as (session, row, before):
        found = audit.differences(before, values)
        if found:
            audit.record(session, by, "changed", number, found, row.revision)
            owner_news.tell_of_change(session, row, found, by)
    log.info("changed", extra={"number": number, "by": str(by), "fields": sorted(found)})
    return Saved(row, secret, found)


def rotate_secret(
    services: Services, number: str, *, by: Actor, seen: Extension | None = None
) -> ChangeResult:
    """Make a new SIP secret; the old one stops working. Raises NotFound, Overtaken; `seen` as in save_changes()."""
    return change(services, number, Changes(secret=generate_secret()), by=by, seen=seen)


def enable(services: Services, number: str, *, by: Actor, seen: Extension | None = None) -> ChangeResult:
    """Let its phones in again. Raises NotFound, Refusal, Overtaken; `seen` as in save_changes()."""
    return change(services, number, Changes(enabled=True), by=by, seen=seen)


def disable(services: Services, number: str, *, by: Actor, seen: Extension | None = None) -> ChangeResult:
    """Lock its phones out; number and settings stay. Raises NotFound, Overtaken; `seen` as in save_changes()."""
    return change(services, number, Changes(enabled=False), by=by, seen=seen)


def delete(services: Services, number: str, *, by: Actor, seen: Extension | None = None) -> ChangeResult:
    """Remove it for good. The result holds the row as long as Asterisk has it. Raises NotFound, Overtaken."""
    with _changing(services, number, {"state": State.DELETING}, seen) as (session, row, before):
        audit.record(session, by, audit.DELETED, number, audit.deleted(before), row.revision)
        owner_news.tell(session, row, owner_news.DELETED, by)
    log.info("deleted", extra={"number": number, "by": str(by)})
    left = _published(services, number)
    if left and left.id == row.id:
        return ChangeResult(left)
    return ChangeResult(None, warnings=advice.hand_written_left(services, number))


def verify(services: Services, number: str, *, by: Actor, seen: Extension | None = None) -> ChangeResult:
    """Publish it once more, even if refused before, and compare every value.

    Raises NotFound, Overtaken; `seen` as in save_changes().
    """
    with _changing(services, number, {}, seen) as (session, row, _):
        audit.record(session, by, "verified", number, revision=row.revision)
    log.info("verified", extra={"number": number, "by": str(by)})
    return hints.with_hint(services.settings, _publish_saved(services, Saved(row)))


def publish_all(services: Services, *, by: Actor) -> list[Extension]:
    """Try refused ones again, too; return what is still not live. Raises one of publish.PUBLISH_ERRORS, Refusal."""
    with services.database.session() as session:
        again = _mark_pending().where(col(Extension.state) == State.FAILED)
        for row in session.execute(again.returning(col(Extension.number), col(Extension.revision))).all():
            audit.record(session, by, "tried again", row.number, revision=row.revision)
    log.info("published", extra={"by": str(by)})
    publish(services)
    with services.database.session() as session:
        return list(session.exec(select(Extension).where(Extension.state != State.LIVE)))


@contextmanager
def _changing(
    services: Services, number: str, values: dict[str, Any], seen: Extension | None = None
) -> Iterator[tuple[Session, Extension, dict[str, Any]]]:
    """Change the row in a transaction; yield it, the row, and its settings before.

    Raises NotFound, Refusal, Overtaken.
    """
    row = get(services, number)
    row.sqlmodel_update(values)  # a copy to look at; the database is changed below, by what it holds then
    numbers.refuse_conflicts(services, row)
    this = col(Extension.number) == number, col(Extension.state) != State.DELETING
    with services.database.session() as session:
        # Written first, so that nobody else changes the row before it is read.
        as_seen = [col(Extension.id) == seen.id, col(Extension.revision) == seen.revision] if seen else []
        if not session.exec(_mark_pending().where(*this, *as_seen)).rowcount:
            if seen and seen.state is not State.DELETING and not _is_being_deleted(session, number):
                raise Overtaken(
                    f"extension {number} has been changed since that was shown: see /ext status {number}, then try again"
                )
            raise Refusal(f"{number} is being deleted; nothing else can be done with it")
        row = session.exec(select(Extension).where(this[0])).one()
        before = audit.settings_of(row)
        if row.adopted_options:
            values |= {"adopted_options": without_overridden(row.adopted_options, list(values))}
        row.sqlmodel_update(values)
        yield session, row, before


def _is_being_deleted(session: Session, number: str) -> bool:
    return session.exec(select(Extension.state).where(Extension.number == number)).first() is State.DELETING


def _mark_pending() -> Update:
    """Make a new revision, so that a result for the one before does not count for it."""
    return update(Extension).values(
        state=State.PENDING, reason=None, revision=col(Extension.revision) + 1, updated_at=now()
    )


def _publish_saved(services: Services, saved: Saved, *warnings: str) -> ChangeResult:
    """Publish, and return the result, with the secret unless it was replaced meanwhile. Raises Overtaken."""
    row = _published(services, saved.row.number)
    if row is None:
        raise Overtaken(
            f"extension {saved.row.number} was saved, and somebody has deleted it at the same moment"
        )
    is_anew = row.id != saved.row.id
    later = audit.since(services.database, row, 0 if is_anew else saved.row.revision)
    since = next((each for each in reversed(later) if each.changes), None)  # a verification changes nothing
    overtaken = is_anew or since is not None
    is_stored = row.encrypted_secret == saved.row.encrypted_secret
    known = () if overtaken else (*warnings, *nat.waiting(services, row), *advice.warnings(services, row))
    secret = saved.secret if is_stored else None
    return ChangeResult(row, secret, known, saved.changes, overtaken=overtaken, since=since)


def _published(services: Services, number: str) -> Extension | None:
    """Publish, and return the row as it is then. Errors are in its reason."""
    try:
        publish(services, waiting_for=number)
    except PUBLISH_ERRORS:
        log.info("saved, not live yet", extra={"number": number})
    return numbers.find(services, number)


def get(services: Services, number: str) -> Extension:
    """Return the extension as the database has it. Raises NotFound."""
    row = numbers.find(services, number)
    if row is None:
        raise NotFound(numbers.not_found(services, number))
    return row
