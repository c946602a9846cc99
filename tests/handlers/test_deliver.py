"""The outbox and its poster, over HTTP: in order, within the rate limit, each alert once whatever Slack does."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import pairwise
from typing import Any

import pytest
from slack_sdk import WebClient
from sqlalchemy.exc import OperationalError

from handlers import alerts, deliver, routes, schedule
from handlers.deliver import Poster
from models import database
from models.delivery import Delivery
from models.lease import Lease
from pbx import outbox
from pbx.lease import Holder, LeaseLost
from pbx.listener import LEASE
from pbx.system import PhoneSystem
from tests.clock import Clock
from tests.happening import PHONES, deliveries, ends, holder_of, rings, store, takes
from tests.running import ADMIN_ID, PROJECT, quiet_settings
from tests.slack_stand_in import ApiCall, SlackStandIn

INTERVAL = 1.0
ADMINS_DM = "D" + ADMIN_ID[1:]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def slack(clock: Clock) -> Iterator[SlackStandIn]:
    """Of the same time as the poster; refuses whoever posts too fast."""
    with SlackStandIn(clock.monotonic) as running:
        running.enforce_rate_limits = True
        yield running


@pytest.fixture
def quiet(quiet: PhoneSystem, slack: SlackStandIn) -> PhoneSystem:
    """With Slack's rate limit kept."""
    path = quiet.database.engine.url.database
    assert path
    return PhoneSystem(
        quiet_settings(PROJECT / path, slack, alert_interval=INTERVAL), quiet.database, quiet.box
    )


@pytest.fixture
def poster(quiet: PhoneSystem) -> Iterator[Poster]:
    made = a_poster(quiet)
    yield made
    made.finish()


def a_poster(system: PhoneSystem, holder: Holder | None = None, patience: int = 1) -> Poster:
    """With the program's own client, but not as patient."""
    client: WebClient = schedule._slack(system)
    client.timeout = patience
    return Poster(system, holder or holder_of(system), client)


def content(text: str) -> dict[str, Any]:
    """Of a call that ended, on a channel of that name."""
    channel, cause = text, "Normal Clearing"
    call = {"kind": "call", "caller": "101", "caller_name": "", "rang": [], "state": "ended", "callee": "102"}
    ended = {"channel": channel, "cause_text": cause, "disposition": "busy", "rang_seconds": 1.0}
    return call | ended | {"talked_seconds": 0.0, "away": False}


def put(system: PhoneSystem, *texts: str, channel: str = PHONES) -> list[Delivery]:
    with system.database.session() as session:
        return [outbox.put(session, channel, f"call:{text}", content(text)) for text in texts]


def edit(system: PhoneSystem, row: Delivery, text: str) -> None:
    with system.database.session() as session:
        found = session.get(Delivery, row.id)
        assert found
        outbox.edit(session, found, content(text))


def said(call: ApiCall) -> str:
    """What the message of a call is about."""
    return str(call.arguments["text"]).removeprefix("📞 Call ended: ").removesuffix(" - Normal Clearing")


def shown(slack: SlackStandIn, channel: str = PHONES) -> list[str]:
    return [
        message.text.removeprefix("📞 Call ended: ").removesuffix(" - Normal Clearing")
        for message in slack.messages(channel)
    ]


def chats(slack: SlackStandIn, channel: str = PHONES) -> list[ApiCall]:
    """Posts and edits in a channel, refused ones too."""
    return [
        call
        for call in slack.calls
        if call.method in ("chat.postMessage", "chat.update") and call.arguments["channel"] == channel
    ]


def work(poster: Poster, clock: Clock, seconds: float, step: float = 0.25) -> None:
    """As the scheduler does, for so long."""
    for _ in range(int(seconds / step)):
        poster.post_due()
        poster.finish()
        clock.forward(step)


def due(system: PhoneSystem) -> list[int | None]:
    return [row.id for row in deliveries(system) if row.due]


# In order, and not too fast


