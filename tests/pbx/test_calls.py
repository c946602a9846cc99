"""A call from its legs, one step at a time."""

from __future__ import annotations

import pytest

from pbx.calls import Call, Leg
from pbx.facts import CallEnded, CallRinging, OpenCall
from tests.pbx.legs import ALICE, BOB, CAROL, answered, dialled, end, ended, leg, ringing


@pytest.fixture
def call() -> Call:
    return dialled()


@pytest.fixture
def bob(call: Call) -> Leg:
    return leg(call, BOB, "102")


def test_a_call_rings_is_answered_and_ends_once(call: Call, bob: Leg) -> None:
    assert call.ring(bob, 1) == [ringing(1)]
    assert call.ring(bob, 2) == []
    assert call.answer(bob, 3.5) == [answered(3.5, rang=2.5)]
    assert call.answer(bob, 4) == call.ring(bob, 4) == []
    assert call.answer(call.legs[ALICE], 3.6) == []
    assert call.hang_up(bob, 10, 16, "Normal Clearing") == []
    assert call.hang_up(call.legs[ALICE], 11, 0, "") == [
        ended(11, "answered", cause=16, cause_text="Normal Clearing", rang=2.5, talked=6.5)
    ]


def test_a_call_without_one_of_our_extensions_gives_no_facts(call: Call, bob: Leg) -> None:
    call.managed = False
    assert call.ring(bob, 1) == call.answer(bob, 2) == []
    assert [fact for each in list(call.legs.values()) for fact in call.hang_up(each, 3, 16, "")] == []


def test_a_helper_is_no_party(call: Call) -> None:
    helper = leg(call, "Local/102@x-1;2")
    assert call.ring(helper, 1) == call.answer(helper, 2) == []
    assert call.callee == "102"
    call.caller_gives_up()
    assert end(call, 3).disposition == "cancelled"


def test_of_several_phones_the_first_that_rings_is_shown_until_one_answers(call: Call, bob: Leg) -> None:
    carol = leg(call, CAROL, "103")
    assert call.shown is bob
    assert call.ring(carol, 1) == [ringing(1, CAROL, "103")]
    assert call.shown is carol
    call.ring(bob, 2)
    assert (call.shown, call.rang_at) == (carol, 1)
    call.answer(bob, 3)
    assert call.shown is bob
    assert call.answer(carol, 4) == []
    assert call.shown is bob


def test_a_queue_that_rings_a_phone_again_is_reported_once(call: Call, bob: Leg) -> None:
    call.ring(bob, 1)
    again = leg(call, f"{BOB}2", "102")
    assert call.ring(again, 20) == []
    assert call.shown is bob


def test_a_phone_that_answers_without_ringing_rang_for_no_time(call: Call, bob: Leg) -> None:
    assert call.answer(bob, 3) == [answered(3, rang=0)]
    assert call.ring(bob, 4) == []


def test_the_callers_own_phone_rings_first_where_asterisk_makes_the_call() -> None:
    call = Call("1.0", managed=True, originated=True)
    own = leg(call, ALICE, "101", is_caller=True)
    assert call.ring(own, 1) == [
        CallRinging(at=1, linkedid="1.0", caller="", caller_name="", callee="101", channel=ALICE)
    ]
    assert call.rang_at is None
    assert end(call, 5, cause=19) == ended(
        5, "no answer", caller="", callee="101", channel=ALICE, cause=19, cause_text="why"
    )


def test_a_machine_that_answers_is_a_callee_only_where_no_phone_was_dialled(call: Call) -> None:
    call.answer(call.legs[ALICE], 2)
    call.answer(call.legs[ALICE], 3)
    assert end(call, 9, cause=16) == ended(
        9, "answered", channel=ALICE, cause=16, cause_text="why", talked=7.0
    )


def test_a_callers_own_answer_counts_for_nothing_where_a_phone_was_dialled(call: Call, bob: Leg) -> None:
    call.answer(call.legs[ALICE], 2)
    call.ring(bob, 3)
    call.dial_ended(bob, "NOANSWER", 8)
    assert (end(call, 30).disposition, bob.pending) == ("no answer", False)


def test_ringing_lasts_until_the_phone_stops(call: Call, bob: Leg) -> None:
    call.ring(bob, 1)
    call.dial_ended(bob, "NOANSWER", 21)
    assert end(call, 60).rang == 20


@pytest.mark.parametrize(
    ("status", "rings", "disposition"),
    [
        ("NOANSWER", True, "no answer"),
        ("NOANSWER", False, "unavailable"),
        ("BUSY", True, "busy"),
        ("CANCEL", True, "cancelled"),
        ("CHANUNAVAIL", False, "unavailable"),
        ("CONGESTION", False, "failed"),
    ],
)
def test_a_call_that_nobody_takes_ends_as_its_dialling_did(
    call: Call, bob: Leg, status: str, rings: bool, disposition: str
) -> None:
    if rings:
        call.ring(bob, 1)
    call.dial_ended(bob, status, 2)
    assert end(call, 3).disposition == disposition


