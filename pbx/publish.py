"""Desired state (database) → files → reload → verified. The only place that orders those steps.

Every step may be the last one before a crash: rows that Asterisk has not shown yet stay pending in the database, and
the next publish() starts over from there.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import ExitStack

from sqlmodel import select

from models.extension import Extension, State
from pbx import config_files, contacts, instruments, versions
from pbx.ami import connected
from pbx.ami_client import Client
from pbx.config import reader
from pbx.config.managed_files import ConfigOnDisk, Provenance
from pbx.config.version_history import FileSet, LastWrite
from pbx.errors import AsteriskUnavailable, ConfigFileError, PhonesAtRisk
from pbx.publishing import (
    foreign_files,
    guard,
    identity,
    moves,
    outbound,
    plan,
    planning,
    reloads,
    results,
    running_conflicts,
    running_dialplan,
    verify,
)
from pbx.publishing.desired import RunningConflicts
from pbx.publishing.guard import Effect
from pbx.publishing.plan import Plan
from pbx.publishing.progress import Step, Told, untold
from pbx.services import Services
from pbx.settling import notice

log = logging.getLogger("switchhook.publish")

# One round marks live rows pending whose lines were edited, one refuses what conflicts, one publishes, one restores what
# Asterisk had before of refused ones; the last finds nothing to do.
ROUNDS = 5
PUBLISH_ERRORS = (AsteriskUnavailable, ConfigFileError, PhonesAtRisk)


def publish(
    services: Services,
    waiting_for: str | None = None,
    *,
    take_over: bool = False,
    told: Told = untold,
) -> None:
    """Make Asterisk have what the database says. Callers that wait for the lock share one reload, or one error.

    `waiting_for`: a number, just saved; returns at once when another caller has published it meanwhile, or has recorded
    an error with its row.
    `take_over`: even if phones would go that nobody asked to take away.
    `told`: how far it has come; not told where another caller does the work.
    Raises one of PUBLISH_ERRORS, after recording it with every row that still waits.
    """
    with instruments.publishing(), ExitStack() as stack:
        try:
            stack.enter_context(config_files.locked(services.settings.asterisk_config_dir))
            if take_over:
                notice.look(services)  # held first, or it would be noticed once all is settled
            if waiting_for is None or not _is_answered(services, waiting_for):
                rounds(services, take_over, told)
            if take_over:
                notice.clear(services)
        except PUBLISH_ERRORS as error:
            log.warning("publish has to wait", extra={"reason": str(error)})
            results.record_error(services, str(error))  # still locked, so that the next in the queue finds it
            raise


def rounds(services: Services, take_over: bool = False, told: Told = untold) -> None:
    """Do what publish() does, for who holds the lock. Raises one of PUBLISH_ERRORS."""
    moves.settle(services)
    edited: list[str] = []
    for _ in range(ROUNDS):
        if not _round(services, take_over, edited, told):
            return


def _round(services: Services, take_over: bool, edited: list[str], told: Told = untold) -> bool:
    """Do one round, and return whether another one is needed.

    `edited`: numbers whose lines an earlier round found changed; more are added.
    The identity is read before the rows: restoring replaces both at once, and rows of before must not be written
    under the identity of after.
    """
    ours = identity.ensure(services.database)
    rows = planning.rows_of(services)
    on_disk = reader.read(services.settings)
    running = _running_conflicts(services, rows, on_disk)
    todo = planning.plan_of(
        services, rows, on_disk, running, outbound.decide(services.settings, rows, on_disk)
    )
    if drifted := plan.drifted(rows, todo, on_disk.blocks, on_disk.admin):
        edited += _mark_drifted_pending(services, drifted)
        return True
    _refuse_conflict(services, ours, rows, todo, on_disk, take_over)
    if todo.conflicts:
        results.record_conflicts(services, todo.conflicts)
        return True
    results.record_waiting(services, todo.waiting)
    if problems := todo.calls_out.problems:
        log.warning("calls out are not as the settings ask", extra={"reason": "; ".join(problems)})
    if not planning.has_work(todo, on_disk, bool(rows), ours):
        return False
    found = _carry_out(services, todo, on_disk, ours, edited, told)
    return results.record(services, todo.changes, found)


def _mark_drifted_pending(services: Services, drifted: Sequence[Extension]) -> list[str]:
    """Leave to the next round live extensions whose lines are not as they should be; return their numbers."""
    numbers = [row.number for row in drifted]
    log.warning("lines of live extensions are not as they should be", extra={"numbers": numbers})
    results.mark_pending(services, drifted)
    return numbers


def _running_conflicts(
    services: Services, rows: Sequence[Extension], on_disk: ConfigOnDisk
) -> RunningConflicts:
    """Look once more after a reload: what is still shown then is not left over from a file that was edited."""
    unpublished = (row for row in rows if row.state in (State.PENDING, State.DELETING))
    unclaimed = running_conflicts.unclaimed(unpublished, on_disk)
    if not unclaimed:
        return RunningConflicts()
    with connected(services.settings) as asterisk:
        found = running_conflicts.look_up(asterisk, unclaimed)
        if found.endpoints:
            reloads.reload_pjsip(asterisk)
            found = running_conflicts.look_up(asterisk, unclaimed)
    return found


def _refuse_conflict(
    services: Services,
    ours: Provenance,
    rows: Sequence[Extension],
    todo: Plan,
    on_disk: ConfigOnDisk,
    take_over: bool,
) -> None:
    """Raise PhonesAtRisk for what would take phones away; hold what an older state has due, either way."""

    def would() -> Effect:
        return guard.effect(todo.blocks, on_disk.blocks, planning.left_by(rows, on_disk))

    if guard.is_older_state(ours, on_disk):
        notice.hold(services)
    conflict = guard.conflict(ours, [row.number for row in rows], on_disk, would)
    reason = foreign_files.with_remedy(services, conflict, would)
    if reason and not take_over:
        raise PhonesAtRisk(reason)


@instruments.PUBLISH_DURATION.time()
def _carry_out(
    services: Services, todo: Plan, on_disk: ConfigOnDisk, ours: Provenance, edited: Sequence[str], told: Told
) -> dict[str, list[str]]:
    """Do the steps, in the order that leaves nothing behind whichever is the last; return the faults by number.

    All files are ready to be renamed, and what they replace is kept, before anything changes. What must leave the
    running dialplan does so while the file still names it; patterns enter it before the file does, because no row
    stands for them.
    """
    provenance = identity.next_write(services.database, ours, on_disk.provenances)
    told(Step.WRITING, 0, len(todo.changes))
    with (
        connected(services.settings) as asterisk,
        config_files.all_staged(on_disk.texts(todo.blocks), provenance) as replacements,
    ):
        _keep_replaced(services, todo, on_disk, provenance, edited)
        running_dialplan.remove_stale(asterisk, todo, on_disk)
        asterisk.ask_all(action for exten in todo.patterns for action in exten.add_actions())
        for replace in reversed(replacements):  # mailboxes before what leads to them, and pjsip.conf last
            replace()
        told(Step.RELOADING, 0, len(todo.changes))
        _reload(asterisk, todo, on_disk)
        running_dialplan.reload_if_needed(asterisk, todo, on_disk, services.settings.extension_range)
        contacts.forget(asterisk, [change.row.number for change in todo.changes if change.locks_out])
        asterisk.ask_all(action for exten in todo.extens for action in exten.add_actions())
        return verify.faults(asterisk, todo.changes, todo.transports, all_mailboxes=False, told=told)


def _reload(asterisk: Client, todo: Plan, on_disk: ConfigOnDisk) -> None:
    """Reload what has mailboxes and phones, where the text changed, or Asterisk shows otherwise."""
    if on_disk.voicemail and verify.mailboxes_differ(asterisk, todo, on_disk.blocks):
        reloads.reload_voicemail(asterisk)
    if todo.blocks.pjsip != on_disk.blocks.pjsip or verify.endpoints_differ(
        asterisk, todo.changes, todo.transports
    ):
        reloads.reload_pjsip(asterisk)


def _keep_replaced(
    services: Services, todo: Plan, on_disk: ConfigOnDisk, provenance: Provenance, edited: Sequence[str]
) -> None:
    files = on_disk.texts(todo.blocks)
    replaced = FileSet(*(file.content for file, _ in files))
    written = FileSet(*(file.written(text, provenance) for file, text in files))
    if written != replaced:
        versions.keep(services.settings, replaced, LastWrite.of(written), edited)


def _is_answered(services: Services, number: str) -> bool:
    """Return whether it is published, or has a reason: a row is saved without one, so that error came later."""
    with services.database.session() as session:
        row = session.exec(select(Extension).where(Extension.number == number)).first()
    return row is None or row.state in (State.LIVE, State.FAILED) or row.reason is not None
