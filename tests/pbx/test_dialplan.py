"""The text of the extensions.conf block, and the patterns of a range."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbx import dialplan
from pbx.ami_messages import Message

# As the guide's dialplan sections have them.
GUIDE = """\
[from-internal]
; Extension 101
exten => 101,1,NoOp(Call to extension 101)
 same => n,Dial(PJSIP/101,30)
 same => n,Hangup()
exten => 101,hint,PJSIP/101

; Extension 103
exten => 103,1,NoOp(Call to extension 103)
 same => n,Dial(PJSIP/103,30)
 same => n,Hangup()
exten => 103,hint,PJSIP/103

; Every number of the range, after all else that can be dialled here
include => switchhook-range

[sales]
; Extension 102
exten => 102,1,NoOp(Call to extension 102)
 same => n,Dial(PJSIP/102,30)
 same => n,Hangup()
exten => 102,hint,PJSIP/102

[switchhook-range]
exten => _1XX,1,NoOp(Extension to extension call: ${EXTEN})
 same => n,Dial(PJSIP/${EXTEN},30)
 same => n,Hangup()
"""


EXTENS = [("101", "from-internal"), ("102", "sales"), ("103", "from-internal")]


def test_the_block_is_the_guides_dialplan() -> None:
    extens = [dialplan.exten(number, context) for number, context in EXTENS]
    assert dialplan.render(extens, dialplan.range_extens(100, 199)) == GUIDE


def test_a_hint_alone_stands_beside_steps_of_the_administrators() -> None:
    hint = dialplan.hint_alone("101", "sales")
    assert dialplan.render([hint], []) == "[sales]\n; Extension 101\nexten => 101,hint,PJSIP/101\n"
    step = {"Context": "sales", "Extension": "101", "Priority": "1", "Application": "Answer", "AppData": ""}
    shown = {**step, "Priority": "hint", "Application": "PJSIP/101"}
    assert hint.is_shown([step, shown])
    assert not hint.is_shown([step])


def test_the_lines_of_each_exten_are_found_again() -> None:
    found = dialplan.entries(GUIDE)
    assert list(found) == [
        ("from-internal", "101"),
        ("from-internal", "103"),
        ("sales", "102"),
        ("switchhook-range", "_1XX"),
    ]
    assert found["sales", "102"] == dialplan.exten("102", "sales").text()


def test_an_exten_is_added_to_the_running_dialplan_step_by_step() -> None:
    made = dialplan.exten("101", "sales")
    whole = {"Action": "DialplanExtensionAdd", "Context": "sales", "Extension": "101", "Replace": "yes"}
    assert list(made.add_actions()) == [
        whole | {"Priority": "1", "Application": "NoOp", "ApplicationData": "Call to extension 101"},
        whole | {"Priority": "2", "Application": "Dial", "ApplicationData": "PJSIP/101,30"},
        whole | {"Priority": "3", "Application": "Hangup", "ApplicationData": ""},
        whole | {"Priority": "hint", "Application": "PJSIP/101", "ApplicationData": ""},
    ]
    assert dialplan.show_action("sales", "101") == {
        "Action": "ShowDialPlan", "Context": "sales", "Extension": "101",
    }  # fmt: skip
    assert dialplan.remove_action("sales", "101") == {
        "Action": "DialplanExtensionRemove", "Context": "sales", "Extension": "101",
    }  # fmt: skip
    assert dialplan.range_action(100) == dialplan.show_action("from-internal", "100")


def listed(exten: dialplan.Exten) -> list[dict[str, str]]:
    """As ShowDialPlan lists it."""
    return [
        {
            "Context": exten.context,
            "Extension": exten.exten,
            "Priority": action["Priority"],
            "Application": action["Application"],
            "AppData": action["ApplicationData"],
            "Registrar": "pbx_config",
        }
        for action in exten.add_actions()
    ]


def test_an_exten_is_shown_when_all_its_steps_are_and_no_other() -> None:
    made, pattern = dialplan.exten("101", "sales"), listed(dialplan.range_extens(100, 199)[0])
    shown = listed(made)
    assert made.is_shown(pattern + shown)
    assert not made.is_shown(shown[1:])
    assert not made.is_shown([*shown, shown[0] | {"Priority": "4"}])
    assert not made.is_shown([*shown[1:], shown[0] | {"AppData": "x"}])
    assert made.is_absent(pattern)
    assert made.is_absent([step | {"Context": "other"} for step in shown])
    assert not made.is_absent(shown[:1])


def test_only_steps_as_switchhook_puts_them_there_are_its_own() -> None:
    made = dialplan.exten("101", "sales")
    shown = listed(made)
    assert made.own_priorities(shown) == {"1", "2", "3", "hint"}
    assert made.own_priorities([shown[0], shown[1] | {"Registrar": "AEL"}]) == {"1"}
    assert made.own_priorities([shown[0] | {"Application": "Answer"}]) == set()
    assert dialplan.is_ours(shown[0])
    assert not dialplan.is_ours(shown[0] | {"AppData": "x"})
    assert not dialplan.is_ours({})


def test_the_range_is_included_where_its_context_is_listed() -> None:
    assert dialplan.is_range_included(listed(dialplan.range_extens(100, 199)[0]))
    assert not dialplan.is_range_included(listed(dialplan.exten("100", "from-internal")))


def test_lines_are_found_by_context_and_exten_however_they_are_written() -> None:
    text = "[ a ]x\nexten=>1 ,1,A()\n same=n,B()\nexten = 2;x,1,C()\n[b]\nsame => n,D()\nexten => 1,1,E()\nexten => 1,2,F()\n"
    assert dialplan.entries(text) == {
        (" a ", "1"): "exten=>1 ,1,A()\n same=n,B()\n",
        (" a ", "2"): "exten = 2;x,1,C()\n",
        ("b", ""): "same => n,D()\n",
        ("b", "1"): "exten => 1,1,E()\nexten => 1,2,F()\n",
    }


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (100, 199, ["_1XX"]),
        (10, 99, ["_[1-9]X"]),
        (100, 101, ["_10[0-1]"]),
        (150, 150, ["_150"]),
        (200, 234, ["_2[0-2]X", "_23[0-4]"]),
        (1095, 1205, ["_109[5-9]", "_11XX", "_120[0-5]"]),
    ],
)
def test_patterns_are_as_few_as_a_person_would_write(first: int, last: int, expected: list[str]) -> None:
    assert dialplan.patterns(first, last) == expected


RANGES = (
    st.integers(2, 3)
    .flatmap(lambda digits: st.tuples(*[st.integers(10 ** (digits - 1), 10**digits - 1)] * 2))
    .map(sorted)
)


@given(RANGES)
def test_patterns_match_the_numbers_of_the_range_and_no_others(bounds: list[int]) -> None:
    first, last = bounds
    patterns = dialplan.patterns(first, last)
    matchers = [re.compile(pattern[1:].replace("X", "[0-9]")) for pattern in patterns]
    matched = [n for n in range(10 ** len(str(first))) if any(m.fullmatch(str(n)) for m in matchers)]
    assert matched == list(range(first, last + 1))
    assert len(patterns) <= 2 * len(str(first))


def test_the_steps_that_answer_are_those_of_the_exten_that_is_searched_first() -> None:
    def step(context: str, exten: str, priority: str) -> Message:
        return Message({"Context": context, "Extension": exten, "Priority": priority})

    first = [step("here", "101", "1"), step("here", "101", "2")]
    shown = [step("here", "101", "hint"), *first, step("here", "_1XX", "1"), step("other", "101", "1")]
    assert dialplan.answering_steps(shown) == first
    assert dialplan.answering_steps(shown[:1]) == []
