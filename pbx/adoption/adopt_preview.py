"""Works out which phones would be adopted and what the files would become, without doing it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from sqlmodel import select

from models.extension import Extension
from models.number import by_size
from pbx.adoption import answers, candidates, files, markers, snapshot
from pbx.adoption.answers import AdoptionPreview, Change
from pbx.adoption.candidates import Candidate, Refused
from pbx.ami import connected
from pbx.config import reader
from pbx.errors import AsteriskUnavailable
from pbx.services import Services

AMI_TIMEOUT_SECONDS = 5.0


def preview(services: Services, numbers: Collection[str] | None) -> AdoptionPreview:
    """Work out what would become of these numbers, or of all phones. Raises ConfigFileError, Refusal."""
    on_disk = reader.read(services.settings)
    contents = files.contents(on_disk.admin.files)
    found = [_allowed(services, each) for each in candidates.find(on_disk.admin, contents)]
    by_name = {each.number if isinstance(each, Candidate) else each.name: each for each in found}
    taken = _existing(services)
    commented = on_disk.admin.commented
    chosen = (
        [by_name.get(number) or _missing(number, taken, commented) for number in numbers]
        if numbers
        else found
    )
    wanted = _as_asterisk_has_them(services, [_not_taken(each, taken) for each in chosen])
    todo = sorted(
        (each for each in wanted if isinstance(each, Candidate)), key=lambda each: by_size(each.number)
    )
    changes = _changes(todo, contents)
    obstacle = files.obstacle(changes, command(numbers))
    refused = [each for each in wanted if isinstance(each, Refused)]
    shown = answers.digest([each.number for each in todo], contents)
    return AdoptionPreview(todo, refused, changes, obstacle, shown)


def command(numbers: Collection[str] | None) -> str:
    return f"flask ext adopt {' '.join(numbers) if numbers else 'all'}"


def _existing(services: Services) -> set[str]:
    with services.database.session() as session:
        return set(session.exec(select(Extension.number)))


def _allowed(services: Services, found: Candidate | Refused) -> Candidate | Refused:
    if isinstance(found, Candidate) and (reason := files.symlink(found.lines)):
        return Refused(found.number, reason)
    if isinstance(found, Candidate) and found.number in services.settings.emergency_numbers:
        return Refused(found.number, "it is an emergency number (EMERGENCY_NUMBERS), and never an extension")
    if isinstance(found, Candidate) and found.number == services.settings.outbound_trunk:
        return Refused(found.number, "calls out go through it (OUTBOUND_TRUNK)", is_trunk=True)
    return found


def _not_taken(found: Candidate | Refused, taken: Collection[str]) -> Candidate | Refused:
    if isinstance(found, Candidate) and found.number in taken:
        return Refused(
            found.number,
            "Switchhook has an extension of this number, too: if the phone's lines are to stay yours, "
            f"/ext delete {found.number}, and then adopt them",
        )
    return found


def _as_asterisk_has_them(
    services: Services, found: Sequence[Candidate | Refused]
) -> list[Candidate | Refused]:
    """Refuse those that would not be in Asterisk what they are in the files.

    Where Asterisk cannot be asked, nothing is adopted anyway.
    """
    asked = [each for each in found if isinstance(each, Candidate)]
    reasons: dict[str, str] = {}
    with suppress(AsteriskUnavailable), connected(services.settings, timeout=AMI_TIMEOUT_SECONDS) as asterisk:
        extens = [(each.number, each.fields["context"]) for each in asked]
        reasons = snapshot.not_loaded(asterisk, [each.number for each in asked])
        reasons |= snapshot.foreign_steps(asterisk, extens)
    return [
        Refused(each.number, reasons[each.number])
        if isinstance(each, Candidate) and each.number in reasons
        else each
        for each in found
    ]


def _missing(number: str, taken: Collection[str], commented: Mapping[str, str]) -> Refused:
    if number in taken:
        return Refused(number, f"it is Switchhook's already: /ext status {number}")
    if number in commented:
        return Refused(
            number,
            f"it was adopted once, and its lines are comments at {commented[number]}: /ext release {number} brings them back",
        )
    return Refused(
        number,
        "there is no such endpoint in pjsip.conf, pjsip_wizard.conf or what they include (from realtime or AstDB, "
        "none can be adopted)",
    )


def _changes(todo: Sequence[Candidate], contents: Mapping[Path, bytes]) -> dict[Path, Change]:
    """Return what each file becomes; the phones' files come first, so that none is left without its steps."""
    lines: dict[Path, dict[int, str]] = {}
    for candidate in todo:
        for path, those in candidate.lines.items():
            lines.setdefault(path, {}).update(dict.fromkeys(those, candidate.number))
    return {
        path: (content, markers.comment_out(content, lines[path]))
        for path, content in contents.items()
        if path in lines
    }
