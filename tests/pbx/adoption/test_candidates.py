"""Steps go along where a call does the same, and stay where they do anything else."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pbx.adoption import markers
from pbx.adoption.candidates import Candidate
from tests.pbx.adoption.texts import PHONE, WIZARD, candidate, commented, find, reason

STEPS = "[from-internal]\nexten => 101,1,NoOp(x)\n same => n,Dial(PJSIP/101,30)\n same => n,Hangup()\n"
PIECES = st.sampled_from(
    [
        PHONE,
        PHONE.replace("101", "102"),
        "; a note\n",
        ";-- old\n[x]\n--;\n",
        "[phone](!)\ntype=endpoint\n",
        "\n",
    ]
)


def test_steps_that_a_call_would_not_miss_go_along() -> None:
    found = candidate(PHONE, STEPS)
    assert commented(found, STEPS, "extensions.conf") == STEPS.strip().split("\n")[1:]
    assert found.stays == ()


def test_other_steps_stay_and_are_named() -> None:
    found = candidate(PHONE, STEPS.replace("Hangup()", "VoiceMail(101)"))
    assert Path("extensions.conf") not in found.lines
    assert found.stays == ("what calls to it do, at extensions.conf:2",)


def test_steps_with_a_comment_of_several_lines_are_refused() -> None:
    assert "extensions.conf:2 begins" in reason(PHONE, STEPS.replace("NoOp(x)", "NoOp(x) ;-- why\n--;"))


def test_a_hint_of_the_wizards_among_lines_of_the_same_exten_is_refused() -> None:
    wizard = WIZARD + "has_hint=yes\nhint_exten=101\n"
    hint = "exten => 101,hint,PJSIP/101\n"
    for lines in (
        STEPS,
        STEPS + hint,
        STEPS.replace("Hangup()", "VoiceMail(101)"),
        f"[from-internal]\n{hint}",
    ):
        said = reason(wizard=wizard, extensions=lines)
        assert ("at extensions.conf:2: write" in said, "hint_exten= out at pjsip_wizard.conf:1" in said) == (
            True,
            True,
        )
        assert candidate(wizard=WIZARD + "has_hint=yes\n", extensions=lines).has_hint == (hint in lines)
    assert candidate(wizard=wizard, extensions=STEPS.replace("101", "_10X")).has_hint


def test_characters_that_are_no_utf_8_are_refused() -> None:
    assert "no UTF-8" in reason(PHONE.replace("auth=101", "auth=101\ncallerid=Caf\ufffd <101>"))


@given(st.lists(PIECES, unique=True))
def test_what_is_commented_out_is_gone_for_asterisk_and_nothing_else_is(pieces: list[str]) -> None:
    text = "".join(pieces)
    found = [each for each in find(text).values() if isinstance(each, Candidate)]
    assert len(found) == (PHONE in pieces) + (PHONE.replace("101", "102") in pieces)
    lines = text.split("\n")
    for each in found:
        gone = set(commented(each, text))
        assert gone == set(PHONE.replace("101", each.number).strip().split("\n"))
    assert markers.numbers_in("\n".join(lines).encode()) == set()
