"""An answer takes the place of the message with the button only if it is what was asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from slack_sdk import WebClient
from sqlalchemy.exc import OperationalError

from handlers.slack import blocks, unstored_answers, work
from handlers.slack.blocks import SlackMessage
from handlers.slack.replies import reply_to
from models.inbox import InboxRequest, InboxState
from pbx.errors import Refusal
from pbx.services import Services
from tests.database_lock import read_only
from tests.handlers.slack.answer_bed import AnswerBed
from tests.slack_stand_in import SlackStandIn
from tests.waiting import wait_for


@pytest.fixture
def slack() -> Iterator[SlackStandIn]:
    with SlackStandIn() as running:
        yield running


def refused() -> SlackMessage:
    raise Refusal("Asterisk is away")


def broken() -> SlackMessage:
    raise ZeroDivisionError


@pytest.mark.parametrize(
    ("act", "replaces"), [(lambda: blocks.plain("done"), True), (refused, False), (broken, False)]
)
def test_a_failure_leaves_the_buttons_and_says_why_below(
    slack: SlackStandIn, act: Callable[[], SlackMessage], replaces: bool
) -> None:
    url = f"{slack.root_url}/response/{slack.workspace.new_response_url('C0PHONES')}"
    body = {"user": {"id": "U0ADA"}, "actions": [{}], "response_url": url}
    reply_to(WebClient(), body, act, replaces=True)
    (call,) = slack.called("response_url")
    assert call.arguments["body"]["replace_original"] is replaces


def test_what_is_said_of_a_database_that_failed_is_not_the_answer_that_ends_a_request(
    quiet: Services, slack: SlackStandIn
) -> None:
    def fail() -> SlackMessage:
        raise OperationalError("UPDATE", None, Exception("database or disk is full"))

    bed = AnswerBed(quiet, slack)
    with bed.carrying_out() as claim:
        name = bed.reply("secret 101", fail)
    wait_for(lambda: bed.shown(name))
    with quiet.database.session() as session:
        assert session.get_one(InboxRequest, claim.id).state is InboxState.TAKEN


@pytest.mark.parametrize("refuses_all", [True, False])
def test_what_can_neither_be_stored_nor_sent_is_made_once_more(
    quiet: Services, slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch, refuses_all: bool
) -> None:
    monkeypatch.setattr(unstored_answers, "TRIES", 1)
    bed = AnswerBed(quiet, slack)
    for method in ["response_url", "chat.postMessage"][: 1 + refuses_all]:
        slack.fail_until_cleared(method, status=503)
    with bed.carrying_out(), read_only(quiet):
        bed.reply("list", lambda: blocks.plain("done"))
        mine = work.current.get()
    assert mine is not None
    assert mine.is_given_back is refuses_all
