"""Records with the rows what came of a round of publish(). A result counts for its revision, and for no newer one."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, update
from sqlmodel import Session, col, delete

from models.extension import Extension, State
from models.lock_out import LockOut
from pbx import pjsip_differences
from pbx.errors import ASTERISK_LOG
from pbx.publishing.desired import DesiredState, fields_without_mailbox, rendered_fields
from pbx.publishing.plan import ExtensionChange
from pbx.services import Services

log = logging.getLogger("switchhook.publish")

REFUSED = "Asterisk did not take it: "  # begins the reason of what Asterisk itself refused
LOST = "Asterisk does not have it any more as it had (if it has no phone at all, it loads nothing of pjsip.conf): "


def record(services: Services, changes: Iterable[ExtensionChange], faults: Mapping[str, list[str]]) -> bool:
    """Record each result; return whether another round has to restore what Asterisk had before.

    `faults`: number → what Asterisk shows differently.
    """
    live: list[ExtensionChange] = []
    is_refused = False
    with services.database.session() as session:
        for change in changes:
            if change.locks_out:
                session.add(LockOut(number=change.row.number))  # the listener stores that its phones are gone
            if _is_live(change, faults[change.row.number]):
                live.append(change)
            else:
                is_refused |= _record(session, change, faults[change.row.number])
        _record_live(session, live)
    return is_refused


def _is_live(change: ExtensionChange, faults: list[str]) -> bool:
    return not (faults or change.is_still_let_in or change.row.state is State.DELETING)


def _record(session: Session, change: ExtensionChange, faults: list[str]) -> bool:
    """Record what came of a change that is not live, and return whether it was refused."""
    row = change.row
    if change.is_still_let_in:
        _update(session, row, reason=_still_let_in(change))
    elif not faults:
        _delete(session, row)
    elif row.state is State.DELETING or _is_waiting(row, faults):
        _update(session, row, reason=_reason(change, faults))
    else:
        _refuse(session, row, _reason(change, faults))
        return True
    return False


def _delete(session: Session, row: Extension) -> None:
    session.exec(
        delete(Extension).where(col(Extension.id) == row.id, col(Extension.revision) == row.revision)
    )


def _record_live(session: Session, changes: Sequence[ExtensionChange]) -> None:
    """Record all that Asterisk showed, of which mailboxes alone may wait, in two statements: thousands would hold the database for seconds, against everybody else who writes."""
    if not changes:
        return
    this, revision = col(Extension.id) == bindparam("row"), col(Extension.revision) == bindparam("seen")
    live = update(Extension).where(this, revision).values(state=bindparam("now"), reason=bindparam("besides"))
    # Recorded even if a newer revision is pending.
    shown = update(Extension).where(this).values(last_verified=bindparam("fields"))
    connection = session.connection()
    connection.execute(
        live,
        [
            {
                "row": each.row.id,
                "seen": each.row.revision,
                "now": State.PENDING if each.mailbox_waits else State.LIVE,
                "besides": each.mailbox_waits or each.hand_written_steps,
            }
            for each in changes
        ],
    )
    connection.execute(shown, [{"row": each.row.id, "fields": _shown_fields(each)} for each in changes])


def _shown_fields(change: ExtensionChange) -> dict[str, Any]:
    return fields_without_mailbox(change.row) if change.mailbox_waits else rendered_fields(change.row)


def _is_waiting(row: Extension, faults: list[str]) -> bool:
    """Return whether nothing is wrong with the row: Asterisk had it so before, or only its transport is missing."""
    if row.last_verified is None:
        return pjsip_differences.lacks_transport(faults)
    same = pjsip_differences.lacks_transport(faults) and row.last_verified.get("transport") == row.transport
    return same or row.last_verified == rendered_fields(row)


def mark_pending(services: Services, rows: Iterable[Extension]) -> None:
    """Mark rows pending.

    Committed before anything is repaired, so that a crash in between leaves rows to publish, not a false “live”.
    """
    with services.database.session() as session:
        for row in rows:
            _update(session, row, state=State.PENDING)


def record_conflicts(services: Services, states: Iterable[DesiredState]) -> None:
    """Refuse the rows that conflict.

    Committed before anything is written, so that nobody reads “verified” while Asterisk is away.
    """
    with services.database.session() as session:
        for desired in states:
            _refuse(session, desired.row, desired.conflict or "")
            if desired.superseded:
                # Even if a newer revision is pending: no fallback may bring back what Asterisk must not have.
                this = col(Extension.id) == desired.row.id
                session.exec(update(Extension).where(this).values(last_verified=None))


def record_waiting(services: Services, waiting: Iterable[DesiredState]) -> None:
    """Record why each row waits, where that is new."""
    with services.database.session() as session:
        for desired in waiting:
            if desired.row.state is not State.LIVE and desired.row.reason != desired.waiting:
                log.warning("has to wait", extra={"number": desired.row.number, "reason": desired.waiting})
                _update(session, desired.row, reason=desired.waiting)


def record_error(services: Services, reason: str) -> None:
    """Record why nothing can be published, with every row that waits."""
    with services.database.session() as session:
        waiting = col(Extension.state).in_((State.PENDING, State.DELETING))
        session.exec(update(Extension).where(waiting).values(reason=reason))


def _refuse(session: Session, row: Extension, reason: str) -> None:
    log.warning("refused", extra={"number": row.number, "reason": reason})
    _update(session, row, state=State.FAILED, reason=reason)


def _reason(change: ExtensionChange, faults: Iterable[str]) -> str:
    what = (LOST if change.row.last_verified == rendered_fields(change.row) else REFUSED) + "; ".join(faults)
    if change.additions:
        return f"{what}. {' and '.join(change.additions)} adds to Switchhook's [{change.row.number}] by (+): take out there what differs"
    return f"{what}. Its log ({ASTERISK_LOG}) says why"


def _still_let_in(change: ExtensionChange) -> str:
    number = change.row.number
    return (
        f"it is not locked out: Switchhook's lines are gone, but {change.hand_written_endpoint} has [{number}], too, and that "
        'phone gets in. Take it out there (then: asterisk -rx "module reload res_pjsip.so"), or, if the number is theirs now, '
        f"/ext delete {number}"
    )


def _update(session: Session, row: Extension, **values: object) -> None:
    this_revision = (col(Extension.id) == row.id, col(Extension.revision) == row.revision)
    session.exec(update(Extension).where(*this_revision).values(**values))
