"""Steps that do just what Switchhook's own do are told from all others."""

from __future__ import annotations

import pytest

from pbx import hand_written_steps
from tests.pbx.config.texts import admin_config

AS_OURS = """\
exten => 101,1,NoOp(Call to extension 101)
 same => n,Dial(PJSIP/101,30)
 same => n,Hangup()
exten => 101,hint,PJSIP/101
"""
PATTERN = "exten => _1XX,1,NoOp(x)\n same => n,Dial(PJSIP/${EXTEN},30)\n same => n,Hangup()\n"
VOICEMAIL = PATTERN.replace("Hangup()", "VoiceMail(${EXTEN})")


def lines(extensions: str) -> list[int]:
    dialplan = admin_config(extensions="[from-internal]\n" + extensions).dialplan
    return [step.line for step in hand_written_steps.own_lines(dialplan, "101", "from-internal")]


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        (AS_OURS, [2, 3, 4, 5]),
        (AS_OURS + PATTERN, [2, 3, 4, 5]),
        ("exten => 101,1,Dial(PJSIP/${EXTEN},30)\nexten => 101,2,Hangup\n", [2, 3]),
        ("exten => 101,hint,PJSIP/101\n" + PATTERN, [2]),
        ("exten => 102,1,Hangup()\n", []),
    ],
)
def test_steps_as_ours_may_be_replaced(steps: str, found: list[int]) -> None:
    assert lines(steps) == found


@pytest.mark.parametrize(
    "steps",
    [
        AS_OURS.replace("30", "20"),
        AS_OURS.replace(",30", ",30,tT"),
        AS_OURS.replace("PJSIP/101,30", "PJSIP/101&PJSIP/102,30"),
        AS_OURS.replace("hint,PJSIP/101", "hint,PJSIP/101&Custom:DND101"),
        AS_OURS.replace(" same => n,Hangup()", " same => n,VoiceMail(101)\n same => n,Hangup()"),
        AS_OURS.replace("n,Dial", "n(dial),Dial"),
        AS_OURS.replace(" same => n,Hangup()\n", ""),
        AS_OURS.replace("101,1,", "101,2,"),
        AS_OURS + VOICEMAIL,
    ],
)
def test_other_steps_stay(steps: str) -> None:
    assert lines(steps) == []


def test_a_template_that_other_contexts_have_too_stays() -> None:
    dialplan = admin_config(extensions=f"[t](!)\n{AS_OURS}[from-internal](t)\n[sales](t)\n").dialplan
    assert hand_written_steps.own_lines(dialplan, "101", "from-internal") == []


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ("", []),
        (AS_OURS, []),
        (PATTERN, []),
        (VOICEMAIL, ["extensions.conf:2"]),
        ("include => phones\n[phones]\n" + AS_OURS, []),
        ("include => phones\n[phones]\n" + AS_OURS.replace("30", "20"), ["extensions.conf:4"]),
        (PATTERN + "include => rest\n[rest]\nexten => _X.,1,Hangup()\n", []),
        ("include => rest\n[rest]\nexten => _X.,1,Hangup()\n", ["extensions.conf:4"]),
    ],
)
def test_what_answers_a_number_in_another_way_is_named(steps: str, found: list[str]) -> None:
    dialplan = admin_config(extensions="[from-internal]\n" + steps).dialplan
    places = hand_written_steps.others(dialplan, "101", "from-internal")
    assert [place.rpartition("/")[2] for place in places] == found
