"""Pure: what in the files is not as the database has it, or was not until publish put it back."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from models.extension import Extension
from models.words import some
from pbx.config import masks
from pbx.config.admin_config import joined
from pbx.config.managed_files import ConfigOnDisk
from pbx.config.version_history import KeptVersion
from pbx.drift.report import Drift
from pbx.publishing import plan
from pbx.publishing.desired import DesiredState
from pbx.publishing.plan import Plan


def gone(on_disk: ConfigOnDisk) -> list[Path]:
    """Return the files that have no block."""
    return [file.path for file in (on_disk.pjsip, on_disk.extensions) if file.block is None]


def without_block(path: Path, version: str, lost: Sequence[str]) -> Drift:
    """Say it once, with all that follows. `version`: kept last; `lost`: phones of the administrator's that only that has."""
    restore = f"flask restore-files {version}".rstrip()
    seen = f"{path} has no lines of Switchhook's any more, as after it was replaced by another file"
    if lost:
        return Drift(
            "gone",
            path.name,
            f"{seen}, and phones of yours that stood in it are in no file any more, too ({some(lost)}): "
            f"{restore} goes back to the file that has them; publish adds Switchhook's lines alone",
        )
    return Drift(
        "gone",
        path.name,
        f"{seen}: the next publish adds them again; {restore} has the earlier file, if lines of yours are "
        "gone, too",
    )


def mailboxes_kept(rows: Iterable[Extension], on_disk: ConfigOnDisk) -> Iterator[Drift]:
    """Yield why mailboxes of these extensions cannot be compared, nor written."""
    if on_disk.voicemail_obstacle and any(row.has_voicemail for row in rows):
        yield Drift(
            "mailboxes", "voicemail.conf", f"mailboxes stay as they are: {on_disk.voicemail_obstacle}"
        )


def drifts(
    rows: Iterable[Extension], todo: Plan, on_disk: ConfigOnDisk, *, some_wait: bool = False
) -> Iterator[Drift]:
    """Yield what differs now in files that have a block.

    `rows`: those that are live; `some_wait`: others are not in the files yet, or still.
    """
    rows = list(rows)
    if not rows:
        return
    edited = list(_edited(rows, todo, on_disk))
    yield from edited
    yield from (_conflict(desired, on_disk) for desired in todo.conflicts)
    if not (edited or todo.conflicts or some_wait):
        yield from _edited_elsewhere(todo, on_disk)


def _edited(rows: Iterable[Extension], todo: Plan, on_disk: ConfigOnDisk) -> Iterator[Drift]:
    names = " or ".join(file.path.name for file, _ in on_disk.texts(on_disk.blocks))
    for row in plan.drifted(rows, todo, on_disk.blocks, on_disk.admin):
        if found := list(_edits(row, todo, on_disk)):
            yield Drift(
                "edited",
                row.number,
                f"the lines of {row.number} in {names} were edited "
                f"({some(found, between='; ')}): the next publish puts them back; what is to stay belongs into /ext set {row.number}",
            )


def _conflict(desired: DesiredState, on_disk: ConfigOnDisk) -> Drift:
    number = desired.row.number
    if not desired.superseded or number not in on_disk.blocks.endpoints or desired.row.moving:
        return Drift("conflict", number, desired.conflict or "")
    return Drift(
        "conflict",
        number,
        f"{number} was written by hand at {joined(on_disk.admin.endpoints(number))} and stands in Switchhook's lines, too, and "
        "Asterisk, started anew, would load no phone at all: flask publish takes Switchhook's lines out, and yours count then; to "
        f"have Switchhook's instead, take yours out, and /ext verify {number}",
    )


def _edited_elsewhere(todo: Plan, on_disk: ConfigOnDisk) -> Iterator[Drift]:
    """Yield lines of no extension: transports, the range's pattern, the route for calls out."""
    for file, wanted in on_disk.texts(todo.blocks):
        if found := list(_differing(wanted.split("\n"), file.block_text().split("\n"))):
            yield Drift(
                "edited",
                file.path.name,
                f"Switchhook's lines in {file.path} are not as the settings ask ({some(found, between='; ')}), as they were edited, or the "
                "settings changed: the next publish writes them anew",
            )


def commented(numbers: Sequence[str], on_disk: ConfigOnDisk) -> Iterator[Drift]:
    """Yield one, naming all: they have one cause."""
    if numbers:
        places = joined(on_disk.admin.commented[number] for number in numbers)
        yield Drift(
            "commented",
            ", ".join(numbers),
            f"{', '.join(numbers)}, adopted once and not in the database now, stand in no file but as comments, at {places}: "
            f"flask ext release {' '.join(numbers)} brings them back; if they are not wanted, delete these comments",
        )


def overwritten(versions: Iterable[KeptVersion], since: datetime) -> Iterator[Drift]:
    """Yield the edits that publish has put back, by the version that has them."""
    for version in versions:
        if version.block_edited and version.kept_at >= since:
            whose = f"of {', '.join(version.numbers)} " if version.numbers else ""
            yield Drift(
                "overwritten",
                version.name,
                f"Switchhook's lines {whose}were edited by somebody, and publish put them back at "
                f"{version.kept_at.astimezone():%Y-%m-%d %H:%M}: flask restore-files {version.name} shows the edit, and what "
                "is to stay belongs into /ext set",
            )


def _edits(row: Extension, todo: Plan, on_disk: ConfigOnDisk) -> Iterator[str]:
    """Yield `max_contacts=7 instead of max_contacts=1` and its like, as everybody may read them."""
    key, there, wanted = (row.context, row.number), on_disk.blocks, todo.blocks
    for old, new in (
        (wanted.endpoints.get(row.number, ""), there.endpoints.get(row.number, "")),
        (wanted.extens.get(key, ""), there.extens.get(key, "")),
        (wanted.mailboxes.get(row.number, ""), there.mailboxes.get(row.number, "")),
    ):
        yield from _differing(old.split("\n"), new.split("\n"))


def _differing(wanted: list[str], found: list[str]) -> Iterator[str]:
    matcher = difflib.SequenceMatcher(None, wanted, found)
    for tag, first, last, start, end in matcher.get_opcodes():
        if tag != "equal" and any(line.strip() for line in (*wanted[first:last], *found[start:end])):
            yield f"{_shown(found[start:end])} instead of {_shown(wanted[first:last])}"


def _shown(lines: Iterable[str]) -> str:
    return ", ".join(masks.told(line) for line in lines if line.strip()) or "nothing"
