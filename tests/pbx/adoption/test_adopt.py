"""Phones written by hand become Switchhook's and go back, while they are registered; every other byte stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest

from models import adopted_options, audit
from models.actor import Actor
from models.extension import Extension, State
from models.fields import Changes
from pbx import directory, extensions, numbers
from pbx.adoption import adopt, adopt_preview, markers, release, release_preview
from pbx.contacts import all_contacts
from pbx.errors import Overtaken, Refusal
from pbx.publish import publish
from pbx.services import Services
from tests.asterisk_bed import Asterisk, Phone
from tests.pbx.adoption import office
from tests.pbx.adoption.texts import PHONE
from tests.pbx.extension_driver import live
from tests.slash_commands import TESTER
from tests.waiting import wait_for

NUMBERS = ("101", "102", "103", "104")


@pytest.fixture
def phones(asterisk: Asterisk) -> Iterator[dict[str, Phone]]:
    with ExitStack() as stack:
        made = {
            number: stack.enter_context(Phone(number, office.PASSWORDS[number], asterisk.sip_domain))
            for number in ("101", "103")
        }
        for phone in made.values():
            phone.register()
        yield made


def registered(services: Services) -> dict[str, list[str]]:
    found = all_contacts(services.settings)
    return {number: [each.address for each in found[number]] for number in sorted(found) if number != "trunk"}


def call(caller: Phone, callee: Phone, number: str) -> None:
    caller.dial(number)
    callee.wait_incoming()
    callee.answer()
    caller.wait_established()
    caller.hangup()
    callee.wait_ended()


def test_phones_stay_registered_and_call_and_release_gives_the_files_back(
    services: Services, asterisk: Asterisk, phones: dict[str, Phone]
) -> None:
    files, there = office.files(asterisk.config_dir), registered(services)
    shown = asterisk.cli("dialplan show from-internal")
    assert there.keys() == phones.keys()

    done = adopt.adopt(services, None, by=TESTER)

    assert [row.number for row in done.rows] == list(NUMBERS)
    assert {row.state for row in done.rows} == {State.LIVE}
    assert (done.returned, done.short_secrets) == ({}, ["104"])
    assert registered(services) == there
    call(phones["101"], phones["103"], "103")
    phones["101"].register()  # anew, with the secret that it has
    call(phones["103"], phones["101"], "101")
    for name, content in office.files(asterisk.config_dir).items():
        assert markers.uncomment(content, NUMBERS).startswith(files[name])

    back = release.release(services, None, by=TESTER)

    assert (list(back.restored), list(back.written)) == (list(NUMBERS), [])
    assert office.files(asterisk.config_dir) == files
    assert asterisk.cli("dialplan show from-internal") == shown
    assert registered(services) == there
    call(phones["101"], phones["103"], "103")
    phones["103"].register()
    assert directory.listing(services) == []
    acts = [(entry.action, entry.number) for entry in audit.latest(services.database)]
    assert acts == [
        *(("released", number) for number in reversed(NUMBERS)),
        *(("adopted", number) for number in reversed(NUMBERS)),
    ]


def test_a_trunk_and_what_is_no_number_stay_the_administrators(services: Services) -> None:
    refused = {each.name: each for each in adopt_preview.preview(services, None).refused}
    assert refused.keys() == {"trunk", "150"}
    assert "looks like a trunk" in refused["150"].reason
    with pytest.raises(Refusal, match="150: nothing logs in to it"):
        adopt.adopt(services, ["150"], by=TESTER)
    with pytest.raises(Refusal, match="199: there is no such endpoint"):
        adopt.adopt(services, ["199"], by=TESTER)


def test_one_phone_alone_is_adopted_and_keeps_the_steps_of_its_own(
    services: Services, asterisk: Asterisk
) -> None:
    done = adopt.adopt(services, ["102"], by=TESTER)
    (row,) = done.rows
    assert row.reason is not None
    assert "written by hand at" in row.reason
    assert markers.numbers_in((asterisk.config_dir / "pjsip.conf").read_bytes()) == {"102"}
    assert markers.numbers_in((asterisk.config_dir / "extensions.conf").read_bytes()) == set()
    assert "Playback(vm-nobodyavail)" in asterisk.cli("dialplan show 102@from-internal")
    publish(services)
    stored = adopted(services, "102").adopted_options or {}
    assert adopted_options.decrypted(stored, services.cipher.decrypt) == {
        "endpoint": [("device_state_busy_at", "2"), ("mailboxes", "102@default")],
        "aor": [("remove_existing", "no")],
    }
    assert "102@default" not in str(stored)
    assert "102@default" in asterisk.cli("pjsip show endpoint 102")
    adopt.adopt(services, ["101", "104"], by=TESTER)
    assert release_preview.preview(services, ["101", "104"]).without_hint == ["104"]


def test_a_hint_of_the_wizards_stays_where_the_steps_stay_the_administrators(
    services: Services, asterisk: Asterisk
) -> None:
    path = asterisk.config_dir / "extensions.conf"
    path.write_text(path.read_text().replace("${EXTEN},30", "${EXTEN},20"))
    office.load(asterisk)
    shown = asterisk.cli("core show hints")
    assert "103@from-internal" in shown
    done = adopt.adopt(services, ["103"], by=TESTER)
    assert [row.state for row in done.rows] == [State.LIVE]
    wait_for(lambda: asterisk.cli("core show hints") == shown)
    office.load(asterisk)
    wait_for(lambda: asterisk.cli("core show hints") == shown)
    live(extensions.change(services, "103", Changes(name="Caroline"), by=TESTER))
    assert release.release(services, ["103"], by=TESTER).written == ["103"]
    wait_for(lambda: asterisk.cli("core show hints") == shown)
    assert directory.listing(services) == []


def adopted(services: Services, number: str) -> Extension:
    return extensions.get(services, number)


def test_a_phone_that_was_changed_is_released_as_it_is_now(services: Services, asterisk: Asterisk) -> None:
    adopt.adopt(services, ["101"], by=TESTER)
    live(extensions.change(services, "101", Changes(name="Alice Smith", max_contacts=2), by=TESTER))
    back = release.release(services, ["101"], by=TESTER)
    assert (list(back.restored), list(back.written)) == ([], ["101"])
    text = (asterisk.config_dir / "pjsip.conf").read_text()
    assert 'callerid="Alice Smith" <101>' in text
    assert ";switchhook-released 101; [101]" in text
    assert "Alice Smith" in asterisk.cli("pjsip show endpoint 101")
    publish(services)
    again = adopt.adopt(services, ["101"], by=TESTER)
    assert [(row.name, row.max_contacts, row.state) for row in again.rows] == [("Alice Smith", 2, State.LIVE)]


def test_what_asterisk_has_not_loaded_is_not_adopted(services: Services, asterisk: Asterisk) -> None:
    path = asterisk.config_dir / "pjsip.conf"
    path.write_text(path.read_text().replace("max_contacts=1\n", "max_contacts=3\n", 1))
    files = office.files(asterisk.config_dir)
    done = adopt.adopt(services, ["101"], by=TESTER)
    assert done.rows == []
    assert "MaxContacts of its aor would change: '1' → '3'" in done.returned["101"]
    assert office.files(asterisk.config_dir) == files
    assert numbers.find(services, "101") is None


def test_a_phone_that_cannot_be_given_back_is_named_and_the_others_are_told(
    services: Services, asterisk: Asterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = asterisk.config_dir / "pjsip.conf"
    path.write_text(path.read_text().replace("max_contacts=1\n", "max_contacts=3\n", 1))
    give_back = release.give_back

    def asterisk_dies(services: Services, numbers: list[str], *, by: Actor, typed: str) -> None:
        asterisk.kill()
        give_back(services, numbers, by=by, typed=typed)

    monkeypatch.setattr(release, "give_back", asterisk_dies)
    done = adopt.adopt(services, ["101", "104"], by=TESTER)
    asterisk.start()
    assert ([row.number for row in done.rows], done.returned) == (["104"], {})
    assert "MaxContacts" in done.not_returned["101"]
    assert "is Asterisk running" in done.not_returned["101"]


@pytest.mark.parametrize(("kind", "section"), [("endpoint", "type=endpoint"), ("AOR", "type=aor")])
def test_a_phone_that_asterisk_does_not_take_stays_and_the_others_are_adopted(
    services: Services, asterisk: Asterisk, kind: str, section: str
) -> None:
    with (asterisk.config_dir / "pjsip.conf").open("a") as file:
        file.write(PHONE.replace("101", "105").replace(section, f"{section}\nnot_an_option=1"))
    office.load(asterisk)
    done = adopt.adopt(services, None, by=TESTER)
    assert [row.number for row in done.rows] == list(NUMBERS)
    (refused,) = [each for each in done.refused if each.name == "105"]
    assert f"Asterisk has no {kind} of it, though your files do" in refused.reason
    assert numbers.find(services, "105") is None


def test_files_that_were_edited_since_they_were_shown_are_looked_at_once_more(
    services: Services, asterisk: Asterisk
) -> None:
    seen = adopt_preview.preview(services, ["101"]).digest
    with (asterisk.config_dir / "phones.d/dave.conf").open(
        "a"
    ) as file:  # it has none of its lines: a template, maybe
        file.write("\n; by Jane\n")
    with pytest.raises(Overtaken):
        adopt.adopt(services, ["101"], by=TESTER, seen=seen)


def test_an_emergency_number_is_never_adopted(services: Services, asterisk: Asterisk) -> None:
    path = asterisk.config_dir / "pjsip.conf"
    path.write_text(path.read_text().replace("[101]", "[112]").replace("=101", "=112"))
    with pytest.raises(Refusal, match="112: it is an emergency number"):
        adopt.adopt(services, ["112"], by=TESTER)


def test_the_endpoint_that_calls_out_go_through_is_never_adopted(services: Services) -> None:
    settings = services.settings.model_copy(update={"outbound_trunk": "101"})
    found = adopt_preview.preview(replace(services, settings=settings), None)
    assert "101" not in [each.number for each in found.candidates]
    assert [each.reason for each in found.refused if each.name == "101"] == [
        "calls out go through it (OUTBOUND_TRUNK)"
    ]


def test_steps_that_stand_in_no_file_keep_a_phone_from_being_adopted(
    services: Services, asterisk: Asterisk
) -> None:
    (asterisk.config_dir / "extensions.ael").write_text(
        "context from-internal { _10X => { Dial(PJSIP/${EXTEN},10); Voicemail(${EXTEN}); } }\n"
    )
    asterisk.cli("module load res_ael_share.so")
    asterisk.cli("module load pbx_ael.so")
    try:
        (refused,) = adopt_preview.preview(services, ["101"]).refused
        assert "what calls to it do comes from pbx_ael" in refused.reason
    finally:
        asterisk.cli("module unload pbx_ael.so")
