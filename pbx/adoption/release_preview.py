"""Works out how phones would be given back, without doing it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from sqlmodel import select

from command_lines import as_user
from models import adopted_options
from models.extension import Extension, State
from models.number import by_size
from pbx.adoption import answers, candidates, commented, files, markers
from pbx.adoption.answers import ReleasePreview
from pbx.adoption.candidates import Candidate, Refused
from pbx.config import reader
from pbx.config.admin_config import joined
from pbx.config.managed_files import ConfigOnDisk
from pbx.services import Services

ALL, ADOPTED = "all", "adopted"


def numbers_of(services: Services, word: str) -> list[str] | None:
    """Return the numbers that a word means: `101`, `adopted` for all that were adopted; None for `all`.

    Raises ConfigFileError.
    """
    if word == ADOPTED:
        rows = rows_of(services)
        lost = commented.lost(services, rows.values(), reader.read(services.settings))
        return [*(number for number, row in rows.items() if row.adopted_options is not None), *lost]
    return None if word == ALL else [word]


def preview(services: Services, numbers: Collection[str] | None) -> ReleasePreview:
    """Work out what would become of these numbers, or of all extensions. Raises ConfigFileError."""
    on_disk = reader.read(services.settings)
    contents = files.contents(on_disk.admin.files)
    rows = rows_of(services)
    wanted = [*rows, *commented.lost(services, rows.values(), on_disk)] if numbers is None else numbers
    refused = [each for each in (_refusal(rows, number, on_disk) for number in wanted) if each]
    todo = sorted({*wanted} - {each.name for each in refused}, key=by_size)
    as_before = _as_before(services, contents, todo)
    restored = [
        number
        for number in todo
        if number not in rows
        or _is_yours(rows[number], on_disk)
        or _is_unchanged(services, rows[number], as_before.get(number))
    ]
    written = [number for number in todo if number not in restored]
    touched = [path for path in contents if markers.numbers_in(contents[path]) & set(todo)]
    managed = [services.settings.pjsip_path, services.settings.extensions_path]
    obstacle = files.obstacle([*managed, *touched], command(numbers)) if todo else None
    shown = answers.digest([*restored, "", *written], contents)
    dark = [number for number in restored if _loses_hint(as_before.get(number), on_disk)]
    return ReleasePreview(restored, written, refused, obstacle, shown, dark)


def _loses_hint(before: Candidate | None, on_disk: ConfigOnDisk) -> bool:
    """Return whether Switchhook has a hint of it, and the administrator's lines have none."""
    if before is None or before.has_hint:
        return False
    return ",hint," in on_disk.blocks.extens.get((before.fields["context"], before.number), "")


def command(numbers: Collection[str] | None) -> str:
    """Return what to type."""
    return f"flask ext release {ALL if numbers is None else ' '.join(numbers)}"


def rows_of(services: Services) -> dict[str, Extension]:
    with services.database.session() as session:
        return {row.number: row for row in session.exec(select(Extension))}


def _refusal(rows: Mapping[str, Extension], number: str, on_disk: ConfigOnDisk) -> Refused | None:
    row = rows.get(number)
    if row is None:
        return _refusal_without_row(number, on_disk)
    if not row.enabled:
        return Refused(
            number, f"it is disabled, and would be let in again: /ext enable or /ext delete {number}"
        )
    if _is_yours(row, on_disk):
        return None
    if row.state is not State.LIVE:
        return Refused(number, f"it is not live: /ext verify {number} first")
    if row.voicemail_enabled:
        return Refused(
            number, f"its mailbox is Switchhook's: /ext set {number} voicemail_enabled=false first"
        )
    if row.transport != "udp" and row.transport not in on_disk.admin.transports:
        return Refused(
            number,
            f"the transport for {row.transport} is Switchhook's: write one of yours into pjsip.conf first",
        )
    return None


def _refusal_without_row(number: str, on_disk: ConfigOnDisk) -> Refused | None:
    if number not in on_disk.admin.commented:
        return Refused(number, "Switchhook has no such extension: /ext list")
    if places := on_disk.admin.endpoints(number):
        return Refused(number, f"it is yours already, at {joined(places)}")
    if number in on_disk.blocks.endpoints:
        return Refused(
            number, f"the database does not have it: {as_user('flask settle database')} gives it back"
        )
    return None


def _is_yours(row: Extension, on_disk: ConfigOnDisk) -> bool:
    """Return whether it was written by hand once more, so that Switchhook's lines of it have given way."""
    return row.state is State.FAILED and bool(on_disk.admin.endpoints(row.number))


def _as_before(
    services: Services, contents: Mapping[Path, bytes], numbers: Collection[str]
) -> dict[str, Candidate]:
    """Return the phones as their commented lines have them."""
    instead = {path: markers.uncomment(content, numbers) for path, content in contents.items()}
    changed = {path: content for path, content in instead.items() if content != contents[path]}
    if not changed:
        return {}
    admin = reader.read(services.settings, changed).admin
    found = candidates.find(admin, instead)
    return {each.number: each for each in found if isinstance(each, Candidate)}


def _is_unchanged(services: Services, row: Extension, before: Candidate | None) -> bool:
    """Return whether the commented lines still say what Asterisk has of it."""
    if before is None:
        return False
    is_same = all(getattr(row, name) == value for name, value in before.fields.items() if name != "secret")
    decrypt = services.cipher.decrypt
    return (
        is_same
        and row.adopted_options is not None
        and adopted_options.decrypted(row.adopted_options, decrypt) == before.options
        and row.caller_id is None
        and decrypt(row.encrypted_secret) == before.fields["secret"]
    )
