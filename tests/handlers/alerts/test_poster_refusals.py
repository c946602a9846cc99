"""What Slack does not take from the poster: now, as it stands, or ever."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from slack_sdk import WebClient

from handlers.alerts.poster import Poster
from handlers.onboarding.linphone import Ticket
from handlers.onboarding.messages import Welcome
from models import outbox
from pbx.services import Services
from tests.asterisk_bed.ports import free_port
from tests.clock import Clock
from tests.factories import PHONES, outbox_messages
from tests.handlers.alerts import posting
from tests.handlers.alerts.posting import (
    ADMINS_DM,
    INTERVAL,
    a_poster,
    chats,
    due,
    edit,
    enqueue,
    post_for,
    said,
    shown,
)
from tests.server import ADMIN_ID
from tests.slack_stand_in import SlackStandIn, as_text

clock, slack, quiet, poster = posting.clock, posting.slack, posting.quiet, posting.poster


# What Slack will take later


def test_a_rate_limit_is_obeyed_in_its_channel_alone(
    quiet: Services, poster: Poster, clock: Clock, slack: SlackStandIn
) -> None:
    slack.fail_next("chat.postMessage", status=429, retry_after=90)  # longer than a pause of our own is
    enqueue(quiet, "a", "b")
    poster.post_due()
    poster.finish()
    enqueue(quiet, "c", "d", channel="C-OTHER")
    post_for(poster, clock, 120)
    refused, first, second = chats(slack)
    assert (refused.error, said(first), said(second)) == ("ratelimited", "a", "b")
    assert 90 <= first.at - refused.at < 92
    assert max(call.at for call in chats(slack, "C-OTHER")) - refused.at < 5
    assert slack.called("conversations.history") == []  # Slack said that it had not taken it


def test_a_rate_limit_without_a_time_waits_a_minute(
    quiet: Services, poster: Poster, clock: Clock, slack: SlackStandIn
) -> None:
    slack.fail_next("chat.postMessage", status=429)
    enqueue(quiet, "a")
    post_for(poster, clock, 70)
    refused, taken = chats(slack)
    assert taken.at - refused.at >= 60


@pytest.mark.parametrize(
    ("fault", "asked"),
    [
        ({"status": 500}, True),
        ({"status": 503, "error": "service_unavailable"}, True),
        ({"error": "internal_error"}, True),
        ({"error": "fatal_error"}, True),
        ({"error": "invalid_auth"}, False),
        ({"error": "team_added_to_org"}, False),
    ],
)
def test_a_message_that_slack_refuses_for_now_is_retried_until_it_is_accepted(
    quiet: Services,
    poster: Poster,
    clock: Clock,
    slack: SlackStandIn,
    fault: dict[str, Any],
    asked: bool,
) -> None:
    """Where Slack may have taken it all the same, it is asked before the message is sent again."""
    slack.fail_next("chat.postMessage", 4, **fault)
    enqueue(quiet, "a", "b")
    post_for(poster, clock, 60)
    assert shown(slack) == ["a", "b"]
    assert [said(call) for call in chats(slack)] == ["a"] * 5 + ["b"]
    assert len(slack.called("conversations.history")) == (4 if asked else 0)
    assert [row.attempts for row in outbox_messages(quiet)] == [0, 0]


# What will never succeed


@pytest.mark.parametrize(
    "error", ["channel_not_found", "not_in_channel", "restricted_action_read_only_channel"]
)
def test_admins_are_notified_once_of_a_channel_that_takes_nothing(
    quiet: Services, poster: Poster, clock: Clock, slack: SlackStandIn, error: str
) -> None:
    slack.fail_until_cleared("chat.postMessage", error=error, channel="C0GONE")
    enqueue(quiet, "a", "b", "c", channel="C0GONE")
    enqueue(quiet, "elsewhere")
    post_for(poster, clock, 10)
    (message,) = slack.messages(ADMINS_DM)
    assert message.text == f"⚠️ *Alerts cannot be posted to <#C0GONE>*: Slack says `{error}`"
    assert [row.failure for row in outbox_messages(quiet) if row.channel == "C0GONE"] == [error] * 3
    assert shown(slack) == ["elsewhere"]

    slack.clear_faults()
    enqueue(quiet, "d", channel="C0GONE")
    post_for(poster, clock, 10)
    assert shown(slack, "C0GONE") == ["d"]
    assert len(slack.messages(ADMINS_DM)) == 1

    slack.fail_until_cleared("chat.postMessage", error=error, channel="C0GONE")
    enqueue(quiet, "e", "f", channel="C0GONE")
    post_for(poster, clock, 10)
    assert len(slack.messages(ADMINS_DM)) == 2
    assert due(quiet) == []


def test_an_admin_who_cannot_be_reached_either_is_left_alone(
    quiet: Services, poster: Poster, clock: Clock, slack: SlackStandIn
) -> None:
    slack.fail_until_cleared("chat.postMessage", error="channel_not_found", channel="C0GONE")
    slack.fail_until_cleared("conversations.open", error="user_not_found")
    enqueue(quiet, "a", channel="C0GONE")
    post_for(poster, clock, 10)
    failures = [(row.channel, row.failure) for row in outbox_messages(quiet)]
    assert failures == [("C0GONE", "channel_not_found"), (ADMIN_ID, "user_not_found")]
    assert len(slack.called("conversations.open")) == 1


def test_a_message_that_somebody_deleted_is_quietly_given_up(
    quiet: Services, poster: Poster, clock: Clock, slack: SlackStandIn
) -> None:
    (row,) = enqueue(quiet, "a")
    post_for(poster, clock, 2)
    WebClient(slack.bot_token, base_url=slack.url).chat_delete(
        channel=PHONES, ts=slack.messages(PHONES)[0].ts
    )
    edit(quiet, row, "edited")
    enqueue(quiet, "b")
    post_for(poster, clock, 5)
    assert shown(slack) == ["b"]
    assert [(each.failure, each.due) for each in outbox_messages(quiet)] == [
        ("message_not_found", False),
        (None, False),
    ]
    assert slack.messages(ADMINS_DM) == []


def test_a_message_whose_blocks_slack_refuses_arrives_in_words_alone(
    quiet: Services, poster: Poster, clock: Clock, slack: SlackStandIn
) -> None:
    slack.fail_next("chat.postMessage", error="invalid_blocks")
    enqueue(quiet, "a", "b")
    post_for(poster, clock, 5)
    assert sorted(shown(slack)) == ["a", "b"]
    alone = next(message for message in slack.messages(PHONES) if not message.content.get("blocks"))
    assert "Call ended: a - Normal Clearing · rang 1 s" in as_text(alone)  # which stood in its blocks alone
    assert slack.messages(ADMINS_DM) == []


def test_an_edit_whose_blocks_slack_refuses_shows_its_words_in_their_place(
    quiet: Services, poster: Poster, clock: Clock, slack: SlackStandIn
) -> None:
    (row,) = enqueue(quiet, "a")
    post_for(poster, clock, 2)
    slack.fail_next("chat.update", error="msg_blocks_too_long")
    edit(quiet, row, "edited")
    post_for(poster, clock, 5)
    (message,) = slack.messages(PHONES)
    assert "edited" in as_text(message)
    assert not message.content.get("blocks")


def test_admins_are_notified_of_a_message_that_slack_does_not_take_in_words_either(
    quiet: Services, poster: Poster, clock: Clock, slack: SlackStandIn
) -> None:
    slack.fail_next("chat.postMessage", 2, error="invalid_arguments")
    enqueue(quiet, "a")
    post_for(poster, clock, 5)
    assert shown(slack) == []
    (message,) = slack.messages(ADMINS_DM)
    assert "A message to" in as_text(message)
    assert "is lost: Slack says invalid_arguments" in as_text(message)


def test_a_message_whose_picture_slack_cannot_fetch_arrives_in_words(
    quiet: Services, slack: SlackStandIn, clock: Clock
) -> None:
    nowhere = quiet.settings.model_copy(update={"public_url": f"http://127.0.0.1:{free_port()}"})
    welcome = Welcome(
        employee=1, name="Alice", number="101", server="pbx.example.com", ticket=Ticket(1, "fingerprint")
    )
    with quiet.database.session() as session:
        outbox.enqueue(session, ADMIN_ID, "welcome:1", welcome.as_json(), open=False)
    poster = a_poster(replace(quiet, settings=nowhere))
    post_for(poster, clock, 3 * INTERVAL)
    (message,) = slack.messages(ADMINS_DM)
    assert "your phone extension is 101" in as_text(message)
    assert "Linphone" not in as_text(message)
    assert [call.error for call in chats(slack, ADMINS_DM)] == ["invalid_blocks", ""]


UNSHOWABLE: list[Any] = [
    [1],
    None,
    {"kind": "of another version"},
    {"kind": "security", "until": 1},
    {"kind": "missed", "caller": "1", "at": math.nan, "disposition": "busy"},
    {"kind": "missed", "caller": "1", "at": 1e300, "disposition": "busy"},
    {"kind": "call", "caller": "1", "state": "ended", "rang_seconds": math.inf},
]


def test_a_message_that_nobody_can_show_is_given_up_once_and_holds_up_no_other(
    quiet: Services, slack: SlackStandIn, poster: Poster, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    with quiet.database.session() as session:
        for content in UNSHOWABLE:
            outbox.enqueue(session, PHONES, "odd", content, open=False)
    enqueue(quiet, "one")
    post_for(poster, clock, 2 * len(UNSHOWABLE) * INTERVAL)
    assert shown(slack) == ["one"]
    given_up = len(UNSHOWABLE)
    assert [row.failure for row in outbox_messages(quiet)] == ["cannot be shown"] * given_up + [None]
    said = [record.getMessage() for record in caplog.records]
    assert said == ["an alert cannot be shown, and is given up"] * given_up