def test_a_message_is_posted_with_a_mark_by_which_it_is_found_again(
    quiet: PhoneSystem, poster: Poster, clock: Clock, slack: SlackStandIn
) -> None:
    (row,) = put(quiet, "one")
    work(poster, clock, 5)
    (call,) = slack.calls
    assert call.method == "chat.postMessage"
    blocks = call.arguments.pop("blocks")
    assert [block["type"] for block in blocks] == ["section", "context"]
    assert call.arguments == {
        "channel": PHONES,
        "text": "📞 Call ended: one - Normal Clearing",
        "metadata": {
            "event_type": "switchhook_alert",
            "event_payload": {"delivery": row.id, "made_at": row.created_at.isoformat()},
        },
        "unfurl_links": False,
        "unfurl_media": False,
    }
    (stored,) = deliveries(quiet)
    assert (stored.due, stored.ts, stored.conversation) == (False, slack.messages(PHONES)[0].ts, PHONES)
    assert (stored.attempts, stored.claimed_at, stored.next_try_at) == (0, None, None)


def test_a_channel_gets_its_messages_in_order_one_a_second(
    quiet: PhoneSystem, poster: Poster, clock: Clock, slack: SlackStandIn
) -> None:
    texts = [f"m{place}" for place in range(12)]
    put(quiet, *texts)
    work(poster, clock, 30)
    assert shown(slack) == texts
    times = [call.at for call in chats(slack)]
    assert [later - earlier for earlier, later in pairwise(times)] == [INTERVAL] * 11
    assert not [call for call in slack.calls if call.error]


def test_channels_do_not_wait_for_each_other(quiet: PhoneSystem, clock: Clock, slack: SlackStandIn) -> None:
    poster = a_poster(quiet, patience=30)
    slack.fail_until_cleared("chat.postMessage", hang=2, channel="C-SLOW")
    put(quiet, "slow", channel="C-SLOW")
    put(quiet, "a", "b", channel="C-ONE")
    put(quiet, "c", "d", channel="C-TWO")
    deadline = time.monotonic() + 30
    while len([row for row in deliveries(quiet) if row.ts]) < 4:
        assert time.monotonic() < deadline
        poster.post_due()
        clock.forward(INTERVAL)
        time.sleep(0.01)
    assert (shown(slack, "C-ONE"), shown(slack, "C-TWO")) == (["a", "b"], ["c", "d"])
    assert [row.channel for row in deliveries(quiet) if row.due] == ["C-SLOW"]
    poster.finish()
    assert due(quiet) == []


def test_edits_that_come_faster_than_slack_takes_them_are_one(
    quiet: PhoneSystem, poster: Poster, clock: Clock, slack: SlackStandIn
) -> None:
    (row,) = put(quiet, "one")
    work(poster, clock, 0.5)
    for text in ("two", "three", "four"):
        edit(quiet, row, text)
    work(poster, clock, 5)
    assert [(call.method, said(call)) for call in chats(slack)] == [
        ("chat.postMessage", "one"),
        ("chat.update", "four"),
    ]
    (message,) = slack.messages(PHONES)
    assert chats(slack)[1].arguments["ts"] == message.ts
    assert due(quiet) == []


def test_an_edit_that_comes_while_the_message_is_being_posted_is_not_lost(
    quiet: PhoneSystem, poster: Poster, clock: Clock, slack: SlackStandIn
) -> None:
    (row,) = put(quiet, "one")
    slack.fail_next("chat.postMessage", hang=0.3)
    poster.post_due()
    slack.wait_for(lambda call: call.method == "chat.postMessage")
    edit(quiet, row, "two")
    poster.finish()
    assert due(quiet) == [row.id]
    clock.forward(INTERVAL)
    work(poster, clock, 2)
    assert shown(slack) == ["two"]
    assert due(quiet) == []


