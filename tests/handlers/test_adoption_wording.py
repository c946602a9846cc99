"""What is said of an adoption and a release names what stays and why, and no secret."""

from __future__ import annotations

from handlers import adoption_wording
from models.extension import Extension, State
from pbx.adoption.answers import Adopted, AdoptionPreview, ReleasePreview
from pbx.adoption.candidates import Refused
from tests.pbx.adoption.texts import AOR, AUTH, ENDPOINT, PHONE, candidate

TRUNK = Refused("trunk", "it looks like a trunk", is_trunk=True)


def row(number: str, state: State, reason: str | None = None) -> Extension:
    return Extension(number=number, name="Alice", encrypted_secret="-", state=state, reason=reason)


def test_a_preview_says_what_is_kept_commented_out_and_stays() -> None:
    text = f"{ENDPOINT}set_var=PIN=4711\nset_var=FLOOR=2\n{AUTH}{AOR}"
    steps = "[from-internal]\nexten => 101,1,VoiceMail(101)\n"
    first, phone, trunk = adoption_wording.adoption(AdoptionPreview([candidate(text, steps)], [TRUNK]))
    assert first == "1 phone would become Switchhook's; secrets and registrations stay as they are:"
    assert phone.startswith("101 (Extension 101): Context from-internal, ulaw. Kept as it is: ")
    assert "set_var (endpoint); remove_existing (aor)" in phone
    assert "Commented out: pjsip.conf:8-23." in phone
    assert "Stays yours: what calls to it do, at extensions.conf:2." in phone
    assert "Others will see “Extension 101” when it calls" in phone
    assert trunk == "trunk stays yours: it looks like a trunk."
    assert "4711" not in phone
    assert "Alice123Pass" not in phone


def test_a_preview_of_nothing_says_so_and_what_is_in_the_way() -> None:
    assert adoption_wording.adoption(AdoptionPreview([], []))[0] == "No phone would become Switchhook's."
    lines = adoption_wording.adoption(AdoptionPreview([candidate(PHONE)], [], obstacle="type this as root"))
    assert lines[-1] == "⚠️ Type this as root."


def test_an_adoption_says_what_came_of_each() -> None:
    done = Adopted(
        [row("101", State.LIVE), row("102", State.PENDING, "Asterisk is away")],
        [TRUNK],
        {"103": "why"},
        ["101"],
        {"104": "MaxContacts differs (Asterisk is away)"},
    )
    assert adoption_wording.adopted(done) == [
        "✅ Adopted, and verified in Asterisk: 101 (Alice).",
        "🕓 102 (Alice): saved, not live yet: Asterisk is away",
        "❌ 103 is yours again, as it was, because Asterisk had it otherwise: why",
        "❌ 104 is Switchhook's, but Asterisk has it otherwise than before, and it could not be given back: "
        "MaxContacts differs (Asterisk is away). To try that again: /ext release 104",
        "⚠️ The secret of 101 goes on working, but it is short: /ext secret 101 makes a better one",
        "trunk stays yours: it looks like a trunk.",
    ]


def test_a_release_says_which_lines_come_back_and_which_are_new() -> None:
    preview = ReleasePreview(["101"], ["102"], [Refused("103", "it is disabled")], "no right", "", ["101"])
    assert adoption_wording.release(preview) == [
        "2 phones would be yours again; secrets and registrations stay as they are:",
        "Your lines come back, byte for byte: 101.",
        "Written into your part of the files as they are now, because they have changed since, or were never yours: 102.",
        "Busy lamps (BLF) that watch them go dark, as your lines have no hint: 101.",
        "103 stays Switchhook's: it is disabled.",
        "⚠️ No right.",
    ]
    assert adoption_wording.released(preview)[0] == "✅ Yours again, registered or not as before: 101, 102."


def test_of_very_many_some_are_named() -> None:
    numbers = [str(number) for number in range(1000, 1100)]
    line = adoption_wording.release(ReleasePreview(numbers, []))[1]
    assert line.endswith("1018, 1019 and 80 more.")
