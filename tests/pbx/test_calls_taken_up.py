"""Calls that go on over a restart of the listener."""

from __future__ import annotations

import pytest

from pbx.calls import Call, Leg
from pbx.facts import OpenCall
from tests.pbx.legs import ALICE, BOB, answered, dialled, end, ended, leg


@pytest.fixture
def call() -> Call:
    return dialled()


@pytest.fixture
def bob(call: Call) -> Leg:
    return leg(call, BOB, "102")


def test_an_open_call_is_taken_up_again_without_being_told_again(call: Call, bob: Leg) -> None:
    call.ring(bob, 1)
    call.answer(bob, 3)
    known = call.snapshot()
    assert known == OpenCall(
        linkedid="1.0", caller="101", caller_name="Alice", callee="102", channel=BOB, rang_at=1, answered_at=3
    )
    again = Call.restored(known)
    assert again.snapshot() == known
    leg(again, ALICE, "101", is_caller=True)
    back = leg(again, BOB, "102")
    assert (again.shown, again.ring(back, 10), again.answer(back, 10)) == (back, [], [])
    assert end(again, 13, cause=16) == ended(
        13, "answered", cause=16, cause_text="why", rang=2.0, talked=10.0
    )


def test_an_open_call_that_only_rings_may_still_be_answered() -> None:
    again = Call.restored(OpenCall(linkedid="1.0", caller="101", callee="102", channel=BOB, rang_at=1))
    leg(again, ALICE, "101", is_caller=True)
    bob = leg(again, BOB, "102")
    assert again.ring(bob, 2) == []
    assert again.answer(bob, 3) == [answered(3, rang=2)]


def test_an_open_call_without_a_phone_knows_what_was_dialled() -> None:
    again = Call.restored(OpenCall(linkedid="1.0", caller="101", callee="500"))
    assert (again.shown, again.callee, again.snapshot().channel) == (None, "500", "")
    assert again.end(9) == [ended(9, callee="500", channel="")]
