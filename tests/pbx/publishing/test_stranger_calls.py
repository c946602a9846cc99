"""Calls from outside are followed through includes, jumps and menus."""

from __future__ import annotations

import pytest

from tests.pbx.publishing.strangers import from_trunk


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ("[ivr]\ninclude => from-internal\nexten => s,1,WaitExten()", "which includes from-internal"),
        ("[ivr]\nexten => s,1,Goto(from-internal,${N},1)", "where s goes on to Goto"),
        (
            "[ivr]\nexten => s,1,Goto(menu,1)\nexten => menu,1,DISA(no-password,from-internal)",
            "where menu goes",
        ),
        (
            "[ivr]\nexten => s,1,Macro(out,1)\n[macro-out]\nexten => s,1,Goto(from-internal,${ARG1},1)",
            "[macro-out]",
        ),
        (
            "[ivr]\nexten => s,1,Goto(from-internal,7,1)\n[from-internal]\nexten => 7,1,WaitExten()",
            "where 7 goes on",
        ),
        (
            "[ivr]\nexten => s,1,Goto(from-internal,7,1)\n[from-internal]\nexten => 7,1,Dial(PJSIP/7,3,tT)",
            "option T",
        ),
    ],
)
def test_a_menu_is_followed_and_what_it_waits_for(more: str, what: str) -> None:
    (told,) = from_trunk("15550100", "Goto(ivr,s,1)", more)
    assert what in told


def test_a_menu_whose_callers_dial_into_another_context_is_no_danger() -> None:
    more = "[ivr]\ninclude => people\nexten => s,1,WaitExten()\n[people]\nexten => 101,1,Goto(from-internal,101,1)\n"
    assert from_trunk("15550100", "Goto(ivr,s,1)", more) == []


def test_fixed_numbers_are_followed_with_what_they_are() -> None:
    more = "[did]\nexten => _X.,1,Goto(from-internal,${EXTEN},1)\n"
    assert from_trunk("15550100", "Goto(did,${EXTEN},1)", more) == []
    assert len(from_trunk("_X.", "Goto(did,${EXTEN},1)", more)) == 1


def test_dialplans_that_go_round_in_circles_end() -> None:
    more = "[a]\ninclude => from-trunk\nexten => _X.,1,Goto(a,1${EXTEN:1},1)\n"
    assert from_trunk("_X.", "Goto(a,${EXTEN},1)", more) == []