@pytest.mark.parametrize(
    ("cause", "disposition"),
    [
        *((cause, "unavailable") for cause in (1, 3, 20, 27)),
        *((cause, "busy") for cause in (17, 21)),
        *((cause, "no answer") for cause in (18, 19)),
        *((cause, "failed") for cause in (0, 2, 16, 22)),
    ],
)
def test_without_a_status_the_cause_counts(call: Call, cause: int, disposition: str) -> None:
    assert end(call, 3, cause).disposition == disposition


def test_of_several_statuses_who_did_not_answer_counts_before_who_was_busy(call: Call, bob: Leg) -> None:
    call.ring(bob, 1)
    for status in ("CHANUNAVAIL", "CANCEL", "BUSY", "NOANSWER"):
        call.dial_ended(leg(call, f"PJSIP/{status}-1", "103"), status, 2)
    assert end(call, 3).disposition == "no answer"
    call.statuses.discard("NOANSWER")
    assert call._disposition(0) == "busy"
    call.statuses.discard("BUSY")
    assert call._disposition(0) == "cancelled"


def test_a_caller_gives_up_while_somebody_is_called_and_not_after(call: Call, bob: Leg) -> None:
    call.dial_ended(bob, "BUSY", 2)
    call.caller_gives_up()
    assert not call.cancelled
    leg(call, CAROL, "103")
    call.caller_gives_up()
    assert end(call, 3).disposition == "cancelled"


def test_a_caller_who_gives_up_before_anybody_is_called_has_cancelled(call: Call) -> None:
    call.caller_gives_up()
    assert call.cancelled


def test_a_caller_who_hangs_up_after_an_answer_has_not_given_up(call: Call, bob: Leg) -> None:
    call.answer(bob, 2)
    leg(call, CAROL, "103")
    call.caller_gives_up()
    assert not call.cancelled


def test_a_leg_that_is_taken_over_belongs_to_the_other_call(call: Call, bob: Leg) -> None:
    call.answer(bob, 2)
    other = Call("2.0")
    assert other.take_over(bob, 5) == []
    assert (bob.call, other.managed, call.left_at, list(other.legs)) == (other, True, 5, [BOB])
    assert end(call, 9, cause=16) == ended(9, "answered", cause=16, cause_text="why", talked=3.0)
    other.left_at = 6
    assert other.take_over(leg(Call("3.0"), CAROL, "103", is_caller=True), 7) == []
    assert other.left_at == 6
    assert not other.legs[CAROL].is_caller


def test_a_call_that_loses_its_last_leg_to_another_ends(call: Call) -> None:
    other = Call("2.0", left_at=4)
    alice = call.legs[ALICE]
    alice.answered = True
    (fact,) = other.take_over(alice, 5)
    assert isinstance(fact, CallEnded)
    assert (fact.linkedid, fact.at, other.left_at) == ("1.0", 5, None)


def test_talking_goes_on_while_one_who_answered_is_there(call: Call, bob: Leg) -> None:
    call.answer(bob, 2)
    carol = leg(call, CAROL, "103")
    call.answer(carol, 4)
    call.hang_up(bob, 5, 16, "")
    assert call.left_at is None
    call.hang_up(carol, 8, 16, "")
    assert end(call, 20).talked == 6


def test_messages_out_of_order_make_no_negative_time(call: Call, bob: Leg) -> None:
    call.ring(bob, 5)
    assert call.answer(bob, 3.00049) == [answered(3.00049, rang=0)]
    call.hang_up(bob, 4.00129, 16, "")
    assert end(call, 6).talked == 1.001


# Calls that go on over a restart of the listener


def test_an_open_call_is_adopted_without_being_reported_again(call: Call, bob: Leg) -> None:
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


def test_an_open_call_without_a_phone_knows_the_dialled_number() -> None:
    again = Call.restored(OpenCall(linkedid="1.0", caller="101", callee="500"))
    assert (again.shown, again.callee, again.snapshot().channel) == (None, "500", "")
    assert again.end(9) == [ended(9, callee="500", channel="")]


def test_a_phone_that_rings_before_its_caller_is_known_is_reported_without_one() -> None:
    call = Call("1.0", managed=True)
    bob = leg(call, BOB, "102")
    unknown = CallRinging(at=1, linkedid="1.0", caller="", caller_name="", callee="102", channel=BOB)
    assert call.ring(bob, 1) == [unknown]
