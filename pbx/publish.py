"""Desired state (database) → files → reload → verified. The only place that orders those steps.

Every step may be the last one before a crash: what is unsettled stays so in the database, and the next
publish() starts over from there.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from contextlib import ExitStack

from sqlmodel import col, select

from models.extension import Extension, State
from pbx import config_files, contacts, dialplan, pjsip
from pbx.ami import connected
from pbx.ami_client import REPLY_SECONDS, Client
from pbx.config import reader
from pbx.config.managed_files import Files, Stamp
from pbx.errors import AsteriskUnavailable, ConfigFileError, PhonesAtRisk
from pbx.publishing import guard, identity, plan, results, running_conflicts, takeover, verify
from pbx.publishing.desired import Around, Elsewhere
from pbx.publishing.plan import Plan
from pbx.publishing.running_dialplan import take_out
from pbx.services import Services

log = logging.getLogger("switchhook.publish")

# One round opens live rows again whose lines were edited, one refuses what cannot be, one publishes, one puts accepted
# revisions back in the place of refused ones; the last finds nothing left.
ROUNDS = 5
DIALPLAN_RELOAD_SECONDS = 60.0  # Asterisk takes 19 s for 10,000 hints
PUBLISH_ERRORS = (AsteriskUnavailable, ConfigFileError, PhonesAtRisk)


def publish(system: Services, waiting_for: str | None = None, *, take_over: bool = False) -> None:
    """Makes Asterisk have what the database says. Callers that wait for the lock share one reload, or one trouble.

    `waiting_for`: a number, just saved; returns at once when another caller has settled it meanwhile, or met trouble
    and said so with the row.
    `take_over`: on purpose, even if phones would go that nobody asked to take away.
    Raises one of PUBLISH_ERRORS, after saving its words with every row that still waits.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(config_files.locked(system.settings.asterisk_config_dir))
            if waiting_for is None or not _is_answered(system, waiting_for):
                _rounds(system, take_over)
        except PUBLISH_ERRORS as trouble:
            log.warning("publish has to wait", extra={"reason": str(trouble)})
            results.note(system, str(trouble))  # still locked, so that the next in the queue finds it
            raise


def _rounds(system: Services, take_over: bool) -> None:
    for _ in range(ROUNDS):
        if not _round(system, take_over):
            return


def _round(system: Services, take_over: bool = False) -> bool:
    """Whether another round is needed.

    The identity is read before the rows: restoring replaces both at once, and rows of before must not be written
    under the identity of after.
    """
    ours = identity.ensure(system.database)
    with system.database.session() as session:
        rows = session.exec(select(Extension).order_by(col(Extension.number))).all()
    on_disk = reader.read(system.settings)
    around = _around(system, rows, on_disk)
    todo = plan.make(rows, around, system.settings.extension_range, system.settings.sip_bind)
    if strayed := plan.strayed(rows, todo, on_disk.blocks, on_disk.admin):
        log.warning(
            "lines of live extensions were edited", extra={"numbers": [row.number for row in strayed]}
        )
        results.open_again(system, strayed)
        return True
    if not take_over and (reason := _objection(ours, rows, todo, on_disk)):
        raise PhonesAtRisk(reason)
    if todo.objected:
        results.object_to(system, todo.objected)
        return True
    results.let_wait(system, todo.waiting)
    if not todo.jobs and not _to_write(todo, on_disk, bool(rows), ours):
        return False
    verdicts = _carry_out(system, todo, on_disk, ours)
    return results.verdicts(system, todo.jobs, verdicts)


def _objection(ours: Stamp, rows: Iterable[Extension], todo: Plan, on_disk: Files) -> str | None:
    numbers = [row.number for row in rows]
    objection = guard.objection(ours, numbers, on_disk, lambda: guard.effect(todo.blocks, on_disk.blocks))
    return takeover.with_remedy(objection)


def _around(system: Services, rows: Iterable[Extension], on_disk: Files) -> Around:
    kept = pjsip.kept(on_disk.blocks.endpoints)
    return Around(on_disk.admin, system.box.open, kept, _elsewhere(system, rows, on_disk))


