"""The outbox and its poster, over HTTP: in order, within the rate limit, and none waits for another."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from handlers.alerts import routing, rules
from handlers.alerts.poster import Poster
from handlers.slack import errors
from pbx.facts import Fact
from pbx.services import Services
from tests.clock import Clock
from tests.factories import PHONES, answered, ended, holder_of, outbox_messages, ringing, store
from tests.handlers.alerts import posting
from tests.handlers.alerts.posting import (
    INTERVAL,
    a_poster,
    chats,
    due,
    edit,
    enqueue,
    hold_answers,
    post_for,
    said,
    shown,
)
from tests.slack_stand_in import ApiCall, SlackStandIn
from tests.waiting import wait_for

clock, slack, quiet, poster = posting.clock, posting.slack, posting.quiet, posting.poster


def test_a_message_is_posted_with_a_mark_by_which_it_is_found_again(
    quiet: Services, poster: Poster, clock: Clock, slack: SlackStandIn
) -> None:
    (row,) = enqueue(quiet, "one")
    post_for(poster, clock, 5)
    (call,) = slack.calls
    assert call.method == "chat.postMessage"
    blocks = call.arguments.pop("blocks")
    assert [block["type"] for block in blocks] == ["section", "context"]
    assert call.arguments == {
        "channel": PHONES,
        "text": "📞 *101 → 102* · busy",
        "metadata": {
            "event_type": "switchhook_alert",
            "event_payload": {"delivery": row.id, "made_at": row.created_at.isoformat()},
        },
        "parse": "none",
        "unfurl_links": False,
        "unfurl_media": False,
    }
    (stored,) = outbox_messages(quiet)
    assert (stored.due, stored.ts, stored.conversation) == (False, slack.messages(PHONES)[0].ts, PHONES)
    assert (stored.attempts, stored.claimed_at, stored.next_try_at) == (0, None, None)


def test_a_channel_gets_its_messages_in_order_a_few_at_once_and_then_one_a_second(
    quiet: Services, poster: Poster, clock: Clock, slack: SlackStandIn
) -> None:
    texts = [f"m{place}" for place in range(12)]
    enqueue(quiet, *texts)
    post_for(poster, clock, 30)
    assert shown(slack) == texts
    times = [call.at for call in chats(slack)]
    assert times[2] - times[0] <= 0.5
    assert [later - earlier for earlier, later in pairwise(times[3:])] == [INTERVAL] * 8
    assert not [call for call in slack.calls if call.error]


def test_channels_do_not_wait_for_each_other(quiet: Services, clock: Clock, slack: SlackStandIn) -> None:
    poster = a_poster(quiet)
    slack.fail_until_cleared("chat.postMessage", hang=60, channel="C-SLOW")
    may_answer = hold_answers(slack)
    enqueue(quiet, "slow", channel="C-SLOW")
    enqueue(quiet, "a", "b", channel="C-ONE")
    enqueue(quiet, "c", "d", channel="C-TWO")

    def are_posted() -> bool:
        poster.post_due()
        clock.forward(INTERVAL)
        return len([row for row in outbox_messages(quiet) if row.ts]) == 4

    wait_for(are_posted)
    assert (shown(slack, "C-ONE"), shown(slack, "C-TWO")) == (["a", "b"], ["c", "d"])
    assert [row.channel for row in outbox_messages(quiet) if row.due] == ["C-SLOW"]
    may_answer.set()
    poster.finish()
    assert due(quiet) == []


def test_edits_that_come_faster_than_slack_takes_them_are_one(
    quiet: Services, poster: Poster, clock: Clock, slack: SlackStandIn
) -> None:
    (row,) = enqueue(quiet, "one")
    post_for(poster, clock, 0.5)
    for text in ("two", "three", "four"):
        edit(quiet, row, text)
    post_for(poster, clock, 5)
    assert [(call.method, said(call)) for call in chats(slack)] == [
        ("chat.postMessage", "one"),
        ("chat.update", "four"),
    ]
    (message,) = slack.messages(PHONES)
    assert chats(slack)[1].arguments["ts"] == message.ts
    assert due(quiet) == []


def test_an_edit_that_comes_while_the_message_is_being_posted_is_not_lost(
    quiet: Services, poster: Poster, clock: Clock, slack: SlackStandIn
) -> None:
    (row,) = enqueue(quiet, "one")
    slack.fail_next("chat.postMessage", hang=60)
    may_answer = hold_answers(slack)
    poster.post_due()
    slack.wait_for(lambda call: call.method == "chat.postMessage")
    edit(quiet, row, "two")
    may_answer.set()
    poster.finish()
    assert due(quiet) == [row.id]
    clock.forward(INTERVAL)
    post_for(poster, clock, 2)
    assert shown(slack) == ["two"]
    assert due(quiet) == []


def test_people_get_direct_messages(
    quiet: Services, poster: Poster, clock: Clock, slack: SlackStandIn
) -> None:
    (row,) = enqueue(quiet, "missed", channel="U0BOB")
    post_for(poster, clock, 2)
    edit(quiet, row, "missed twice")
    post_for(poster, clock, 2)
    assert [(call.method, call.arguments.get("channel")) for call in slack.calls] == [
        ("conversations.open", None),
        ("chat.postMessage", "D0BOB"),
        ("chat.update", "D0BOB"),
    ]
    assert shown(slack, "U0BOB".replace("U", "D", 1)) == ["missed twice"]


# Ten minutes without Slack


def test_after_ten_minutes_without_slack_1400_events_arrive_once_in_order_within_the_rate_limit(
    quiet: Services, clock: Clock, slack: SlackStandIn
) -> None:
    """Four channels; calls begin and end all the time."""
    channels = [f"C0TEAM{team}" for team in range(4)]
    with quiet.database.session() as session:
        for team, channel in enumerate(channels):
            routing.set_route(session, "", f"{team + 1}00-{team + 1}99", channel)
    poster = a_poster(quiet, holder := holder_of(quiet))
    slack.fail_until_cleared("chat.postMessage", status=500)
    calls = 120 * 4
    for first in range(1, calls + 1, 4):
        store(quiet, *facts_of(range(first, first + 4), clock.seconds))
        while rules.write_alerts(quiet, holder):
            pass
        post_for(poster, clock, 5, step=5)
    assert calls * 3 >= 1400
    assert not any(slack.messages(channel) for channel in channels)
    assert len(slack.calls) < 250  # the pauses grow
    slack.clear_faults()
    back_at = clock.seconds
    post_for(poster, clock, 240, step=INTERVAL)
    assert due(quiet) == []
    rows = outbox_messages(quiet)
    assert len(rows) == calls
    for channel in channels:
        wanted = [row.content["channel"] for row in rows if row.channel == channel]
        assert len(wanted) > 100
        assert shown(slack, channel) == wanted
        _all_came_in_time([call for call in chats(slack, channel) if call.at >= back_at], wanted, back_at)


def facts_of(calls: Iterable[int], at: float) -> list[Fact]:
    """Calls of that moment, to each of four channels in turn."""
    facts: list[Fact] = []
    for number in calls:
        call, callee = f"1.{number}", str(100 + 100 * (number % 4) + number % 100)
        facts += ringing(call, callee, at=at), answered(call, callee, at=at), ended(call, callee, at=at)
    return facts


def _all_came_in_time(posts: list[ApiCall], wanted: list[str], back_at: float) -> None:
    assert [said(call) for call in posts] == wanted
    assert not [call for call in posts if call.error]
    assert min(later.at - earlier.at for earlier, later in pairwise(posts)) >= INTERVAL
    assert posts[0].at - back_at <= errors.MAX_WAIT
    assert posts[-1].at - posts[0].at <= len(wanted) * INTERVAL
