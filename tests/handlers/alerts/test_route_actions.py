"""What comes back from the window of alert routes."""

from __future__ import annotations

import pytest

from handlers.alerts.route_actions import route
from handlers.slack.modals.faults import Faults
from handlers.slack.modals.submissions import Submission

EMPTY = {"topic": "all", "numbers": "", "channel": "", "off": ""}


def submitted(**typed: str) -> Submission:
    return Submission("U0ADMIN01", EMPTY | typed, "")


def test_a_route_is_read() -> None:
    assert route(submitted(channel="C0SALES")) == ("", "", "C0SALES")
    assert route(submitted(topic="calls", numbers="１００ – 149", channel="G0X")) == (
        "calls",
        "100-149",
        "G0X",
    )
    assert route(submitted(off="nowhere", channel="C0SALES", numbers="101")) == ("", "101", "")


@pytest.mark.parametrize(
    ("typed", "at", "words"),
    [
        ({}, "channel", "choose a channel"),
        ({"channel": "D0ALICE"}, "channel", "choose a channel"),
        ({"channel": "C0SALES", "numbers": "Alice"}, "numbers", "one extension number"),
        ({"channel": "C0SALES", "numbers": "149-100"}, "numbers", "is no range"),
        ({"channel": "C0SALES", "topic": "weather"}, "topic", "choose which"),
    ],
)
def test_a_fault_is_of_its_input(typed: dict[str, str], at: str, words: str) -> None:
    with pytest.raises(Faults) as caught:
        route(submitted(**typed))
    assert words in caught.value.sentences[at]
