"""Takes phones that the administrator wrote by hand into the database, and their lines into Switchhook's block.

Rows first, then all files, Switchhook's lines in them, then one publish(). Whichever step is the last before a crash, Asterisk
finds no phone twice: publishing/moves.py ends what was begun.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from models import adopted_options, audit
from models.actor import Actor
from models.extension import Extension, State
from models.field_rules import MIN_SECRET_LENGTH
from models.number import by_size
from pbx import config_files
from pbx.adoption import files, release, snapshot
from pbx.adoption.adopt_preview import command, preview
from pbx.adoption.answers import Adopted, AdoptionPreview, Change
from pbx.adoption.candidates import Candidate
from pbx.adoption.snapshot import NOTHING, Snapshot
from pbx.ami import connected
from pbx.config import reader
from pbx.errors import AsteriskUnavailable, Overtaken, Refusal
from pbx.publish import PUBLISH_ERRORS, publish, rounds
from pbx.publishing import identity, outbound, planning
from pbx.publishing.desired import RunningConflicts, rendered_fields
from pbx.services import Services

log = logging.getLogger("switchhook.adoption")


def adopt(
    services: Services, numbers: Collection[str] | None, *, by: Actor, seen: str | None = None
) -> Adopted:
    """Adopt these numbers, or all phones. `seen`: the digest of the preview that was decided on.

    Raises Refusal, Overtaken, one of PUBLISH_ERRORS; then nothing has changed.
    """
    publish(services)
    with config_files.locked(services.settings.asterisk_config_dir):
        todo = preview(services, numbers)
        if seen is not None and seen != todo.digest:
            raise Overtaken("the files have been changed since that was shown: look once more")
        _must_be_possible(todo)
        before = _loaded(services, todo.candidates)
        _insert(services, todo.candidates, by)
        files.replace(services, _with_blocks(services, todo.changes), command(numbers))
        _publish(services)
        return _verified(services, todo, before, by)


def _must_be_possible(todo: AdoptionPreview) -> None:
    if todo.obstacle:
        raise Refusal(todo.obstacle)
    if not todo.candidates:
        reasons = "; ".join(f"{each.name}: {each.reason}" for each in todo.refused[:5])
        raise Refusal(f"there is nothing to adopt{': ' if reasons else ''}{reasons}")


def _loaded(services: Services, todo: Sequence[Candidate]) -> dict[str, Snapshot]:
    """Return what Asterisk shows of them. Raises AsteriskUnavailable, Overtaken."""
    with connected(services.settings) as asterisk:
        found = snapshot.take(services, asterisk, [each.number for each in todo])
    if missing := [each.number for each in todo if each.number not in found]:
        raise Overtaken(f"Asterisk has just lost {', '.join(missing[:5])}: look once more")
    return found


def _insert(services: Services, todo: Sequence[Candidate], by: Actor) -> None:
    """Commit their rows, as being moved. Raises Overtaken when somebody was faster."""
    try:
        with services.database.session() as session:
            for candidate in todo:
                row = _row(services, candidate)
                session.add(row)
                audit.record(session, by, audit.ADOPTED, row.number, audit.created(row), row.revision)
    except IntegrityError:
        raise Overtaken(
            "somebody has just made an extension of one of these numbers: look once more"
        ) from None
    log.info("adopted", extra={"numbers": [each.number for each in todo], "by": str(by)})


def _row(services: Services, candidate: Candidate) -> Extension:
    """Make a row as if verified: Asterisk has it so already, and what it refuses later falls back to that."""
    values = {name: value for name, value in candidate.fields.items() if name != "secret"}
    row = Extension(
        number=candidate.number,
        encrypted_secret=services.cipher.encrypt(candidate.fields["secret"]),
        adopted_options=adopted_options.encrypted(candidate.options, services.cipher.encrypt),
        moving=True,
        **values,
    )
    row.last_verified = rendered_fields(row)
    return row


def _with_blocks(services: Services, changes: Mapping[Path, Change]) -> dict[Path, Change]:
    """Add Switchhook's lines, last: whatever goes wrong later, on a full disk, say, the phones stand in a file.

    Raises ConfigFileError.
    """
    then = reader.read(services.settings, {path: after for path, (_, after) in changes.items()})
    provenance = identity.next_write(services.database, identity.ensure(services.database), then.provenances)
    rows = planning.rows_of(services)
    calls_out = outbound.decide(services.settings, rows, then)
    blocks = planning.plan_of(services, rows, then, RunningConflicts(), calls_out).blocks
    done = dict(changes)
    for managed, text in ((then.pjsip, blocks.pjsip), (then.extensions, blocks.extensions)):
        before, _ = done.pop(managed.path, (managed.content, b""))
        done[managed.path] = before, managed.written(text, provenance)
    return done


def _publish(services: Services) -> None:
    try:
        rounds(services)
    except PUBLISH_ERRORS as error:
        log.warning("adopted, not live yet", extra={"reason": str(error)})


def _verified(
    services: Services, todo: AdoptionPreview, before: Mapping[str, Snapshot], by: Actor
) -> Adopted:
    """Give back what Asterisk shows otherwise than before."""
    numbers = [each.number for each in todo.candidates]
    rows = _rows(services, numbers)
    changed = _changed(services, rows, before)
    failed = _give_back(services, changed, by)
    returned = {} if failed else changed
    secrets = {each.number: each.fields["secret"].get_secret_value() for each in todo.candidates}
    return Adopted(
        [row for row in rows if row.number not in changed],
        todo.refused,
        returned,
        [number for number in numbers if number not in returned and len(secrets[number]) < MIN_SECRET_LENGTH],
        {number: f"{difference} ({failed})" for number, difference in changed.items() if failed},
    )


def _give_back(services: Services, changed: Mapping[str, str], by: Actor) -> str | None:
    """Return why they could not be given back; None: they were."""
    if not changed:
        return None
    log.error("phones are given back", extra={"numbers": sorted(changed)})
    try:
        release.give_back(services, list(changed), by=by, typed=f"flask ext release {' '.join(changed)}")
    except (Refusal, *PUBLISH_ERRORS) as error:
        log.exception("phones could not be given back", extra={"numbers": sorted(changed)})
        return str(error)
    return None


def _changed(services: Services, rows: Sequence[Extension], before: Mapping[str, Snapshot]) -> dict[str, str]:
    """Return number → what is not as it was, of those that were published."""
    refused = {row.number: row.reason or "" for row in rows if row.state is State.FAILED}
    live = [row.number for row in rows if row.state is State.LIVE]
    try:
        with connected(services.settings) as asterisk:
            after = snapshot.take(services, asterisk, live)
    except AsteriskUnavailable:
        return refused  # what is live was verified by publish()
    return refused | {
        number: "; ".join(differences)
        for number in live
        if (differences := list(before[number].differences(after.get(number, NOTHING))))
    }


def _rows(services: Services, numbers: Collection[str]) -> list[Extension]:
    with services.database.session() as session:
        rows = session.exec(select(Extension).where(col(Extension.number).in_(numbers))).all()
    return sorted(rows, key=lambda row: by_size(row.number))
