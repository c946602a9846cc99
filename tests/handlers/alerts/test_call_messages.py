"""Calls in the guide's words, within Slack's limits, and harmless whatever a caller is named."""

from __future__ import annotations

from functools import reduce

import pytest

from handlers.alerts.call_messages import CallMessage, MissedCall
from handlers.slack.message_content import MessageContent
from pbx.facts import Fact
from tests.factories import NOON, answered, ended, event_of, ringing
from tests.handlers.rendering import EVIL, NOON_SHOWN, assert_harmless, seen


def call(*facts: Fact, backfilled: bool = False) -> CallMessage:
    first, *rest = [event_of(fact, backfilled) for fact in facts]
    return reduce(CallMessage.after, rest, CallMessage.begin(first))


def test_a_call_has_the_guides_words() -> None:
    assert seen(call(ringing())) == "🔔 Extension 102 ringing from 101"
    assert seen(call(ringing(name="Alice"))) == "🔔 Extension 102 ringing from 101 (Alice)"
    assert seen(call(ringing(), answered())) == "🗣️ 102 answered 101 after 2 s"
    assert seen(call(ringing(name="Alice"), answered(), ended())) == (
        "📞 Call ended: PJSIP/102-00000001 - Normal Clearing\n101 (Alice) → 102: talked 1 min 5 s, rang 2 s"
    )


@pytest.mark.parametrize("disposition", ["no answer", "busy", "cancelled", "unavailable", "failed"])
def test_a_call_that_nobody_took_says_why(disposition: str) -> None:
    shown = seen(call(ringing(), ended(disposition=disposition, cause_text="User busy")))  # type: ignore[arg-type]
    assert shown == f"📞 Call ended: PJSIP/102-00000001 - User busy\n101 → 102: {disposition}, rang 2 s"


def test_a_call_to_a_mailbox_says_so() -> None:
    assert seen(call(ended(disposition="voicemail"))).endswith("101 → 102: went to voicemail, rang 2 s")


def test_a_call_without_a_cause_or_a_caller_is_rendered_all_the_same() -> None:
    assert seen(call(ended(caller="", cause_text=""))) == (
        "📞 Call ended: PJSIP/102-00000001 - Unknown\nan unknown caller → 102: talked 1 min 5 s, rang 2 s"
    )
    assert seen(call(ringing(caller="", name=""))) == "🔔 Extension 102 ringing from an unknown caller"
    assert seen(call(ringing(caller="101", name="101"))) == "🔔 Extension 102 ringing from 101"


def test_a_fork_names_every_phone_that_rings_once() -> None:
    phones = [
        ringing(callee="102"),
        ringing(callee="103"),
        ringing(callee="102"),
        ringing(callee="101", caller="900"),
    ]
    assert seen(call(*phones)) == "🔔 Extensions 102, 103, 101 ringing from 101"
    assert seen(call(*phones, answered(callee="103"))) == "🗣️ 103 answered 101 after 2 s"


def test_a_phone_that_rings_after_the_answer_does_not_take_the_answer_back() -> None:
    assert seen(call(ringing(), answered(), ringing(callee="103"))) == "🗣️ 102 answered 101 after 2 s"


def test_a_missed_call_says_who_when_and_how_to_call_back() -> None:
    content = MissedCall.of(event_of(ended(disposition="no answer", at=NOON)), "Alice")
    assert content.render().text == f"☎️ You missed a call from 101 (Alice) at {NOON_SHOWN}"
    assert seen(content).endswith("no answer; to call back, dial 101 on your phone")


def test_a_missed_call_without_a_number_has_nobody_to_call_back() -> None:
    content = MissedCall.of(event_of(ended(caller="", disposition="no answer")), "")
    assert "from an unknown caller at" in content.render().text
    assert "call back" not in seen(content)


def test_the_notification_says_what_the_message_says() -> None:
    assert call(ringing()).render().text == "🔔 Extension 102 ringing from 101"
    assert call(ringing(), ended()).render().text == "📞 Call ended: PJSIP/102-00000001 - Normal Clearing"


def test_a_call_that_was_not_seen_is_marked_and_has_no_lengths() -> None:
    assert seen(call(ringing(), backfilled=True)) == "🔔 Extension 102 ringing from 101\nwhile we were away"
    assert seen(call(ringing(), answered(), backfilled=True)).endswith("after 2 s\nwhile we were away")
    assert seen(call(ringing(), ended(), backfilled=True)).endswith(
        "101 → 102: answered, ended (while we were away)"
    )
    missed = call(ringing(), ended(disposition="busy"), backfilled=True)
    assert seen(missed).endswith("101 → 102: ended (while we were away)")
    assert "away" not in seen(call(ringing(), backfilled=True).after(event_of(answered())))


@pytest.mark.parametrize(
    "content",
    [
        call(ringing(name=EVIL, caller=EVIL, callee=EVIL)),
        call(ringing(name=EVIL, caller=EVIL), answered(callee=EVIL)),
        call(ringing(name=EVIL, caller=EVIL), ended(caller=EVIL, callee=EVIL, cause_text=EVIL)),
        call(*[ringing(callee=f"{number}{EVIL}") for number in range(3)]),
        MissedCall.of(event_of(ended(caller=EVIL, disposition="busy")), EVIL),
    ],
)
def test_markup_in_names_is_shown_and_not_obeyed(content: MessageContent) -> None:
    assert_harmless(content)
