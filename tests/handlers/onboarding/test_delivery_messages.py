"""What admins read of a delivery that waits for them, and what its buttons say."""

from __future__ import annotations

from typing import Any

from handlers.onboarding import delivery_messages
from handlers.onboarding.delivery_messages import Candidate, DeliveryAnswered, DeliveryFailed, OwnerUnclear
from handlers.slack.blocks import SlackMessage, button, context, plain_context, plain_section, section
from handlers.slack.done import Done
from models.employee import Employee, Stage
from models.extension import Extension
from models.hr_delivery import DeliveryState, HrDelivery
from models.types import now

ALICE, BOB = Candidate("101", "Alice", "theirs:1@1"), Candidate("102", "Bob", "theirs:2@4")


def delivery(*events: dict[str, Any]) -> HrDelivery:
    return HrDelivery(
        id=7,
        source="standard",
        key="k",
        received_at=now(),
        state=DeliveryState.FAILED,
        events=list(events),
        reason="two Alices",
    )


def unclear(**more: Any) -> OwnerUnclear:
    values = {
        "delivery": 7,
        "source": "standard",
        "who": "Alice left",
        "reason": "two <Alices>",
        "leaves": True,
    }
    return OwnerUnclear(**values | more)


def actions(message: SlackMessage) -> list[dict[str, Any]]:
    assert message.blocks[-1]["type"] == "actions"
    return list(message.blocks[-1]["elements"])


def test_of_many_people_a_few_are_named_and_the_others_counted() -> None:
    row = delivery(
        *({"kind": "left", "name": f"Person {place}", "external_id": str(place)} for place in range(7))
    )
    assert (
        delivery_messages.who(row)
        == "Person 0 left, Person 1 left, Person 2 left, Person 3 left, Person 4 left and 2 more"
    )


def test_a_person_is_named_by_the_event_or_by_the_known_row_or_by_their_id() -> None:
    row = delivery(
        {"kind": "joined", "external_id": "e1", "name": "Alice", "email": "a@example.com"},
        {"kind": "left", "external_id": "e2"},
        {"kind": "left", "external_id": "e3"},
    )
    known = Employee(source="standard", external_id="e2", name="Bob", email="b@example.com", stage=Stage.LEFT)
    assert delivery_messages.who(row, {("standard", "e2"): known}) == (
        "Alice (a@example.com) joined, Bob (b@example.com) left, employee e3 left"
    )
    assert delivery_messages.who(row, {("bamboohr", "e2"): known}).endswith(
        "employee e2 left, employee e3 left"
    )
    long = delivery({"kind": "left", "external_id": "e1", "name": "x" * 300})
    assert len(delivery_messages.who(long)) == 300


def test_a_failed_delivery_is_posted_with_a_button_for_every_way_out() -> None:
    content = DeliveryFailed(delivery=7, source="standard", who="Alice <b> joined", reason="101 is taken")
    headline = "⚠️ *HR delivery 7 from standard could not be carried out*"
    ways = [
        button("Try again", "hr_retry", "7"),
        button("Next free number", "hr_new", "7"),
        button("Type a number", "hr_number", "7"),
        button("Ignore", "hr_ignore", "7"),
    ]
    assert content.render() == SlackMessage(
        f"{headline} Alice &lt;b&gt; joined",
        [
            section(headline),
            plain_section("Alice <b> joined"),
            plain_context("101 is taken."),
            {"type": "actions", "elements": ways},
        ],
    )
    other = content.model_copy(update={"joins": False, "who": ""}).render()
    assert actions(other) == [ways[0], ways[3]]
    assert other.blocks[1] == plain_context("101 is taken.")
    assert len(content.model_copy(update={"reason": ""}).render().blocks) == 3


def test_a_leaver_with_several_candidates_is_posted_with_a_button_for_each() -> None:
    message = unclear(candidates=(ALICE, BOB), all="theirs:1@1,2@4").render()
    headline = "🚨 *Somebody has left, and a phone may be theirs that still works.* Is it?"
    assert message.text == f"{headline} Alice left"
    assert message.blocks[:-1] == [
        section(headline),
        plain_section("Alice left"),
        plain_context("Two <Alices>."),
    ]
    assert actions(message) == [
        button("Lock out 101 (Alice)", "hr_theirs_0", "7 theirs:1@1", style="danger"),
        button("Lock out 102 (Bob)", "hr_theirs_1", "7 theirs:2@4", style="danger"),
        button("Lock out all of them", "hr_theirs_all", "7 theirs:1@1,2@4", style="danger"),
        button("Leave them", "hr_ignore", "7"),
    ]
    assert len(actions(unclear(candidates=(ALICE,)).render())) == 2


def test_a_joiner_who_may_have_a_phone_is_posted_with_a_button_for_each() -> None:
    message = unclear(candidates=(ALICE,), leaves=False).render()
    assert message.text == (
        "❔ *Somebody has joined, and may have an extension already.* Is it theirs? Alice left"
    )
    assert actions(message) == [
        button("It is 101 (Alice)", "hr_theirs_0", "7 theirs:1@1"),
        button("Make a new one", "hr_new", "7"),
        button("Ignore", "hr_ignore", "7"),
    ]


def test_the_first_ten_candidates_have_buttons_and_no_more_can_be_meant_at_once() -> None:
    rows = [
        Extension(id=number, number=str(number), name="Alice", encrypted_secret="x", revision=3)
        for number in range(101, 112)
    ]
    assert OwnerUnclear.of(delivery(), "Alice left", rows[:2], leaves=True) == unclear(
        reason="two Alices",
        candidates=(Candidate("101", "Alice", "theirs:101@3"), Candidate("102", "Alice", "theirs:102@3")),
        all="theirs:101@3,102@3",
    )
    assert OwnerUnclear.of(delivery(), "", rows[:1], leaves=False).all is None
    ten, eleven = (OwnerUnclear.of(delivery(), "", rows[:count], leaves=True) for count in (10, 11))
    assert (len(ten.candidates), len(eleven.candidates)) == (10, 10)
    assert ten.all is not None
    assert eleven.all is None


def test_a_button_whose_label_is_cut_shows_it() -> None:
    content = unclear(candidates=(Candidate("101", "x" * 80, "theirs:1@1"),))
    assert actions(content.render())[0]["text"]["text"] == f"Lock out 101 ({'x' * 60}…"


def test_an_answered_delivery_says_by_whom_and_what_became_of_it() -> None:
    content = DeliveryAnswered(
        delivery=7, source="standard", who="Alice <b> left", words="101 is <out>", done=Done(by="U0A")
    )
    headline = "*HR delivery 7 from standard* · Alice &lt;b&gt; left"
    blocks = [section(headline), plain_context("101 is <out>."), context("✅ Done by <@U0A>")]
    assert content.as_posted() == SlackMessage(headline, blocks)
    assert content.model_copy(update={"done": None}).as_posted() == SlackMessage(headline, blocks[:2])
