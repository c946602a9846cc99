"""What publish() would do, looked at without doing it: nothing is written, counted or marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from models.extension import Extension, State
from pbx import config_files, voicemail
from pbx.ami import connected
from pbx.ami_client import Client
from pbx.config import file_diff, reader
from pbx.config.managed_files import ConfigOnDisk, Provenance
from pbx.errors import AsteriskUnavailable
from pbx.publishing import (
    foreign_files,
    guard,
    identity,
    outbound,
    plan,
    planning,
    running_conflicts,
    running_dialplan,
    verify,
)
from pbx.publishing.desired import DesiredState, RunningConflicts
from pbx.publishing.guard import Effect
from pbx.publishing.plan import Plan
from pbx.services import Services

BECOMES = "as publish would write it"


@dataclass(frozen=True)
class DryRun:
    """What publish() would do."""

    diff: Sequence[str]  # lines, secrets masked
    effect: Effect
    verified: Sequence[str]  # numbers that Asterisk would be asked for, as they wait to be live or to be gone
    refused: Sequence[DesiredState]
    waiting: Sequence[DesiredState]
    reloads: Sequence[str]  # modules
    conflict: str | None  # why it would write nothing at all
    unasked: str | None = None  # why Asterisk could not be asked
    calls_out: Sequence[str] = ()  # why the route for calls out is not as the settings ask

    def __bool__(self) -> bool:
        """Return whether there is anything to do."""
        return bool(self.diff or self.verified or self.refused or self.waiting or self.reloads)


def look(services: Services) -> DryRun:
    """Look, as `flask publish` begins, which tries refused extensions again. Raises ConfigFileError."""
    with config_files.locked(services.settings.asterisk_config_dir):
        ours, on_disk = identity.current(services.database), reader.read(services.settings)
        rows = _as_tried_again(services, planning.rows_of(services), on_disk)
    calls_out = outbound.decide(services.settings, rows, on_disk)
    without = planning.plan_of(services, rows, on_disk, RunningConflicts(), calls_out)
    found = _described(services, ours, rows, without, on_disk)
    try:
        with connected(services.settings) as asterisk:
            running = _running(asterisk, rows, on_disk)
            todo = planning.plan_of(services, rows, on_disk, running, calls_out)
            found = _described(services, ours, rows, todo, on_disk)
            if planning.has_work(todo, on_disk, bool(rows), ours):
                found = replace(found, reloads=list(_reloads(asterisk, services, todo, on_disk)))
            return found
    except AsteriskUnavailable as error:
        return replace(found, unasked=str(error))


def _as_tried_again(
    services: Services, rows: Sequence[Extension], on_disk: ConfigOnDisk
) -> Sequence[Extension]:
    """Mark, in these copies alone, what publish() would mark: refused rows, and those whose lines were edited."""
    for row in rows:
        row.state = State.PENDING if row.state is State.FAILED else row.state
    todo = planning.plan_of(services, rows, on_disk, RunningConflicts())
    for row in plan.drifted(rows, todo, on_disk.blocks, on_disk.admin):
        row.state = State.PENDING
    return rows


def _running(asterisk: Client, rows: Sequence[Extension], on_disk: ConfigOnDisk) -> RunningConflicts:
    unpublished = (row for row in rows if row.state in (State.PENDING, State.DELETING))
    unclaimed = running_conflicts.unclaimed(unpublished, on_disk)
    return running_conflicts.look_up(asterisk, unclaimed) if unclaimed else RunningConflicts()


def _described(
    services: Services, ours: Provenance, rows: Sequence[Extension], todo: Plan, on_disk: ConfigOnDisk
) -> DryRun:
    effect = guard.effect(todo.blocks, on_disk.blocks, planning.left_by(rows, on_disk))
    conflict = guard.conflict(ours, [row.number for row in rows], on_disk, lambda: effect)
    writes = planning.has_work(todo, on_disk, bool(rows), ours)
    return DryRun(
        list(_diff(ours, rows, todo, on_disk)),
        effect,
        [change.row.number for change in todo.changes],
        todo.conflicts,
        todo.waiting,
        [
            module
            for module, differs in (
                (voicemail.MODULE, todo.blocks.voicemail != on_disk.blocks.voicemail),
                ("res_pjsip", todo.blocks.pjsip != on_disk.blocks.pjsip),
            )
            if writes and differs
        ],
        foreign_files.with_remedy(services, conflict, lambda: effect),
        calls_out=todo.calls_out.problems,
    )


def _diff(ours: Provenance, rows: Sequence[Extension], todo: Plan, on_disk: ConfigOnDisk) -> Iterator[str]:
    if not planning.has_work(todo, on_disk, bool(rows), ours):
        return
    provenance = identity.following(ours, on_disk.provenances)
    for managed, text in on_disk.texts(todo.blocks):
        after = managed.written(text, provenance)
        yield from file_diff.unified(str(managed.path), managed.content, after, becomes=BECOMES)


def _reloads(asterisk: Client, services: Services, todo: Plan, on_disk: ConfigOnDisk) -> Iterator[str]:
    if on_disk.voicemail and verify.mailboxes_differ(asterisk, todo, on_disk.blocks):
        yield voicemail.MODULE
    pjsip_changes = todo.blocks.pjsip != on_disk.blocks.pjsip
    if pjsip_changes or verify.endpoints_differ(asterisk, todo.changes, todo.transports):
        yield "res_pjsip"
    if running_dialplan.must_reload(asterisk, todo, on_disk, services.settings.extension_range):
        yield "pbx_config"