def test_a_message_that_is_edited_all_the_time_does_not_hold_up_the_others(
    quiet: PhoneSystem, poster: Poster, clock: Clock, slack: SlackStandIn
) -> None:
    (burst,) = put(quiet, "burst")
    work(poster, clock, 1)
    put(quiet, "a", "b", "c")
    for place in range(10):
        edit(quiet, burst, f"burst {place}")
        work(poster, clock, 1)
    assert [said(call) for call in chats(slack)][:6] == ["burst", "a", "b", "c", "burst 3", "burst 4"]
    assert shown(slack) == ["burst 9", "a", "b", "c"]


def test_edits_are_not_held_up_for_ever_by_new_messages(
    quiet: PhoneSystem, poster: Poster, clock: Clock, slack: SlackStandIn
) -> None:
    (row,) = put(quiet, "old")
    work(poster, clock, 1)
    put(quiet, "a", "b")
    edit(quiet, row, "edited")
    for place in range(6):
        put(quiet, f"new {place}")
        work(poster, clock, 1)
    assert [said(call) for call in chats(slack)][:4] == ["old", "a", "b", "edited"]


def test_a_new_poster_goes_on_where_the_last_one_stopped(
    quiet: PhoneSystem, clock: Clock, slack: SlackStandIn
) -> None:
    texts = [f"m{place}" for place in range(6)]
    rows = put(quiet, *texts)
    holder = holder_of(quiet)
    for _ in range(3):
        work(a_poster(quiet, holder), clock, 2)
    edit(quiet, rows[0], "edited")
    work(a_poster(quiet, holder), clock, 5)
    assert shown(slack) == ["edited", *texts[1:]]
    assert len(slack.called("chat.postMessage")) == 6


def test_people_are_told_in_their_direct_messages(
    quiet: PhoneSystem, poster: Poster, clock: Clock, slack: SlackStandIn
) -> None:
    (row,) = put(quiet, "missed", channel="U0BOB")
    work(poster, clock, 2)
    edit(quiet, row, "missed twice")
    work(poster, clock, 2)
    assert [(call.method, call.arguments.get("channel")) for call in slack.calls] == [
        ("conversations.open", None),
        ("chat.postMessage", "D0BOB"),
        ("chat.update", "D0BOB"),
    ]
    assert shown(slack, "U0BOB".replace("U", "D", 1)) == ["missed twice"]


# Slack on a bad day


def test_a_rate_limit_is_obeyed_in_its_channel_alone(
    quiet: PhoneSystem, poster: Poster, clock: Clock, slack: SlackStandIn
) -> None:
    slack.fail_next("chat.postMessage", status=429, retry_after=30)
    put(quiet, "a", "b")
    poster.post_due()
    poster.finish()
    put(quiet, "c", "d", channel="C-OTHER")
    work(poster, clock, 60)
    refused, first, second = chats(slack)
    assert (refused.error, said(first), said(second)) == ("ratelimited", "a", "b")
    assert first.at - refused.at >= 30
    assert first.at - refused.at < 32
    assert max(call.at for call in chats(slack, "C-OTHER")) - refused.at < 5
    assert slack.called("conversations.history") == []  # Slack said that it had not taken it


def test_however_long_slack_wants_to_be_left_alone_it_is(
    quiet: PhoneSystem, poster: Poster, clock: Clock, slack: SlackStandIn
) -> None:
    slack.fail_next("chat.postMessage", status=429, retry_after=900)
    put(quiet, "a")
    work(poster, clock, 1000, step=5)
    refused, taken = chats(slack)
    assert taken.at - refused.at >= 900


