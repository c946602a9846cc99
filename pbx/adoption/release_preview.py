"""Works out how phones would be given back, without doing it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from sqlmodel import select

from models import adopted_options
from models.extension import Extension, State
from models.number import by_size
from pbx.adoption import answers, candidates, files, markers
from pbx.adoption.answers import ReleasePreview
from pbx.adoption.candidates import Candidate, Refused
from pbx.config import reader
from pbx.config.managed_files import ConfigOnDisk
from pbx.services import Services

ALL, ADOPTED = "all", "adopted"


def numbers_of(services: Services, word: str) -> list[str] | None:
    """Return the numbers that a word means: `101`, `adopted` for all that were adopted; None for `all`."""
    if word == ADOPTED:
        return [number for number, row in rows_of(services).items() if row.adopted_options is not None]
    return None if word == ALL else [word]


def preview(services: Services, numbers: Collection[str] | None) -> ReleasePreview:
    """Work out what would become of these numbers, or of all extensions. Raises ConfigFileError."""
    on_disk = reader.read(services.settings)
    contents = files.contents(on_disk.admin.files)
    rows = rows_of(services)
    wanted = rows if numbers is None else numbers
    refused = [each for each in (_refusal(rows, number, on_disk) for number in wanted) if each]
    todo = sorted({*wanted} - {each.name for each in refused}, key=by_size)
    as_before = _as_before(services, contents, todo)
    restored = [number for number in todo if _is_unchanged(services, rows[number], as_before.get(number))]
    written = [number for number in todo if number not in restored]
    touched = [path for path in contents if markers.numbers_in(contents[path]) & set(todo)]
    managed = [services.settings.pjsip_path, services.settings.extensions_path]
    obstacle = files.obstacle([*managed, *touched], command(numbers)) if todo else None
    shown = answers.digest([*restored, "", *written], contents)
    return ReleasePreview(restored, written, refused, obstacle, shown)


def command(numbers: Collection[str] | None) -> str:
    """Return what to type; several numbers are those that were adopted."""
    if numbers is None:
        return f"flask ext release {ALL}"
    return f"flask ext release {ADOPTED if len(numbers) != 1 else ''.join(numbers)}"


def rows_of(services: Services) -> dict[str, Extension]:
    with services.database.session() as session:
        return {row.number: row for row in session.exec(select(Extension))}


def _refusal(rows: Mapping[str, Extension], number: str, on_disk: ConfigOnDisk) -> Refused | None:
    row = rows.get(number)
    if row is None:
        return Refused(number, "Switchhook has no such extension: /ext list")
    if not row.enabled:
        return Refused(
            number, f"it is disabled, and would be let in again: /ext enable or /ext delete {number}"
        )
    if row.state is not State.LIVE:
        return Refused(number, f"it is not live: /ext verify {number} first")
    if row.transport != "udp" and row.transport not in on_disk.admin.transports:
        return Refused(
            number,
            f"the transport for {row.transport} is Switchhook's: write one of yours into pjsip.conf first",
        )
    return None


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
