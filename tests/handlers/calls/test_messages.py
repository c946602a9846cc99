"""What somebody reads of a call that they asked for."""

from __future__ import annotations

import pytest

from handlers.calls import messages
from handlers.calls.messages import CallAsked, begun
from handlers.slack.blocks import clock
from tests.factories import NOON, answered, ended, event_of, ringing
from tests.handlers.rendering import EVIL, assert_harmless, seen, seen_message

CALL = CallAsked(number="101", exten="102", name="Bob")


def test_it_follows_the_call_from_the_own_phone_to_its_end() -> None:
    assert CALL.render().text == "📞 *Ringing your phone 101 …* · pick it up, and 102 Bob is called"
    calling = CALL.after(event_of(ringing()))
    assert seen(calling) == "📞 Calling 102 Bob …"
    talking = calling.after(event_of(answered()))
    assert talking.render().text == f"🗣️ *Talking with 102 Bob* · since {clock(NOON + 2)}"
    over = talking.after(event_of(ended()))
    assert over.render().text == f"📞 *Talked 1 min 5 s with 102 Bob* · until {clock(NOON + 67)}"
    assert over.render().blocks[-1]["elements"][0]["value"] == ":call 102"


@pytest.mark.parametrize(
    ("disposition", "mine", "theirs"),
    [
        ("busy", "Your phone 101 is busy, or was told to refuse", "102 Bob is busy"),
        ("no answer", "Your phone 101 did not answer within 30 s", "102 Bob did not answer"),
        ("failed", "Your phone 101 could not be reached", "102 Bob could not be called"),
        ("unavailable", "Your phone 101 could not be reached", "102 Bob could not be reached"),
    ],
)
def test_whose_phone_it_was_that_did_not_take_it_is_said(disposition: str, mine: str, theirs: str) -> None:
    own = CALL.after(event_of(ended(callee="101", disposition=disposition)))  # type: ignore[arg-type] # one of them
    assert f"📵 {mine} · 102 Bob was not called" in seen(own)
    other = CALL.after(event_of(ended(disposition=disposition)))  # type: ignore[arg-type] # one of them
    assert f"📵 {theirs} · " in seen(other)


def test_the_answer_says_where_it_goes_on() -> None:
    assert seen_message(begun(CALL, is_followed=True)).endswith(messages.FOLLOWED)
    assert seen_message(begun(CALL, is_followed=False)).endswith(messages.UNFOLLOWED)


def test_of_a_call_that_ended_while_nobody_listened_nothing_is_claimed() -> None:
    end = event_of(ended(disposition="failed"))
    end.backfilled = True
    over = CALL.after(event_of(ringing())).after(end)
    words = "📞 *The call with 102 Bob is over* · how it ended is not known"
    assert over.render().text == words


def test_whoever_is_called_is_shown_and_not_obeyed() -> None:
    assert_harmless(CALL.model_copy(update={"name": EVIL[:80], "exten": EVIL}))
