"""Checks of one number's configuration: in the database, on the disk, and in Asterisk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from models.extension import Extension, State
from pbx import advice, leavers, numbers
from pbx.ami import connected
from pbx.config import reader
from pbx.config.managed_files import ConfigOnDisk
from pbx.doctor.findings import Finding
from pbx.doctor.one_number import OneNumber
from pbx.publishing import plan, planning, verify
from pbx.publishing.desired import RunningConflicts
from pbx.publishing.plan import Plan

NOT_LIVE = {
    State.PENDING: "is saved, and not live in Asterisk yet",
    State.FAILED: "was refused, and Asterisk has what it last took of it",
    State.DELETING: "is being deleted, and not gone from Asterisk yet",
}


def known(subject: OneNumber) -> Iterator[Finding]:
    """Find why the database has no such extension, if that is so."""
    if numbers.find(subject.services, subject.number) is None:
        yield Finding.explained(
            "",
            numbers.not_found(subject.services, subject.number),
            "Switchhook neither writes nor changes a number that it does not have",
        )


def disabled(subject: OneNumber) -> Iterator[Finding]:
    """Find that its phones are locked out; whoever left is not let in again by a button."""
    row = subject.row
    if row.enabled or row.state is State.DELETING:
        return
    with subject.services.database.session() as session:
        employee = leavers.who_knows_the_secret(session, row)
    why = "no phone can log in as it, and who calls it reaches nobody"
    if employee:
        seen = f"{row.number} is disabled, and {employee.name or 'who had it'} has left"
        remedy = (
            f"leave it so; for somebody else: /ext enable {row.number}, and at once /ext secret {row.number}"
        )
        yield Finding("", seen, why, remedy)
    else:
        yield Finding("", f"{row.number} is disabled", why, f"/ext enable {row.number}", fix="enable")


def state(subject: OneNumber) -> Iterator[Finding]:
    """Find why the last change of it is not live."""
    row = subject.row
    if row.state is State.LIVE:
        return
    what, _, remedy = (row.reason or "Asterisk was not asked yet").partition(": ")
    again = f"/ext verify {row.number}"
    yield Finding(
        "",
        f"{row.number} {NOT_LIVE[row.state]} ({what})",
        "what was changed last does not count yet",
        f"{remedy}; then {again}" if remedy else again,
        fix="verify" if row.state is State.PENDING else None,
    )


def lines(subject: OneNumber) -> Iterator[Finding]:
    """Find that its lines on the disk are missing, or not those of the database."""
    rows, on_disk, todo = _planned(subject)
    if subject.number not in {row.number for row in plan.drifted(rows, todo, on_disk.blocks, on_disk.admin)}:
        return
    differ = todo.blocks.endpoints.get(subject.number) != on_disk.blocks.endpoints.get(subject.number)
    yield Finding(
        "",
        f"{(on_disk.pjsip if differ else on_disk.extensions).path} has not the lines that {subject.number} should have",
        "when Asterisk reloads it or is started, the phone is gone, or is what somebody wrote there",
        f"/ext verify {subject.number} writes them anew",
        fix="verify",
    )


def loaded(subject: OneNumber) -> Iterator[Finding]:
    """Find what Asterisk shows differently from the database."""
    rows, on_disk, _ = _planned(subject)
    row = next(row for row in rows if row.number == subject.number)
    row.state = State.PENDING  # in this copy alone: only of such rows the plan has what is to be verified
    todo = planning.plan_of(subject.services, rows, on_disk, RunningConflicts())
    changes = [change for change in todo.changes if change.row is row]
    with connected(subject.services.settings) as asterisk:
        faults = verify.faults(asterisk, changes, todo.transports).get(row.number, [])
    if faults:
        yield Finding(
            "",
            f"Asterisk does not have {row.number} as the database has it ({'; '.join(faults)})",
            "logins and calls go by what Asterisk has",
            f"/ext verify {row.number} has Asterisk load it anew",
            fix="verify",
        )


def _planned(subject: OneNumber) -> tuple[Sequence[Extension], ConfigOnDisk, Plan]:
    rows, on_disk = planning.rows_of(subject.services), reader.read(subject.services.settings)
    return rows, on_disk, planning.plan_of(subject.services, rows, on_disk, RunningConflicts())


def besides(subject: OneNumber) -> Iterator[Finding]:
    """Find what a verified extension lacks besides its own values."""
    for sentence in advice.warnings(subject.services, subject.row):
        yield Finding.explained(
            "", sentence, f"{subject.number} is live, and all the same not of the use that it should be"
        )


def leaver(subject: OneNumber) -> Iterator[Finding]:
    """Find who left and can still log in as it."""
    row = subject.row
    with subject.services.database.session() as session:
        employee = leavers.who_knows_the_secret(session, row) if row.enabled else None
    if employee:
        yield Finding.explained(
            "",
            leavers.warning(employee, row),
            "whoever has it can make calls in the firm's name, and get those of whoever has the number now",
        )
