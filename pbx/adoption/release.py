"""Gives phones back to the administrator's files, and takes them out of the database and of Switchhook's lines.

Switchhook's lines go first, then the administrator's come, so that Asterisk finds no phone twice.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from sqlalchemy import update
from sqlmodel import col, delete

from models import audit
from models.actor import Actor
from models.extension import Extension
from models.number import by_size
from pbx import config_files, dialplan, outbound_route
from pbx.adoption import files, markers, snapshot
from pbx.adoption.answers import Change, ReleasePreview
from pbx.adoption.release_preview import command, preview, rows_of
from pbx.ami import connected
from pbx.ami_client import Client
from pbx.config import objects, reader
from pbx.config.admin_config import AdminConfig
from pbx.config.managed_files import ConfigOnDisk, ManagedFile
from pbx.errors import Overtaken, Refusal
from pbx.outbound_route import CallsOut
from pbx.publish import publish, rounds
from pbx.publishing import identity, planning, reloads
from pbx.publishing.desired import RunningConflicts
from pbx.services import Services

log = logging.getLogger("switchhook.adoption")


def release(
    services: Services, numbers: Collection[str] | None, *, by: Actor, seen: str | None = None
) -> ReleasePreview:
    """Give back these numbers, or all extensions; return what was done. `seen`: the digest that was decided on.

    Raises Refusal, Overtaken, one of PUBLISH_ERRORS; nothing of a phone is lost then.
    """
    publish(services)
    with config_files.locked(services.settings.asterisk_config_dir):
        todo = preview(services, numbers)
        if seen is not None and seen != todo.digest:
            raise Overtaken("the files have been changed since that was shown: look once more")
        _must_be_possible(todo)
        _retire(services, todo.written, command(numbers))
        _move(services, todo.restored, todo.written, by, command(numbers))
        return todo


def give_back(
    services: Services, numbers: Collection[str], *, by: Actor, typed: str, take_over: bool = False
) -> None:
    """Bring their lines back as they were, for who holds the lock and has looked whether that is right.

    `typed`: what root is to type where this process may not replace the files; `take_over`: as publish() has it.

    Raises Refusal, AsteriskUnavailable, ConfigFileError.
    """
    _move(services, numbers, [], by, typed, verify=False, take_over=take_over)


def _must_be_possible(todo: ReleasePreview) -> None:
    if todo.obstacle:
        raise Refusal(todo.obstacle)
    if not todo.restored and not todo.written:
        reasons = "; ".join(f"{each.name}: {each.reason}" for each in todo.refused[:5])
        raise Refusal(f"there is nothing to release{': ' if reasons else ''}{reasons}")


def _retire(services: Services, numbers: Collection[str], typed: str) -> None:
    """Keep lines that are out of date from ever coming back, before anything else: they are comments either way."""
    contents = files.contents(reader.read(services.settings).admin.files)
    changes = {
        path: (content, retired)
        for path, content in contents.items()
        if (retired := markers.retire(content, numbers)) != content
    }
    files.replace(services, changes, typed)


def _move(
    services: Services,
    restored: Collection[str],
    written: Collection[str],
    by: Actor,
    typed: str,
    *,
    verify: bool = True,
    take_over: bool = False,
) -> None:
    """Move their lines, have Asterisk load them, and drop the rows."""
    numbers = {*restored, *written}
    on_disk = reader.read(services.settings)
    changes = _changes(services, on_disk, restored, written)
    with connected(services.settings) as asterisk:
        before = snapshot.take(services, asterisk, sorted(numbers))
        _mark(services, numbers, moving=True)
        files.replace(services, changes, typed)
        _remove_hints(asterisk, on_disk, reader.read(services.settings).admin)
        reloads.reload_pjsip(asterisk)
        reloads.reload_dialplan(asterisk)
        faults = snapshot.faults(services, asterisk, before) if verify else []
    if faults:
        _undo(services, changes, numbers, typed)
        raise Refusal(
            f"nothing was changed, as Asterisk would not have had it as it was ({'; '.join(faults[:3])})"
        )
    _drop(services, numbers, by)
    rounds(services, take_over)


def _remove_hints(asterisk: Client, on_disk: ConfigOnDisk, then: AdminConfig) -> None:
    """Take Switchhook's hints out before pjsip_wizard.conf brings its own: of two, Asterisk would crash later."""
    asterisk.ask_all(
        dialplan.remove_action(context, exten) | {"Priority": "hint"}
        for _, context, exten in objects.wizard_hints(then.wizard)
        if (context, exten) in on_disk.blocks.extens
    )


def _changes(
    services: Services, on_disk: ConfigOnDisk, restored: Collection[str], written: Collection[str]
) -> dict[Path, Change]:
    """Return what each file becomes, Switchhook's two first."""
    ours = identity.ensure(services.database)
    provenance = identity.next_write(services.database, ours, on_disk.provenances)
    left = [row for number, row in rows_of(services).items() if number not in {*restored, *written}]
    left.sort(key=lambda row: row.number)
    calls_out = CallsOut(outbound_route.written(on_disk.blocks.extensions))
    todo = planning.plan_of(services, left, on_disk, RunningConflicts(), calls_out)
    keeps_block = bool(left or todo.has_transport_lines or calls_out.route)
    added = on_disk.blocks.lines_of(written)
    changes: dict[Path, Change] = {}
    for managed, block, lines in (
        (on_disk.extensions, todo.blocks.extensions, added.extensions),
        (on_disk.pjsip, todo.blocks.pjsip, added.pjsip),
    ):
        edited = _edited(managed, restored, lines)
        # Where nothing needs a block, the file is as it was before the first extension.
        after = edited.with_block(block, provenance) if keeps_block else edited.before + edited.after
        changes[managed.path] = (managed.content, after)
    for path, content in files.contents(on_disk.admin.files).items():
        if path not in changes and (after := markers.uncomment(content, restored)) != content:
            changes[path] = (content, after)
    return changes


def _edited(managed: ManagedFile, restored: Collection[str], lines: str) -> ManagedFile:
    """Return the file with the administrator's lines back, and with more of them above the block."""
    before = markers.uncomment(managed.before, restored)
    gap = b"" if not lines or not before or before.endswith(b"\n") else b"\n"
    return replace(
        managed,
        before=before + gap + lines.encode(),
        block=managed.block or b"",
        after=markers.uncomment(managed.after, restored),
    )


def _undo(services: Services, changes: Mapping[Path, Change], numbers: Collection[str], typed: str) -> None:
    """Put the files back, in the other order, and have Asterisk load them."""
    back = {path: (after, before) for path, (before, after) in reversed(list(changes.items()))}
    files.replace(services, back, typed)
    _mark(services, numbers, moving=False)
    with connected(services.settings) as asterisk:
        reloads.reload_pjsip(asterisk)
        reloads.reload_dialplan(asterisk)
    rounds(services)


def _mark(services: Services, numbers: Collection[str], *, moving: bool) -> None:
    with services.database.session() as session:
        session.exec(update(Extension).where(col(Extension.number).in_(numbers)).values(moving=moving))


def _drop(services: Services, numbers: Collection[str], by: Actor) -> None:
    with services.database.session() as session:
        session.exec(delete(Extension).where(col(Extension.number).in_(numbers), col(Extension.moving)))
        for number in sorted(numbers, key=by_size):
            audit.record(session, by, "released", number)
    log.info("released", extra={"numbers": sorted(numbers), "by": str(by)})
