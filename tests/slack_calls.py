"""What the tests of the stand-in say to it."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.slack_stand_in import SlackStandIn

CHANNEL = "C0PHONES"


@pytest.fixture
def client(slack: SlackStandIn) -> WebClient:
    return WebClient(slack.bot_token, base_url=slack.url)


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def delete_button(**more: Any) -> dict[str, Any]:
    button = {"type": "button", "action_id": "delete", "value": "101", **more}
    return {"type": "actions", "elements": [{"text": {"type": "plain_text", "text": "Delete"}, **button}]}


def refusal(call: Any, **arguments: Any) -> str:
    with pytest.raises(SlackApiError) as refused:
        call(**arguments)
    return str(refused.value.response["error"])