@pytest.mark.parametrize("retry_after", [None, "soon", "-5"])
def test_a_rate_limit_without_a_time_waits_a_minute(
    quiet: PhoneSystem, poster: Poster, clock: Clock, slack: SlackStandIn, retry_after: Any
) -> None:
    slack.fail_next("chat.postMessage", status=429, retry_after=retry_after)
    put(quiet, "a")
    work(poster, clock, 70)
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
def test_what_slack_will_take_later_is_tried_again_until_it_does(
    quiet: PhoneSystem,
    poster: Poster,
    clock: Clock,
    slack: SlackStandIn,
    fault: dict[str, Any],
    asked: bool,
) -> None:
    """Where Slack may have taken it all the same, it is asked before the message is sent again."""
    slack.fail_next("chat.postMessage", 4, **fault)
    put(quiet, "a", "b")
    work(poster, clock, 60)
    assert shown(slack) == ["a", "b"]
    assert [said(call) for call in chats(slack)] == ["a"] * 5 + ["b"]
    assert len(slack.called("conversations.history")) == (4 if asked else 0)
    assert [row.attempts for row in deliveries(quiet)] == [0, 0]


@pytest.mark.parametrize("fault", [{"hang": 30}, {"drop": True}])
def test_a_message_whose_answer_was_lost_is_found_and_not_sent_again(
    quiet: PhoneSystem, poster: Poster, clock: Clock, slack: SlackStandIn, fault: dict[str, Any]
) -> None:
    (row, _) = put(quiet, "a", "b")
    slack.fail_next("chat.postMessage", **fault)
    work(poster, clock, 20)
    assert shown(slack) == ["a", "b"]
    assert [call.method for call in slack.calls] == [
        "chat.postMessage",
        "conversations.history",
        "chat.postMessage",
    ]
    edit(quiet, row, "edited")
    work(poster, clock, 2)
    assert shown(slack) == ["edited", "b"]


def test_a_message_of_another_installation_is_not_taken_for_ours(
    quiet: PhoneSystem, poster: Poster, clock: Clock, slack: SlackStandIn
) -> None:
    (row,) = put(quiet, "ours")
    other = {"event_type": "switchhook_alert", "event_payload": {"delivery": row.id, "made_at": "2020"}}
    client = WebClient(slack.bot_token, base_url=slack.url)
    client.chat_postMessage(channel=PHONES, text="theirs", metadata=other)
    clock.forward(2)
    slack.fail_next("chat.postMessage", status=500)
    work(poster, clock, 10)
    assert shown(slack) == ["theirs", "ours"]


POST_ONCE = """
import sys
from handlers import schedule
from handlers.deliver import Poster
from pathlib import Path
from pbx.lease import Holder
from pbx.listener import LEASE
from pbx.system import PhoneSystem
from settings import Settings

system = PhoneSystem.of(Settings())
holder = Holder()
assert holder.take(system.database, LEASE)
poster = Poster(system, holder, schedule._slack(system))
poster.post_due()
poster.finish()
"""


def test_a_poster_killed_before_it_stored_the_answer_has_not_posted_in_vain(
    quiet: PhoneSystem, clock: Clock, slack: SlackStandIn
) -> None:
    put(quiet, "a", "b")
    slack.fail_next("chat.postMessage", hang=60)
    secret_key = quiet.settings.secret_key[0].get_secret_value()
    environment = {
        "DATABASE_URL": quiet.settings.database_url.get_secret_value(),
        "SECRET_KEY": secret_key,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_API_URL": slack.url,
    }
    process = subprocess.Popen([sys.executable, "-c", POST_ONCE], cwd=PROJECT, env=os.environ | environment)
    slack.wait_for(lambda call: call.method == "chat.postMessage", timeout=30)
    process.send_signal(signal.SIGKILL)
    process.wait()
    (first, _) = deliveries(quiet)
    assert (first.ts, first.claimed_at is not None) == (None, True)
    with quiet.database.session() as session:
        lease = session.get(Lease, LEASE)
        assert lease
        session.delete(lease)
    work(a_poster(quiet), clock, 10)
    assert shown(slack) == ["a", "b"]
    assert len(slack.called("chat.postMessage")) == 2


def test_a_poster_that_lost_the_lease_posts_nothing(
    quiet: PhoneSystem, poster: Poster, clock: Clock, slack: SlackStandIn
) -> None:
    put(quiet, "a")
    clock.forward(60)
    other = a_poster(quiet)
    with pytest.raises(LeaseLost):
        poster.post_due()
    assert slack.calls == []
    work(other, clock, 2)
    assert shown(slack) == ["a"]


