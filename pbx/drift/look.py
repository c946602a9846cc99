"""Reads the database, the files and Asterisk, and compares them; changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from models.extension import Extension, State
from models.types import now
from pbx import config_files, versions
from pbx.adoption import adopt_preview, commented
from pbx.ami import connected
from pbx.ami_client import Client
from pbx.ami_messages import Message
from pbx.config import reader
from pbx.config.managed_files import ConfigOnDisk
from pbx.drift import file_drift, running_drift
from pbx.drift.report import Drift, DriftReport
from pbx.drift.running_drift import Running
from pbx.errors import AsteriskUnavailable, ConfigFileError
from pbx.publishing import foreign_files, guard, identity, outbound, planning, verify
from pbx.publishing.desired import RunningConflicts
from pbx.publishing.guard import Effect
from pbx.publishing.plan import Plan
from pbx.services import Services

REMEMBERED = timedelta(days=7)  # how long edits that publish put back are told


def look(services: Services) -> DriftReport:
    """Compare all three at one moment: publish waits meanwhile. Raises ConfigFileError where the lock is not to be had."""
    with config_files.locked(services.settings.asterisk_config_dir):
        rows = planning.rows_of(services)
        live = [row for row in rows if row.state is State.LIVE]
        report = DriftReport((), len(live), len(rows) - len(live))
        try:
            on_disk = reader.read(services.settings)
            edits = list(file_drift.overwritten(versions.listed(services.settings), now() - REMEMBERED))
        except ConfigFileError as error:
            return replace(report, drifts=[Drift("files", "both", str(error))], extensions=0)
        foreign = _foreign(services, rows, on_disk)
        todo = _plan(services, rows, on_disk)
        some_wait = any(row.state in (State.PENDING, State.DELETING) for row in rows)
        lost = file_drift.commented(commented.lost(services, rows, on_disk), on_disk)
        gone = list(_gone(services, on_disk)) if live and not foreign else []
        files = gone or list(file_drift.drifts([] if foreign else live, todo, on_disk, some_wait=some_wait))
        compared = 0 if foreign else report.extensions
        kept = file_drift.mailboxes_kept(live, on_disk)
        report = replace(
            report, drifts=[*foreign, *lost, *kept, *files], overwritten=edits, extensions=compared
        )
        try:
            running = _ask(services, [] if foreign or gone else live, todo)
        except AsteriskUnavailable as error:
            return replace(report, unasked=str(error))
    return _with_running(services, report, rows, todo, on_disk, running)


def _gone(services: Services, on_disk: ConfigOnDisk) -> Iterator[Drift]:
    """Yield each file that has lost its block, with the administrator's phones that it has lost with it."""
    if paths := file_drift.gone(on_disk):
        version, earlier = _last_kept(services)
        lost = sorted(earlier - _by_hand(on_disk))
        for path in paths:
            yield file_drift.without_block(
                path, version, lost if path == services.settings.pjsip_path else []
            )


def _last_kept(services: Services) -> tuple[str, set[str]]:
    """Return the name of the version that was kept last, if there is one, and the administrator's phones in it."""
    settings = services.settings
    try:
        version = versions.listed(settings)[-1]
        contents = zip(versions.paths(settings), versions.read(settings, version), strict=True)
        then = reader.read(settings, {path: content for path, content in contents if content is not None})
    except (IndexError, ConfigFileError):
        return "", set()
    return version.name, _by_hand(then)


def _by_hand(on_disk: ConfigOnDisk) -> set[str]:
    phones = (each for each in on_disk.admin.pjsip if each.get("type") == "endpoint" and not each.is_template)
    return {each.name for each in phones}


def _foreign(services: Services, rows: Sequence[Extension], on_disk: ConfigOnDisk) -> list[Drift]:
    def would() -> Effect:
        wanted = _plan(services, rows, on_disk).blocks
        return guard.effect(wanted, on_disk.blocks, planning.left_by(rows, on_disk))

    ours, numbers = identity.current(services.database), [row.number for row in rows]
    conflict = guard.conflict(ours, numbers, on_disk, would)
    return (
        [Drift("foreign", "both", foreign_files.with_remedy(services, conflict, would) or "")]
        if conflict
        else []
    )


def _plan(services: Services, rows: Sequence[Extension], on_disk: ConfigOnDisk) -> Plan:
    """Plan as if every live extension waited to be verified."""
    asked = [
        Extension(**row.model_dump() | ({"state": State.PENDING} if row.state is State.LIVE else {}))
        for row in rows
    ]
    calls_out = outbound.decide(services.settings, rows, on_disk)
    return planning.plan_of(services, asked, on_disk, RunningConflicts(), calls_out)


def _ask(services: Services, live: Sequence[Extension], todo: Plan) -> Running:
    """Ask Asterisk for all that is compared. Raises AsteriskUnavailable."""
    numbers = {row.number for row in live}
    changes = [change for change in todo.changes if change.row.number in numbers]
    with connected(services.settings) as asterisk:
        return Running(
            endpoints=asterisk.names("PJSIPShowEndpoints"),
            aors=asterisk.names("PJSIPShowAors"),
            contacts=asterisk.listed("PJSIPShowContacts"),
            extens=list(_extens(asterisk, todo)),
            faults=verify.ask(asterisk, changes, todo.transports),
        )


def _extens(asterisk: Client, todo: Plan) -> Iterator[Message]:
    actions = [{"Action": "ShowDialPlan", "Context": context} for context in running_drift.contexts(todo)]
    for answer in asterisk.ask_all(actions):
        yield from (event for event in answer if event.get("Event") == "ListDialplan")


def _with_running(
    services: Services,
    report: DriftReport,
    rows: Sequence[Extension],
    todo: Plan,
    on_disk: ConfigOnDisk,
    running: Running,
) -> DriftReport:
    numbers, extension_range = {row.number for row in rows}, services.settings.extension_range
    refused = {each.name: each for each in adopt_preview.preview(services, None).refused}
    edited = {each.subject for each in report.drifts if each.kind == "edited"}
    found = [
        *(each for each in running_drift.differing(running) if each.subject not in edited),
        *running_drift.strangers(numbers, running, on_disk, extension_range),
        *running_drift.extens(todo, running, on_disk),
        *running_drift.contacts(running),
    ]
    return replace(
        report,
        drifts=[*report.drifts, *found],
        phones=len(running.endpoints),
        extens=len({(event.get("Context"), event.get("Extension")) for event in running.extens}),
        contacts=len(running.contacts),
        by_hand=list(running_drift.by_hand(numbers, running, on_disk, extension_range, refused)),
    )
