"""Faults of a number's configuration are made in a real Asterisk, its files and the database, and found first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from models import audit
from models.employee import Employee, Stage
from models.fields import NewExtension
from models.types import now
from pbx import extensions
from pbx.doctor import number_checks
from pbx.doctor.fixes import FIXES, carry_out
from pbx.errors import Refusal
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.pbx.doctor.number_driver import examined, first, mend, phone_of, the_finding
from tests.pbx.extension_driver import create_live
from tests.slash_commands import TESTER

MENDED = "101 is live, verified in Asterisk"


def test_of_a_sound_number_nothing_is_found_and_all_was_checked(
    services: Services, asterisk: Asterisk
) -> None:
    with phone_of(services, asterisk) as phone:
        phone.register()
        report = examined(services)
    assert report.findings == ()
    assert [slug for slug, _ in report.checked] == [check.slug for check in number_checks.CHECKS]


def test_a_number_that_nobody_has_is_said_with_how_to_make_it(services: Services) -> None:
    found = the_finding(services, "199")
    assert (found.check, found.seen) == ("number", "there is no extension 199")
    assert "/ext create 199 Name" in found.remedy


def test_a_number_written_by_hand_is_said_with_its_place(services: Services, asterisk: Asterisk) -> None:
    with (asterisk.config_dir / "pjsip.conf").open("a") as file:
        file.write("\n[155]\ntype=endpoint\n")
    assert "pjsip.conf:17, written by hand" in the_finding(services, "155").seen


def test_a_disabled_number_can_be_enabled(services: Services) -> None:
    create_live(services, "101")
    extensions.disable(services, "101", by=TESTER)
    found = the_finding(services)
    assert (found.check, found.remedy) == ("number-disabled", "/ext enable 101")
    assert mend(services, found) == MENDED
    assert first(services).check == "number-registered"


def left(services: Services) -> None:
    """Alice, who has 101, leaves."""
    gone = Employee(
        source="standard",
        external_id="e1",
        name="Alice",
        number="101",
        stage=Stage.LEFT,
        left_at=now() + timedelta(seconds=1),
    )
    with services.database.session() as session:
        session.add(gone)


def test_the_number_of_somebody_who_left_is_let_in_again_by_no_button(services: Services) -> None:
    create_live(services, "101")
    extensions.disable(services, "101", by=TESTER)
    left(services)
    found = the_finding(services)
    assert (found.check, found.seen, found.fix) == (
        "number-disabled",
        "101 is disabled, and Alice has left",
        None,
    )


def test_a_button_of_before_somebody_left_lets_nobody_in(services: Services) -> None:
    create_live(services, "101")
    extensions.disable(services, "101", by=TESTER)
    left(services)
    with pytest.raises(Refusal, match="Alice has left, and still has the password of 101"):
        carry_out(services, FIXES["enable"], "101", TESTER)
    assert not extensions.get(services, "101").enabled
    assert audit.latest(services.database, "101")[0].action == "changed"  # nothing says that it was done


def test_somebody_who_left_and_has_the_password_is_found(services: Services, asterisk: Asterisk) -> None:
    with phone_of(services, asterisk) as phone:
        phone.register()
        left(services)
        found = the_finding(services)
    assert found.check == "number-leaver"
    assert found.remedy == "/ext secret 101 makes a new one"


def test_what_is_saved_and_not_live_can_be_written(services: Services) -> None:
    extensions.save_new(services, NewExtension(number="101", name="Alice"), by=TESTER)
    found = the_finding(services)
    assert (found.check, found.seen) == (
        "number-state",
        "101 is saved, and not live in Asterisk yet (Asterisk was not asked yet)",
    )
    assert mend(services, found) == MENDED


def test_what_was_refused_is_said_with_where_it_stands_by_hand(
    services: Services, asterisk: Asterisk
) -> None:
    extensions.save_new(services, NewExtension(number="101", name="Alice"), by=TESTER)
    with (asterisk.config_dir / "pjsip.conf").open("a") as file:
        file.write("\n[101]\ntype=endpoint\n")
    extensions.publish_all(services, by=TESTER)
    found = the_finding(services)
    assert (found.check, "pjsip.conf:17" in found.seen) == ("number-state", True)
    assert "take another number, or remove it there first" in found.remedy
    assert found.fix is None


def edited(path: Path, before: str, after: str) -> None:
    text = path.read_text()
    assert text.count(before) == 1
    path.write_text(text.replace(before, after))


@pytest.mark.parametrize(
    ("name", "line"), [("pjsip.conf", "allow=alaw\n"), ("extensions.conf", "exten => 101,hint,PJSIP/101\n")]
)
def test_lines_that_somebody_edited_are_found_in_their_file(
    services: Services, asterisk: Asterisk, name: str, line: str
) -> None:
    create_live(services, "101")
    edited(asterisk.config_dir / name, line, "")
    found = the_finding(services)
    assert (found.check, f"{name} has not the lines that 101 should have" in found.seen) == (
        "number-lines",
        True,
    )
    assert mend(services, found) == MENDED
    assert first(services).check == "number-registered"


def without_exten(asterisk: Asterisk) -> None:
    asterisk.cli("dialplan remove extension 101@from-internal")


def without_hint(asterisk: Asterisk) -> None:
    asterisk.cli("dialplan remove extension 101@from-internal hint")


def with_other_codecs(asterisk: Asterisk) -> None:
    """Asterisk reads another file than the one that stands there afterwards."""
    _reloaded_with(asterisk, "allow=alaw\n", "allow=gsm\n")


def with_another_secret(asterisk: Asterisk) -> None:
    _reloaded_with(asterisk, "username=101\npassword=", "username=101\npassword=x")


def with_another_aor(asterisk: Asterisk) -> None:
    _reloaded_with(asterisk, "max_contacts=1\n", "max_contacts=3\n")


def without_endpoint(asterisk: Asterisk) -> None:
    _reloaded_with(asterisk, "type=endpoint\n", "type=endpoints\n")


def _reloaded_with(asterisk: Asterisk, before: str, after: str) -> None:
    path = asterisk.config_dir / "pjsip.conf"
    sound = path.read_text()
    edited(path, before, after)
    asterisk.cli("module reload res_pjsip.so")
    path.write_text(sound)


@pytest.mark.parametrize(
    ("put", "seen"),
    [
        (without_exten, "the dialplan does not have 101@from-internal with its hint"),
        (without_hint, "the dialplan does not have 101@from-internal with its hint"),
        (with_other_codecs, "allow is '(ulaw|gsm|g722)' instead of '(ulaw|alaw|g722)'"),
        (with_another_secret, "(password differs)"),
        (with_another_aor, "max_contacts is '3' instead of '1'"),
        (without_endpoint, "there is no endpoint 101"),
    ],
)
@pytest.mark.usefixtures("impatient")
def test_what_asterisk_shows_differently_is_found_and_loaded_anew(
    services: Services, asterisk: Asterisk, put: Callable[[Asterisk], None], seen: str
) -> None:
    create_live(services, "101")
    put(asterisk)
    found = the_finding(services)
    assert (found.check, seen in found.seen) == ("number-loaded", True), found.seen
    assert mend(services, found) == MENDED
    assert first(services).check == "number-registered"


def test_what_a_live_number_lacks_besides_is_found(services: Services, asterisk: Asterisk) -> None:
    with phone_of(services, asterisk, context="sales", codecs=["opus", "ulaw"]) as phone:
        phone.register()
        context, codec = examined(services).findings
    assert (context.check, context.seen) == ("number-besides", "your dialplan has no context sales")
    assert (codec.check, "cannot translate opus" in codec.seen) == ("number-besides", True)
