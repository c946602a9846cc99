"""Strangers who could call out are named, with the way they get there and what to do about it."""

from __future__ import annotations

import pytest

from pbx.publishing.stranger_calls import Outsiders
from tests.pbx.publishing.strangers import from_trunk, refusals


@pytest.mark.parametrize(
    ("exten", "steps"),
    [
        ("_X.", "Goto(from-internal,${EXTEN},1)"),
        ("_.", "Goto(from-internal,${EXTEN},1)"),
        ("_!", "Goto(from-internal,${EXTEN},1)"),
        ("_9X!", "Dial(Local/${EXTEN}@from-internal/n)"),
        ("_NXXXXXX", "Goto(from-internal,${EXTEN},1)"),
        ("_[89]XX", "Goto(from-internal,${EXTEN},1(x))"),
        ("_X.", "Goto(from-internal,${EXTEN:0},1)"),
        ("_X.", "Goto(from-internal,${EXTEN:4},1)"),
        ("_X.", "Goto(from-internal,${EXTEN:-7},1)"),
        ("_+X.", "Goto(from-internal,${EXTEN:1},1)"),
        ("_0X.", "Goto(from-internal,9${EXTEN},1)"),
        ("_1555XXX", "Goto(from-internal,${EXTEN:4},1)"),
        ("1", "Goto(from-internal,${N},1)"),
        ("1", "GotoIf($[${A} = 1]?other,s,1:from-internal,${N},1)"),
        ("1", "GotoIf($[${LEN(${A})} > 1]?from-internal,${N},1)"),
        ("1", "GotoIfTime(9:00-17:00,mon-fri,*,*?from-internal,${N},1)"),
        ("1", "ExecIf($[1]?Goto(from-internal,${N},1))"),
        ("1", "Goto(${WHERE},${N},1)"),
        ("_X.", "Dial(Local/${EXTEN}@${WHERE})"),
        ("_X.", "Dial(PJSIP/1&Local/${EXTEN}@from-internal,30)"),
        ("1", "Dial(PJSIP/1,30,G(from-internal^${N}^1))"),
        ("1", "Originate(Local/1@x,exten,from-internal,${N},1)"),
        ("1", "DISA(1234,from-internal)"),
        ("1", "Set(__TRANSFER_CONTEXT=from-internal)"),
    ],
)
def test_steps_by_which_the_caller_chooses_a_number_of_the_route(exten: str, steps: str) -> None:
    (told,) = from_trunk(exten, steps)
    application = steps.partition("(")[0]
    assert f"come into [from-trunk], where {exten} goes on to {application} (extensions.conf:2) with" in told
    assert "1234" not in told


@pytest.mark.parametrize(
    ("exten", "steps"),
    [
        ("15550100", "Goto(from-internal,101,1)"),
        ("95550100", "Goto(from-internal,${EXTEN},1)"),
        ("_XX", "Goto(from-internal,${EXTEN},1)"),
        ("_[1-8]X.", "Goto(from-internal,${EXTEN},1)"),
        ("_X.", "Goto(from-internal,101,1)"),
        ("_X.", "Goto(from-internal,${EXTEN:-2},1)"),
        ("_X.", "Goto(from-internal,1${EXTEN:-2},1)"),
        ("_1555010X", "Goto(from-internal,${EXTEN:-3},1)"),
        ("_1555[1-8]XX", "Goto(from-internal,${EXTEN:4},1)"),
        ("_0X.", "Goto(from-internal,${EXTEN:0:4},1)"),
        ("_X.", "Goto(from-internal-2,${EXTEN},1)"),
        ("_X.", "NoOp(from-internal,${EXTEN},1)"),
        ("_X.", "Dial(PJSIP/101&PJSIP/102,30,t)"),
        ("_X.", "Dial(PJSIP/${EXTEN}@from-internal,30)"),
        ("_X.", "Set(CHANNEL(musicclass)=from-internal)"),
        ("_X.", "Goto(${CONTEXT},${EXTEN},1)"),
        ("_X.", "Goto(${LABEL})"),
        ("_X.", "NoOp()"),
    ],
)
def test_steps_by_which_nobody_dials_9_are_none(exten: str, steps: str) -> None:
    assert from_trunk(exten, steps) == []


def test_includes_count_in_the_file_and_in_the_running_dialplan() -> None:
    text = "[from-trunk]\ninclude => did\n[did]\ninclude => from-internal\n"
    (by_file,), (running,) = refusals("", in_file=text), refusals(text, in_file="[x]\n")
    assert "take that include out of [from-trunk]" in by_file
    assert "take that include out of [did]" in running


def test_each_kind_of_strangers_is_named_once_with_what_it_needs() -> None:
    trunks = Outsiders("from-internal", ("trunk", "backup"))
    phones = Outsiders("from-internal", ("gate",), are_trunks=False)
    by_trunks, by_phones = refusals("", trunks, phones)
    assert by_trunks.startswith(
        "calls from outside by the endpoints trunk and backup come into [from-internal], and"
    )
    assert "give each a context of its own" in by_trunks
    assert "give that endpoint a password" in by_phones
