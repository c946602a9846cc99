"""Who calls the number gets what: found in a real Asterisk's dialplan."""

from __future__ import annotations

import pytest

from pbx import extensions
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.pbx.doctor.number_driver import examined, phone_of, the_finding
from tests.slash_commands import TESTER


def write(asterisk: Asterisk, lines: str) -> None:
    path = asterisk.config_dir / "extensions.conf"
    path.write_text(f"{lines}\n{path.read_text()}")
    asterisk.cli("dialplan reload")


def test_steps_of_the_administrators_that_ring_nobody_are_found_with_their_place(
    services: Services, asterisk: Asterisk
) -> None:
    with phone_of(services, asterisk) as phone:
        phone.register()
        write(asterisk, "[from-internal]\nexten => 101,1,Playback(closed)")
        extensions.verify(services, "101", by=TESTER)
        found = the_finding(services)
    assert (found.check, found.seen) == (
        "number-answers",
        "who calls 101 from from-internal gets 101 of from-internal, which begins with Playback",
    )
    assert "extensions.conf:2: asterisk -rx" in found.remedy


@pytest.mark.parametrize("step", ["Dial(PJSIP/101&PJSIP/102,20)", "Goto(reception,s,1)", "Dial(${ALICE})"])
def test_steps_of_the_administrators_that_ring_it_or_may_do_are_sound(
    services: Services, asterisk: Asterisk, step: str
) -> None:
    with phone_of(services, asterisk) as phone:
        phone.register()
        write(asterisk, f"[from-internal]\nexten => 101,1,Answer()\n same => n,{step}")
        extensions.verify(services, "101", by=TESTER)
        assert examined(services).findings == ()


def test_a_pattern_that_outranks_it_where_others_call_from_is_found(
    services: Services, asterisk: Asterisk
) -> None:
    write(asterisk, "[sales]\nexten => 9,1,NoOp()\n[from-internal]\nexten => _10X,1,VoiceMail(1)")
    with phone_of(services, asterisk, context="sales") as phone:
        phone.register()
        found = the_finding(services)
    assert (found.check, found.seen) == (
        "number-answers",
        "who calls 101 from from-internal gets _10X of from-internal, which begins with VoiceMail",
    )
    assert "extensions.conf:4" in found.remedy