# What will never succeed


@pytest.mark.parametrize(
    "error", ["channel_not_found", "not_in_channel", "restricted_action_read_only_channel"]
)
def test_admins_are_told_once_of_a_channel_that_takes_nothing(
    quiet: PhoneSystem, poster: Poster, clock: Clock, slack: SlackStandIn, error: str
) -> None:
    slack.fail_until_cleared("chat.postMessage", error=error, channel="C0GONE")
    put(quiet, "a", "b", "c", channel="C0GONE")
    put(quiet, "elsewhere")
    work(poster, clock, 10)
    (told,) = slack.messages(ADMINS_DM)
    assert told.text == f"⚠️ Alerts cannot be posted to <#C0GONE>: Slack says `{error}`"
    assert [row.failure for row in deliveries(quiet) if row.channel == "C0GONE"] == [error] * 3
    assert shown(slack) == ["elsewhere"]

    slack.clear_faults()
    put(quiet, "d", channel="C0GONE")
    work(poster, clock, 10)
    assert shown(slack, "C0GONE") == ["d"]
    assert len(slack.messages(ADMINS_DM)) == 1

    slack.fail_until_cleared("chat.postMessage", error=error, channel="C0GONE")
    put(quiet, "e", "f", channel="C0GONE")
    work(poster, clock, 10)
    assert len(slack.messages(ADMINS_DM)) == 2
    assert due(quiet) == []


def test_an_admin_who_cannot_be_told_either_is_left_alone(
    quiet: PhoneSystem, poster: Poster, clock: Clock, slack: SlackStandIn
) -> None:
    slack.fail_until_cleared("chat.postMessage", error="channel_not_found", channel="C0GONE")
    slack.fail_until_cleared("conversations.open", error="user_not_found")
    put(quiet, "a", channel="C0GONE")
    work(poster, clock, 10)
    failures = [(row.channel, row.failure) for row in deliveries(quiet)]
    assert failures == [("C0GONE", "channel_not_found"), (ADMIN_ID, "user_not_found")]
    assert len(slack.called("conversations.open")) == 1


def test_a_message_that_somebody_deleted_is_quietly_given_up(
    quiet: PhoneSystem, poster: Poster, clock: Clock, slack: SlackStandIn
) -> None:
    (row,) = put(quiet, "a")
    work(poster, clock, 2)
    WebClient(slack.bot_token, base_url=slack.url).chat_delete(
        channel=PHONES, ts=slack.messages(PHONES)[0].ts
    )
    edit(quiet, row, "edited")
    put(quiet, "b")
    work(poster, clock, 5)
    assert shown(slack) == ["b"]
    assert [(each.failure, each.due) for each in deliveries(quiet)] == [
        ("message_not_found", False),
        (None, False),
    ]
    assert slack.messages(ADMINS_DM) == []


def test_a_message_that_slack_finds_wrong_does_not_hold_up_the_next(
    quiet: PhoneSystem, poster: Poster, clock: Clock, slack: SlackStandIn
) -> None:
    slack.fail_next("chat.postMessage", error="invalid_blocks")
    put(quiet, "a", "b")
    work(poster, clock, 5)
    assert shown(slack) == ["b"]
    assert slack.messages(ADMINS_DM) == []


# Clocks and databases on a bad day


def test_the_pauses_between_tries_end_at_a_minute_however_many_there_were() -> None:
    for attempts in (0, 3, 6, 1024, 5000):
        assert 0.5 <= deliver._wait(attempts) <= deliver.LONGEST_WAIT
        assert 0.25 <= schedule.pause(attempts) <= schedule.LONGEST_PAUSE
    assert deliver._wait(5000) >= deliver.LONGEST_WAIT / 2
    assert schedule.pause(5000) >= schedule.LONGEST_PAUSE / 2


