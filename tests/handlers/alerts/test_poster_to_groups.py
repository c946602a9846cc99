"""What is for a user group of SLACK_ADMINS goes to each of its members, as a message of their own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.alerts.poster import Poster
from models import outbox
from models.outbox import Priority
from pbx.services import Services
from tests.clock import Clock
from tests.factories import outbox_messages
from tests.handlers.alerts import posting
from tests.handlers.alerts.posting import (
    ADMINS_DM,
    INTERVAL,
    a_poster,
    content,
    due,
    edit,
    enqueue,
    post_for,
    shown,
)
from tests.server import ADMIN_ID
from tests.slack_stand_in import SlackStandIn, as_text

clock, slack, quiet = posting.clock, posting.slack, posting.quiet
GROUP, BOB = "S0PHONES", "D0BOB0001"


def test_a_message_for_a_user_group_waits_until_slack_says_who_is_in_it(
    quiet: Services, slack: SlackStandIn, clock: Clock
) -> None:
    settings = quiet.settings.model_copy(update={"slack_admins": (ADMIN_ID, "S0PHONES")})
    poster = a_poster(replace(quiet, settings=settings))
    slack.fail_until_cleared("usergroups.users.list", status=500)
    enqueue(quiet, "one", channel="S0PHONES")
    post_for(poster, clock, 3 * INTERVAL)
    assert [row.due for row in outbox_messages(quiet)] == [True]
    slack.clear_faults()
    slack.set_usergroups({"S0PHONES": ["U0BOB0001", "U0CAROL01", ADMIN_ID]})
    poster._admins._ask_again_at = 0.0  # half a minute later
    post_for(poster, clock, 120)
    poster.finish()
    assert [shown(slack, f"D0{name}") for name in ("BOB0001", "CAROL01")] == [["one"], ["one"]]
    assert shown(slack, ADMINS_DM) == []  # who is named has a message of their own
    assert [row.due for row in outbox_messages(quiet)] == [False] * 3


def test_the_other_admins_are_notified_of_a_user_group_that_is_gone(
    quiet: Services, slack: SlackStandIn, clock: Clock
) -> None:
    settings = quiet.settings.model_copy(update={"slack_admins": (ADMIN_ID, "S0PHONES")})
    poster = a_poster(replace(quiet, settings=settings))
    slack.set_usergroups({})
    enqueue(quiet, "one", "two", channel="S0PHONES")
    post_for(poster, clock, 10 * INTERVAL)
    (message,) = slack.messages(ADMINS_DM)
    assert "The user group S0PHONES of SLACK_ADMINS is gone" in message.text
    assert "Put another group into SLACK_ADMINS" in as_text(message.content)
    assert due(quiet) == []
    assert [row.failure for row in outbox_messages(quiet) if row.channel == "S0PHONES"] == [
        "no_such_subteam"
    ] * 2


@pytest.fixture
def to_group(quiet: Services, slack: SlackStandIn) -> Poster:
    """A poster whose admins are Bob, by their group."""
    slack.set_usergroups({GROUP: ["U0BOB0001"]})
    return a_poster(replace(quiet, settings=quiet.settings.model_copy(update={"slack_admins": (GROUP,)})))


def test_a_message_edited_while_it_is_fanned_out_is_sent_once_as_it_is_by_then(
    quiet: Services, slack: SlackStandIn, clock: Clock, to_group: Poster
) -> None:
    with quiet.database.session() as session:
        row = outbox.enqueue(session, GROUP, "hr-delivery:1", content("asked"), priority=Priority.FLOOD)
    edit(quiet, row, "answered")  # after the poster has read it
    to_group._attempt(row)
    assert [(each.channel, each.priority) for each in outbox_messages(quiet)] == [
        (GROUP, Priority.FLOOD),
        ("U0BOB0001", Priority.FLOOD),
    ]
    post_for(to_group, clock, 10 * INTERVAL)
    assert shown(slack, BOB) == ["answered"]


def test_a_later_edit_is_sent_to_the_members(
    quiet: Services, slack: SlackStandIn, clock: Clock, to_group: Poster
) -> None:
    enqueue(quiet, "asked", channel=GROUP)
    post_for(to_group, clock, 3 * INTERVAL)
    with quiet.database.session() as session:
        for row in outbox.find_open(session, "call:asked"):
            outbox.edit(session, row, content("answered"))
    post_for(to_group, clock, 3 * INTERVAL)
    assert shown(slack, BOB) == ["answered"]


def test_a_group_is_notified_once_of_a_channel_that_is_lost(
    quiet: Services, slack: SlackStandIn, clock: Clock, to_group: Poster
) -> None:
    slack.fail_until_cleared("chat.postMessage", error="not_in_channel", channel="C0LOST")
    for text in ("one", "two"):
        enqueue(quiet, text, channel="C0LOST")
        post_for(to_group, clock, 10 * INTERVAL)
    assert len(slack.messages(BOB)) == 1
