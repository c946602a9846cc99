"""An answer takes the place of the message with the button only if it is what was asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from slack_sdk import WebClient

from handlers.slack import blocks
from handlers.slack.blocks import SlackMessage
from handlers.slack.replies import reply_to
from pbx.errors import Refusal
from tests.slack_stand_in import SlackStandIn


@pytest.fixture
def slack() -> Iterator[SlackStandIn]:
    with SlackStandIn() as running:
        yield running


def refused() -> SlackMessage:
    raise Refusal("Asterisk is away")


def broken() -> SlackMessage:
    raise ZeroDivisionError


@pytest.mark.parametrize(
    ("work", "replaces"), [(lambda: blocks.plain("done"), True), (refused, False), (broken, False)]
)
def test_a_failure_leaves_the_buttons_and_says_why_below(
    slack: SlackStandIn, work: Callable[[], SlackMessage], replaces: bool
) -> None:
    url = f"{slack.root_url}/response/{slack.workspace.new_response_url('C0PHONES')}"
    body = {"user": {"id": "U0ADA"}, "actions": [{}], "response_url": url}
    reply_to(WebClient(), body, work, replaces=True)
    (call,) = slack.called("response_url")
    assert call.arguments["body"]["replace_original"] is replaces
