"""Calls by name, with the guide's words below, within Slack's limits, and harmless whatever a caller is named."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

import pytest

from handlers.alerts.call_messages import CallMessage, MissedCall
from handlers.slack.blocks import clock
from handlers.slack.message_content import MessageContent
from pbx.facts import Disposition, Fact
from tests.factories import NOON, answered, ended, event_of, ringing
from tests.handlers.rendering import EVIL, NOON_SHOWN, assert_harmless, seen

NAMES = {"101": "Alice", "102": "Bob", "103": "Carol"}
GUIDE = "📞 Call ended: PJSIP/102-00000001 - Normal Clearing"
BUSY = "📞 Call ended: PJSIP/102-00000001 - User busy · rang 2 s"


def call(*facts: Fact, backfilled: bool = False, names: Mapping[str, str] = NAMES) -> CallMessage:
    first, *rest = [event_of(fact, backfilled) for fact in facts]
    return reduce(lambda known, event: known.after(event, names), rest, CallMessage.begin(first, names))


def test_a_call_says_who_and_how_and_has_the_guides_words_below() -> None:
    rings, talks = call(ringing()), call(ringing(), answered())
    assert rings.render().text == "🔔 *101 Alice → 102 Bob* · ringing"
    assert seen(rings) == "🔔 101 Alice → 102 Bob · ringing\n🔔 Extension 102 ringing from 101"
    assert talks.render().text == f"🗣️ *101 Alice → 102 Bob* · talking since {clock(NOON + 2)}"
    assert seen(talks).endswith("\n102 answered 101 after 2 s")
    over = call(ringing(), answered(), ended())
    assert over.render().text == "📞 *101 Alice → 102 Bob* · talked 1 min 5 s"
    assert seen(over) == f"📞 101 Alice → 102 Bob · talked 1 min 5 s\n{GUIDE} · rang 2 s"


@pytest.mark.parametrize(
    ("disposition", "why"),
    [
        ("no answer", "no answer"),
        ("busy", "busy"),
        ("cancelled", "the caller hung up"),
        ("unavailable", "no phone could be reached"),
    ],
)
def test_a_call_that_one_of_us_missed_says_who_missed_it_and_why(disposition: Disposition, why: str) -> None:
    missed = call(ringing(), ended(disposition=disposition, cause_text="User busy"))
    assert missed.render().text == f"📵 *102 Bob missed a call from 101 Alice* · {why}"
    assert seen(missed).endswith(f"\n{BUSY}")


def test_everybody_whose_phone_rang_in_vain_missed_the_call() -> None:
    missed = call(ringing(), ringing(callee="103"), ended(disposition="no answer"))
    assert seen(missed).startswith("📵 102 Bob, 103 Carol missed a call from 101 Alice · no answer\n")


def test_nobody_outside_and_no_call_that_failed_is_said_to_be_missed() -> None:
    out = call(ended(callee="0305550100", disposition="no answer"))
    assert seen(out).startswith("📞 101 Alice → 0305550100 · no answer\n")
    assert seen(call(ended(disposition="failed"))).startswith(
        "📞 101 Alice → 102 Bob · did not come through\n"
    )


def test_a_call_to_a_mailbox_says_so() -> None:
    assert seen(call(ended(disposition="voicemail"))).startswith(
        "📼 101 Alice → 102 Bob · went to voicemail\n"
    )


def test_a_caller_who_is_none_of_us_has_the_name_that_asterisk_has() -> None:
    outside = call(ringing(caller="0305550100", name="Ada Quill"))
    assert seen(outside).startswith("🔔 0305550100 Ada Quill → 102 Bob · ringing\n")
    assert seen(call(ringing(name="Alice of old"))).startswith("🔔 101 Alice → 102 Bob")


def test_a_call_keeps_the_names_of_the_moment() -> None:
    talks = call(ringing()).after(event_of(answered()), {})
    assert seen(talks).startswith("🗣️ 101 Alice → 102 Bob · talking since ")


def test_a_call_without_a_cause_or_a_caller_is_rendered_all_the_same() -> None:
    assert seen(call(ended(caller="", cause_text=""), names={})) == (
        "📞 an unknown caller → 102 · talked 1 min 5 s\n"
        "📞 Call ended: PJSIP/102-00000001 - Unknown · rang 2 s"
    )
    assert seen(call(ringing(caller="", name=""))) == (
        "🔔 an unknown caller → 102 Bob · ringing\n🔔 Extension 102 ringing from an unknown caller"
    )
    assert seen(call(ringing(caller="7", name="7"))).startswith("🔔 7 → 102 Bob · ringing\n")


def test_a_fork_names_every_phone_that_rings_once() -> None:
    phones = [
        ringing(callee="102"),
        ringing(callee="103"),
        ringing(callee="102"),
        ringing(callee="900", caller="900"),
    ]
    assert seen(call(*phones)) == (
        "🔔 101 Alice → 102 Bob, 103 Carol, 900 · ringing\n🔔 Extensions 102, 103, 900 ringing from 101"
    )
    assert seen(call(*phones, answered(callee="103"))).endswith("\n103 answered 101 after 2 s")


def test_a_phone_that_rings_after_the_answer_does_not_take_the_answer_back() -> None:
    talks = call(ringing(), answered())
    assert talks.after(event_of(ringing(callee="103")), {}).render().text == talks.render().text


def test_a_missed_call_says_who_when_and_how_to_call_back() -> None:
    content = MissedCall.of(event_of(ended(disposition="no answer", at=NOON)), "Alice")
    assert content.render().text == f"📵 *You missed a call from 101 Alice* · {NOON_SHOWN}"
    assert seen(content).endswith("No answer; to call back, dial 101 on your phone")


def test_a_missed_call_without_a_number_has_nobody_to_call_back() -> None:
    content = MissedCall.of(event_of(ended(caller="", disposition="no answer")), "")
    assert "from an unknown caller*" in content.render().text
    assert "call back" not in seen(content)


def test_a_call_that_was_not_seen_is_marked_and_has_no_lengths() -> None:
    assert seen(call(ringing(), backfilled=True)).endswith("ringing from 101 (while we were away)")
    assert seen(call(ringing(), answered(), backfilled=True)).endswith("after 2 s (while we were away)")
    assert seen(call(ringing(), ended(), backfilled=True)) == (
        f"📞 101 Alice → 102 Bob · answered, ended\n{GUIDE} (while we were away)"
    )
    missed = call(ringing(), ended(disposition="busy"), backfilled=True)
    assert seen(missed).startswith("📞 101 Alice → 102 Bob · ended\n")
    assert "away" not in seen(call(ringing(), backfilled=True).after(event_of(answered()), NAMES))


@pytest.mark.parametrize(
    "content",
    [
        call(ringing(name=EVIL, caller=EVIL, callee=EVIL)),
        call(ringing(name=EVIL, caller=EVIL), answered(callee=EVIL)),
        call(ringing(name=EVIL, caller=EVIL), ended(caller=EVIL, callee=EVIL, cause_text=EVIL)),
        call(ringing(), ended(disposition="busy"), names={"101": EVIL, "102": EVIL}),
        call(*[ringing(callee=f"{number}{EVIL}") for number in range(3)]),
        MissedCall.of(event_of(ended(caller=EVIL, disposition="busy")), EVIL),
    ],
)
def test_markup_in_names_is_shown_and_not_obeyed(content: MessageContent) -> None:
    assert_harmless(content)
