"""Each alert once, whatever breaks between the poster, Slack and the database."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import Any

import pytest
from slack_sdk import WebClient
from sqlalchemy.exc import OperationalError

from handlers.alerts.poster import Poster
from models import database
from models.lease import LEASE_TIME, LeaseLost
from pbx.services import Services
from tests.clock import Clock
from tests.database_lock import write_locked
from tests.factories import PHONES, free_lease, outbox_messages
from tests.handlers.alerts import posting
from tests.handlers.alerts.posting import (
    INTERVAL,
    a_poster,
    edit,
    enqueue,
    hold_answers,
    lose_an_answer,
    post_for,
    shown,
)
from tests.server import PROJECT
from tests.slack_stand_in import SlackStandIn

clock, slack, quiet, poster = posting.clock, posting.slack, posting.quiet, posting.poster


# Answers and posters that are lost


@pytest.mark.parametrize("fault", [{"hang": 30}, {"drop": True}])
def test_a_message_whose_answer_was_lost_is_found_and_not_sent_again(
    quiet: Services, poster: Poster, clock: Clock, slack: SlackStandIn, fault: dict[str, Any]
) -> None:
    (row, _) = enqueue(quiet, "a", "b")
    slack.fail_next("chat.postMessage", **fault)
    lose_an_answer(poster, slack)
    post_for(poster, clock, 20)
    assert shown(slack) == ["a", "b"]
    assert [call.method for call in slack.calls] == [
        "chat.postMessage",
        "conversations.history",
        "chat.postMessage",
    ]
    edit(quiet, row, "edited")
    post_for(poster, clock, 2)
    assert shown(slack) == ["edited", "b"]


@pytest.mark.parametrize(
    "fault", [{"status": 429, "retry_after": 2}, {"error": "org_login_required"}, {"status": 500}]
)
def test_that_slack_does_not_say_whether_it_has_a_message_is_no_reason_to_send_it_again(
    quiet: Services, poster: Poster, clock: Clock, slack: SlackStandIn, fault: dict[str, Any]
) -> None:
    enqueue(quiet, "a")
    slack.fail_next("chat.postMessage", drop=True)
    slack.fail_next("conversations.history", 2, **fault)
    post_for(poster, clock, 60)
    assert shown(slack) == ["a"]
    assert [call.method for call in slack.calls] == ["chat.postMessage", *["conversations.history"] * 3]


@pytest.mark.parametrize("fault", [{"hang": 30}, {"drop": True}])
def test_a_message_that_was_edited_while_its_answer_was_lost_shows_the_edit(
    quiet: Services, poster: Poster, clock: Clock, slack: SlackStandIn, fault: dict[str, Any]
) -> None:
    (row,) = enqueue(quiet, "rings")
    slack.fail_next("chat.postMessage", **fault)
    lose_an_answer(poster, slack)
    assert shown(slack) == ["rings"]
    edit(quiet, row, "ended")
    post_for(poster, clock, 20)
    assert shown(slack) == ["ended"]
    methods = [call.method for call in slack.calls]
    assert methods == ["chat.postMessage", "conversations.history", "chat.update"]


def test_a_message_of_another_installation_is_not_taken_for_ours(
    quiet: Services, poster: Poster, clock: Clock, slack: SlackStandIn
) -> None:
    (row,) = enqueue(quiet, "ours")
    other = {"event_type": "switchhook_alert", "event_payload": {"delivery": row.id, "made_at": "2020"}}
    client = WebClient(slack.bot_token, base_url=slack.url)
    client.chat_postMessage(channel=PHONES, text="theirs", metadata=other)
    clock.forward(2)
    slack.fail_next("chat.postMessage", status=500)
    post_for(poster, clock, 10)
    assert shown(slack) == ["theirs", "ours"]


POST_ONCE = """
from handlers import message_kinds
from handlers.slack.admins import Admins
from handlers.alerts.poster import Poster
from handlers.slack.client import slack_client
from pathlib import Path
from models.lease import LISTENER_LEASE, LeaseHolder
from pbx.services import Services
from settings import Settings

system = Services.of(Settings())
holder = LeaseHolder(system.database, LISTENER_LEASE)
assert holder.acquire()
client = slack_client(system.settings)
admins, read = Admins(system.settings.slack_admins, client), message_kinds.reader(system)
poster = Poster(system, holder, client, admins, read)
poster.post_due()
poster.finish()
"""


def test_a_poster_killed_before_it_stored_the_answer_has_not_posted_in_vain(
    quiet: Services, clock: Clock, slack: SlackStandIn
) -> None:
    enqueue(quiet, "a", "b")
    slack.fail_next("chat.postMessage", hang=60)
    secret_key = quiet.settings.secret_key[0].get_secret_value()
    environment = {
        "DATABASE_URL": quiet.settings.database_url.get_secret_value(),
        "SECRET_KEY": secret_key,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_API_URL": slack.url,
    }
    process = subprocess.Popen([sys.executable, "-c", POST_ONCE], cwd=PROJECT, env=os.environ | environment)
    slack.wait_for(lambda call: call.method == "chat.postMessage")
    process.send_signal(signal.SIGKILL)
    process.wait()
    (first, _) = outbox_messages(quiet)
    assert (first.ts, first.claimed_at is not None) == (None, True)
    free_lease(quiet)
    post_for(a_poster(quiet), clock, 10)
    assert shown(slack) == ["a", "b"]
    assert len(slack.called("chat.postMessage")) == 2


def test_a_poster_that_lost_the_lease_posts_nothing(
    quiet: Services, poster: Poster, clock: Clock, slack: SlackStandIn
) -> None:
    enqueue(quiet, "a")
    clock.forward(LEASE_TIME.total_seconds())  # before that, nobody else can have it
    free_lease(quiet)
    other = a_poster(quiet)
    with pytest.raises(LeaseLost):
        poster.post_due()
    assert slack.calls == []
    post_for(other, clock, 2)
    assert shown(slack) == ["a"]


# Databases on a bad day


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch, quiet: Services) -> Services:
    """Waits 50 ms for a lock of the database."""
    monkeypatch.setattr(database, "SQLITE_BUSY_MS", 50)
    quiet.database.close()  # connections to come are made anew
    return quiet


def test_while_the_database_is_locked_nothing_is_posted_and_afterwards_all_of_it_once(
    impatient: Services, clock: Clock, slack: SlackStandIn
) -> None:
    poster = a_poster(impatient)
    enqueue(impatient, "a", "b")
    clock.forward(LEASE_TIME.total_seconds())
    with write_locked(impatient), pytest.raises(OperationalError):
        poster.post_due()
    assert slack.calls == []
    post_for(poster, clock, 5)
    assert shown(slack) == ["a", "b"]


def test_a_database_that_is_locked_when_the_answer_comes_does_not_make_it_post_twice(
    impatient: Services, clock: Clock, slack: SlackStandIn
) -> None:
    poster = a_poster(impatient)
    enqueue(impatient, "a")
    slack.fail_next("chat.postMessage", hang=60)
    may_answer = hold_answers(slack)
    poster.post_due()
    slack.wait_for(lambda call: call.method == "chat.postMessage")
    with write_locked(impatient):
        may_answer.set()
        poster.finish()
    assert [row.ts for row in outbox_messages(impatient)] == [None]
    clock.forward(INTERVAL)
    post_for(poster, clock, 5)
    assert shown(slack) == ["a"]
    assert len(slack.called("chat.postMessage")) == 1
