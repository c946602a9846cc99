"""What came of a round of publish(), committed with the rows. A verdict counts for its revision, and for no newer one."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping

from sqlalchemy import update
from sqlmodel import Session, col, delete

from models.extension import Extension, State
from models.lock_out import LockOut
from pbx import pjsip
from pbx.publishing.desired import Wish, rendered_fields
from pbx.publishing.plan import Job
from pbx.services import Services

log = logging.getLogger("switchhook.publish")

REFUSED = "Asterisk did not take it: "  # how its own refusals begin
LOST = "Asterisk does not have it any more as it had (if it has no phone at all, it loads nothing of pjsip.conf): "


def verdicts(system: Services, jobs: Iterable[Job], faults: Mapping[str, list[str]]) -> bool:
    """Whether another round has to put back what Asterisk took before. `faults`: by number, as verify has them."""
    with system.database.session() as session:
        refused = [job for job in jobs if _settle(session, job, faults[job.row.number])]
    return bool(refused)


def _settle(session: Session, job: Job, faults: list[str]) -> bool:
    """Whether it was refused."""
    row = job.row
    if job.locks_out:
        session.add(LockOut(number=row.number))  # the listener tells of its phones
    if job.is_let_in_by_hand:
        _update(session, row, reason=_let_in(job))
    elif not faults:
        _take(session, row, job.steps_by_hand)
    elif row.state is State.DELETING or _waits(row, faults):
        _update(session, row, reason=_sentence(job, faults))
    else:
        _refuse(session, row, _sentence(job, faults))
        return True
    return False


def _take(session: Session, row: Extension, besides: str | None) -> None:
    if row.state is State.DELETING:
        session.exec(
            delete(Extension).where(col(Extension.id) == row.id, col(Extension.revision) == row.revision)
        )
        return
    _update(session, row, state=State.LIVE, reason=besides)
    # Whatever is wished by now, Asterisk has this.
    this = col(Extension.id) == row.id
    session.exec(update(Extension).where(this).values(last_verified=rendered_fields(row)))


def _waits(row: Extension, faults: list[str]) -> bool:
    """What Asterisk took before as it is, and what lacks its transport alone, is not wrong, and nothing replaces it."""
    if row.last_verified is None:
        return pjsip.lacks_transport(faults)
    same = pjsip.lacks_transport(faults) and row.last_verified.get("transport") == row.transport
    return same or row.last_verified == rendered_fields(row)


def open_again(system: Services, rows: Iterable[Extension]) -> None:
    """Committed before anything is mended, so that a crash in between leaves work, not a false “live”."""
    with system.database.session() as session:
        for row in rows:
            _update(session, row, state=State.PENDING)


def object_to(system: Services, wishes: Iterable[Wish]) -> None:
    """Committed before anything is written, so that nobody reads “verified” while Asterisk is away."""
    with system.database.session() as session:
        for wish in wishes:
            _refuse(session, wish.row, wish.objection or "")
            if wish.gave_way:
                # Whatever is wished by now, Asterisk is to have nothing of it: no fallback may bring it back.
                this = col(Extension.id) == wish.row.id
                session.exec(update(Extension).where(this).values(last_verified=None))


def let_wait(system: Services, waiting: Iterable[Wish]) -> None:
    """Says why with each row that nobody has said it of yet."""
    with system.database.session() as session:
        for wish in waiting:
            if wish.row.state is not State.LIVE and wish.row.reason != wish.waiting:
                log.warning("has to wait", extra={"number": wish.row.number, "reason": wish.waiting})
                _update(session, wish.row, reason=wish.waiting)


def note(system: Services, reason: str) -> None:
    """Why nothing can be published, with every row that waits."""
    with system.database.session() as session:
        waiting = col(Extension.state).in_((State.PENDING, State.DELETING))
        session.exec(update(Extension).where(waiting).values(reason=reason))


def _refuse(session: Session, row: Extension, reason: str) -> None:
    log.warning("refused", extra={"number": row.number, "reason": reason})
    _update(session, row, state=State.FAILED, reason=reason)


def _sentence(job: Job, faults: Iterable[str]) -> str:
    what = (LOST if job.row.last_verified == rendered_fields(job.row) else REFUSED) + "; ".join(faults)
    if job.additions:
        return f"{what}. {' and '.join(job.additions)} adds to Switchhook's [{job.row.number}] by (+): take out there what differs"
    return f"{what}. Its log (/var/log/asterisk/messages) says why"


def _let_in(job: Job) -> str:
    number = job.row.number
    return (
        f"it is not locked out: Switchhook's lines are gone, but {job.endpoint_by_hand} has [{number}], too, and that "
        'phone gets in. Take it out there (then: asterisk -rx "core reload"), or, if the number is theirs now, '
        f"/ext delete {number}"
    )


def _update(session: Session, row: Extension, **values: object) -> None:
    this_revision = (col(Extension.id) == row.id, col(Extension.revision) == row.revision)
    session.exec(update(Extension).where(*this_revision).values(**values))