def _elsewhere(system: Services, rows: Iterable[Extension], on_disk: Files) -> Elsewhere:
    """What is still shown after a reload is not left over from a file that was edited."""
    unsettled = [row for row in rows if row.state in (State.PENDING, State.DELETING)]
    question = running_conflicts.question(unsettled, on_disk)
    if not question:
        return Elsewhere()
    with connected(system.settings) as asterisk:
        found = running_conflicts.ask(asterisk, question, on_disk.admin.sorcery)
        if not found.endpoints:
            return found
        reload(asterisk)
        return running_conflicts.ask(asterisk, question, on_disk.admin.sorcery)


def _to_write(todo: Plan, on_disk: Files, have_rows: bool, ours: Stamp) -> bool:
    """Without any extension there is no reason to begin a block."""
    if on_disk.pjsip.block is None and on_disk.extensions.block is None and not have_rows:
        return False
    is_ours = on_disk.pjsip.is_of(ours) and on_disk.extensions.is_of(ours)
    return todo.blocks != on_disk.blocks or not is_ours or guard.is_later(ours, on_disk)


def _carry_out(system: Services, todo: Plan, on_disk: Files, ours: Stamp) -> dict[str, list[str]]:
    """The steps, in the order that leaves nothing behind whichever is the last; the verdict on each job.

    Both files are ready to be renamed before anything changes. What must leave the running dialplan does so
    while the file still names it; patterns enter it before the file does, because no row stands for them.
    """
    stamp = identity.next_write(system.database, ours, on_disk.stamps)
    pjsip_changed = todo.blocks.pjsip != on_disk.blocks.pjsip
    with (
        connected(system.settings) as asterisk,
        config_files.staged(on_disk.extensions, todo.blocks.extensions, stamp) as put_extensions,
        config_files.staged(on_disk.pjsip, todo.blocks.pjsip, stamp) as put_pjsip,
    ):
        take_out(asterisk, todo, on_disk)
        asterisk.ask_all(action for exten in todo.patterns for action in exten.add_actions())
        put_extensions()
        put_pjsip()
        _reload_dialplan(system, asterisk, todo, on_disk)
        if pjsip_changed or verify.endpoints_differ(asterisk, todo.jobs, todo.transports):
            reload(asterisk)
        contacts.forget(asterisk, [job.row.number for job in todo.jobs if job.locks_out])
        asterisk.ask_all(action for exten in todo.extens for action in exten.add_actions())
        return verify.verdicts(asterisk, todo.jobs, todo.transports)


def _reload_dialplan(system: Services, asterisk: Client, todo: Plan, on_disk: Files) -> None:
    """Only where AMI does not suffice: it cannot add an include, nor put back the administrator's steps.

    The patterns are not included yet once, at the first extension of all, and after an update from a version that had
    none. Steps by hand may have lost theirs to ours, when the file that had both was loaded.
    """
    if plan.gives_steps_way(todo, on_disk.blocks):
        reload(asterisk, "pbx_config.so", DIALPLAN_RELOAD_SECONDS)
    elif todo.patterns and not _includes_patterns(system, asterisk):
        reload(asterisk, "pbx_config.so", DIALPLAN_RELOAD_SECONDS)
        if not _includes_patterns(system, asterisk):
            log.warning("the running dialplan does not include the range's patterns, though the file does")


def _includes_patterns(system: Services, asterisk: Client) -> bool:
    action = dialplan.range_action(system.settings.extension_range.first)
    return dialplan.is_range_included(asterisk.ask_all([action])[0])


def reload(asterisk: Client, module: str = "res_pjsip.so", patience: float = REPLY_SECONDS) -> None:
    """Reload a module, after a reload that is in progress. `patience`: seconds. Raises AsteriskUnavailable."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        (answer,) = asterisk.ask_all([{"Action": "Reload", "Module": module}], timeout=patience)
        if answer[0].get("Response") != "Error":
            return
        time.sleep(0.1)
    raise AsteriskUnavailable(f"Asterisk does not reload {module}: {answer[0].get('Message')}")


def _is_answered(system: Services, number: str) -> bool:
    """Settled, or with a reason: a row is saved without one, so it is of a trouble that came later."""
    with system.database.session() as session:
        row = session.exec(select(Extension).where(Extension.number == number)).first()
    return row is None or row.state in (State.LIVE, State.FAILED) or row.reason is not None
