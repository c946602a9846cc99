"""Answers reach people while Slack hangs or is away, and keep nobody else waiting meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from handlers.slack import answering
from handlers.slack.blocks import plain
from handlers.slack.replies import reply_to
from logs import ContextExecutor
from tests.slack_stand_in import SlackStandIn


def asked(slack: SlackStandIn) -> dict[str, str]:
    url = f"{slack.root_url}/response/{slack.workspace.new_response_url('C0PHONES')}"
    return {"command": "/ext", "text": "list", "user_id": "U0ADA", "response_url": url}


@pytest.fixture
def slack() -> Iterator[SlackStandIn]:
    with SlackStandIn() as running:
        yield running


@pytest.fixture
def client(slack: SlackStandIn) -> WebClient:
    return WebClient(slack.bot_token, base_url=slack.url, retry_handlers=[])


def test_a_slack_that_hangs_keeps_no_thread_that_carries_out_commands(
    slack: SlackStandIn, client: WebClient
) -> None:
    slack.fail_next("response_url", hang=3)
    with ContextExecutor(1, "answers") as executor:
        before = answering.sender.set(executor)
        reply_to(client, asked(slack), lambda: plain("done"))
        answering.sender.reset(before)
        behind = executor.submit(lambda: "sent")
        with pytest.raises(TimeoutError):
            behind.result(0.3)
        assert behind.result() == "sent"


@pytest.mark.parametrize(
    "fault", [{"status": 503}, {"status": 429, "retry_after": 1}, {"drop": True}, {"status": 500}]
)
def test_what_slack_does_not_take_at_first_is_sent_again(
    slack: SlackStandIn, client: WebClient, fault: dict[str, int]
) -> None:
    slack.fail_next("response_url", **fault)  # type: ignore[arg-type]  # drop is a bool
    reply_to(client, asked(slack), lambda: plain("done"))
    assert len(slack.called("response_url")) == 2
    assert slack.called("response_url")[-1].error == ""


def test_where_a_response_url_is_used_up_it_goes_by_direct_message(
    slack: SlackStandIn, client: WebClient
) -> None:
    slack.fail_next("response_url", status=404, error="used_url")
    reply_to(client, asked(slack), lambda: plain("done"))
    (told,) = slack.messages("D0ADA")
    assert told.text == "done"
    assert "Answer to `/ext list`" in str(told.content["blocks"])
