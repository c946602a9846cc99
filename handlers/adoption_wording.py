"""Pure: what an adoption or a release would do, and what came of it, in words; for Slack and the command line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from handlers import wording
from models.extension import State
from models.words import some
from pbx.adoption.answers import Adopted, AdoptionPreview, ReleasePreview
from pbx.adoption.candidates import Candidate, Refused

MAX_NUMBERS = 20  # named in one line


def adoption(preview: AdoptionPreview) -> list[str]:
    """Say what would become of each phone, a line each; secrets are not among it."""
    return [
        _would(len(preview.candidates), "become Switchhook's"),
        *(_candidate(each) for each in preview.candidates),
        *_refused(preview.refused, "stays yours"),
        *([f"⚠️ {wording.ended(preview.obstacle)}"] if preview.obstacle else []),
    ]


def _would(count: int, what: str) -> str:
    if not count:
        return f"No phone would {what}."
    phones = "1 phone" if count == 1 else f"{count} phones"
    return f"{phones} would {what}; secrets and registrations stay as they are:"


def _candidate(found: Candidate) -> str:
    kept = wording.kept_options(found.options)
    parts = [
        f"context {found.fields['context']}, {', '.join(found.fields['codecs']) or 'codecs as they are'}",
        *([f"kept as it is: {kept}"] if kept else []),
        f"commented out: {'; '.join(_places(found))}",
        *(f"stays yours: {each}" for each in found.stays),
        *(
            [f"others will see “{found.fields['name']}” when it calls, as it has no callerid"]
            if found.has_new_caller_id
            else []
        ),
    ]
    return f"{found.number} ({found.fields['name']}): {'. '.join(_capital(part) for part in parts)}."


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _places(found: Candidate) -> Iterator[str]:
    for path, lines in found.lines.items():
        yield f"{path}:{', '.join(_spans(sorted(lines)))}"


def _spans(lines: Sequence[int]) -> Iterator[str]:
    """Yield `3-9` for lines that follow each other."""
    first = last = lines[0]
    for line in (*lines[1:], 0):
        if line != last + 1:
            yield str(first) if first == last else f"{first}-{last}"
            first = line
        last = line


def _refused(refused: Iterable[Refused], what: str) -> list[str]:
    return [f"{each.name} {what}: {each.reason}." for each in refused]


def adopted(done: Adopted) -> list[str]:
    """Say what came of an adoption."""
    live = [wording.label(row) for row in done.rows if row.state is State.LIVE]
    waiting = [row for row in done.rows if row.state is not State.LIVE]
    return [
        *([f"✅ Adopted, and verified in Asterisk: {some(live, MAX_NUMBERS)}."] if live else []),
        *(f"🕓 {wording.label(row)}: {wording.configuration(row)}" for row in waiting),
        *(
            f"❌ {number} is yours again, as it was, because Asterisk had it otherwise: {reason}"
            for number, reason in done.returned.items()
        ),
        *(
            f"❌ {number} is Switchhook's, but Asterisk has it otherwise than before, and it could not be given back: "
            f"{reason}. To try that again: /ext release {number}"
            for number, reason in done.not_returned.items()
        ),
        *(
            f"⚠️ The secret of {number} goes on working, but it is short: /ext secret {number} makes a better one"
            for number in done.short_secrets
        ),
        *_refused(done.refused, "stays yours"),
    ]


def release(preview: ReleasePreview) -> list[str]:
    """Say how each would be given back."""
    count = len(preview.restored) + len(preview.written)
    return [
        _would(count, "be yours again"),
        *(
            [f"Your lines come back, byte for byte: {some(preview.restored, MAX_NUMBERS)}."]
            if preview.restored
            else []
        ),
        *(
            [
                "Written into your part of the files as they are now, because they have changed since, or were "
                f"never yours: {some(preview.written, MAX_NUMBERS)}."
            ]
            if preview.written
            else []
        ),
        *(
            [
                "Busy lamps (BLF) that watch them go dark, as your lines have no hint: "
                f"{some(preview.without_hint, MAX_NUMBERS)}."
            ]
            if preview.without_hint
            else []
        ),
        *_refused(preview.refused, "stays Switchhook's"),
        *([f"⚠️ {wording.ended(preview.obstacle)}"] if preview.obstacle else []),
    ]


def released(done: ReleasePreview) -> list[str]:
    """Say what came of a release."""
    return [
        f"✅ Yours again, registered or not as before: {some([*done.restored, *done.written], MAX_NUMBERS)}.",
        *_refused(done.refused, "stays Switchhook's"),
    ]
