"""What an admin may decide of a delivery, by the message that asks them."""

from __future__ import annotations

import pytest

from handlers.onboarding.admin_messages import DetailsNeeded
from handlers.onboarding.delivery_messages import Candidate, DeliveryAnswered, DeliveryFailed, OwnerUnclear
from handlers.pages.administration.delivery_ways import STATES, question
from handlers.slack.message_content import MessageContent
from models.hr_delivery import DeliveryState

NORA = (Candidate("105", "Nora", "theirs:5@3"), Candidate("106", "Nora Night", "theirs:6@1"))


def of_owner(*, leaves: bool, all: str | None = None) -> OwnerUnclear:
    return OwnerUnclear(delivery=7, source="standard", reason="", candidates=NORA, all=all, leaves=leaves)


@pytest.mark.parametrize(
    ("content", "ways"),
    [
        (
            DeliveryFailed(delivery=7, source="standard", reason=""),
            [("Try again", "retry", ""), ("Next free number", "answer", "new"), ("Ignore", "ignore", "")],
        ),
        (
            DeliveryFailed(delivery=7, source="standard", reason="", joins=False),
            [("Try again", "retry", ""), ("Ignore", "ignore", "")],
        ),
        (
            of_owner(leaves=True, all="theirs:5@3,6@1"),
            [
                ("Lock out 105 (Nora)", "answer", "theirs:5@3"),
                ("Lock out 106 (Nora Night)", "answer", "theirs:6@1"),
                ("Lock out all of them", "answer", "theirs:5@3,6@1"),
                ("Leave them", "ignore", ""),
            ],
        ),
        (
            of_owner(leaves=False),
            [
                ("It is 105 (Nora)", "answer", "theirs:5@3"),
                ("It is 106 (Nora Night)", "answer", "theirs:6@1"),
                ("Make a new one", "answer", "new"),
                ("Ignore", "ignore", ""),
            ],
        ),
        (DetailsNeeded(whom="hibob e7"), [("Not an employee", "nobody", "")]),
    ],
)
def test_the_ways_out_are_those_of_the_message(
    content: MessageContent, ways: list[tuple[str, str, str]]
) -> None:
    assert [(way.label, way.does, way.choice) for way in question(content).ways] == ways


def test_what_is_typed_is_asked_for_where_it_helps() -> None:
    joins = question(DeliveryFailed(delivery=7, source="standard", reason=""))
    assert (joins.takes_number, joins.takes_details) == (True, False)
    leaves = question(DeliveryFailed(delivery=7, source="standard", reason="", joins=False))
    assert (leaves.takes_number, leaves.takes_details) == (False, False)
    unknown = question(DetailsNeeded(whom="hibob e7"))
    assert (unknown.takes_number, unknown.takes_details) == (False, True)
    assert unknown.sentence == "hibob told of employee e7, and not who they are."


def test_what_another_version_asks_can_be_tried_again() -> None:
    asked = question(DeliveryAnswered(delivery=7, source="standard", who="", words=""))
    assert [way.does for way in asked.ways] == ["retry", "ignore"]


def test_every_state_has_words() -> None:
    assert set(STATES) == set(DeliveryState)