def test_a_clock_that_was_set_back_does_not_silence_a_channel(
    quiet: PhoneSystem, clock: Clock, slack: SlackStandIn
) -> None:
    slack.fail_next("chat.postMessage", status=500)
    put(quiet, "a")
    holder = holder_of(quiet)
    work(a_poster(quiet, holder), clock, 0.25)
    clock.back = 7200
    work(a_poster(quiet, holder), clock, 5)
    assert shown(slack) == ["a"]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch, quiet: PhoneSystem) -> PhoneSystem:
    """Waits 50 ms for a lock of the database."""
    monkeypatch.setattr(database, "SQLITE_BUSY_MS", 50)
    quiet.database.close()  # connections to come are made anew
    return quiet


@contextmanager
def locked(system: PhoneSystem) -> Iterator[None]:
    with closing(sqlite3.connect(str(system.database.engine.url.database))) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.rollback()


def test_while_the_database_is_locked_nothing_is_posted_and_afterwards_all_of_it_once(
    impatient: PhoneSystem, clock: Clock, slack: SlackStandIn
) -> None:
    poster = a_poster(impatient)
    put(impatient, "a", "b")
    with locked(impatient), pytest.raises(OperationalError):
        poster.post_due()
    assert slack.calls == []
    work(poster, clock, 5)
    assert shown(slack) == ["a", "b"]


def test_a_database_that_is_locked_when_the_answer_comes_does_not_make_it_post_twice(
    impatient: PhoneSystem, clock: Clock, slack: SlackStandIn
) -> None:
    poster = a_poster(impatient)
    put(impatient, "a")
    slack.fail_next("chat.postMessage", hang=0.3)
    poster.post_due()
    slack.wait_for(lambda call: call.method == "chat.postMessage")
    with locked(impatient):
        poster.finish()
    assert [row.ts for row in deliveries(impatient)] == [None]
    clock.forward(INTERVAL)
    work(poster, clock, 5)
    assert shown(slack) == ["a"]
    assert len(slack.called("chat.postMessage")) == 1


# Ten minutes without Slack


def test_after_ten_minutes_without_slack_5000_events_arrive_once_in_order_within_the_rate_limit(
    quiet: PhoneSystem, clock: Clock, slack: SlackStandIn
) -> None:
    """Four channels; calls begin and end all the time."""
    channels = [f"C0TEAM{team}" for team in range(4)]
    with quiet.database.session() as session:
        for team, channel in enumerate(channels):
            routes.put(session, "", f"{team + 1}00-{team + 1}99", channel, "U1")
    holder = holder_of(quiet)
    poster = a_poster(quiet, holder)
    slack.fail_until_cleared("chat.postMessage", status=500)
    calls = 0
    for _ in range(120):
        for _ in range(14):
            calls += 1
            call, callee, at = f"1.{calls}", str(100 + 100 * (calls % 4) + calls % 100), clock.seconds
            store(quiet, rings(call, callee, at=at), takes(call, callee, at=at), ends(call, callee, at=at))
        while alerts.write_alerts(quiet, holder):
            pass
        work(poster, clock, 5, step=5)
    assert calls * 3 >= 5000
    assert not any(slack.messages(channel) for channel in channels)
    assert len(slack.calls) < 250  # the pauses grow

    slack.clear_faults()
    back_at = clock.seconds
    work(poster, clock, 600, step=INTERVAL)
    assert due(quiet) == []
    rows = deliveries(quiet)
    assert len(rows) == calls
    for channel in channels:
        wanted = [row.content["channel"] for row in rows if row.channel == channel]
        assert len(wanted) > 400
        assert shown(slack, channel) == wanted
        posts = [call for call in chats(slack, channel) if call.at >= back_at]
        assert [said(call) for call in posts] == wanted
        assert not [call for call in posts if call.error]
        assert min(later.at - earlier.at for earlier, later in pairwise(posts)) >= INTERVAL
        assert posts[0].at - back_at <= deliver.LONGEST_WAIT
        assert posts[-1].at - posts[0].at <= len(wanted) * INTERVAL
