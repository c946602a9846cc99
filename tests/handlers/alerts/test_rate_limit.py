"""Who goes first, and how fast: Slack's limits are kept per method, and calls wait for no burst of phones."""

from __future__ import annotations

from handlers.alerts import rules
from handlers.alerts.poster import Poster
from handlers.alerts.rate_limit import YIELD_EVERY
from models import outbox
from models.outbox import Priority
from pbx.services import Services
from tests.clock import Clock
from tests.factories import PHONES, answered, ended, holder_of, outbox_messages, ringing, store
from tests.handlers.alerts import posting
from tests.handlers.alerts.posting import a_poster, chats, content, due, edit, enqueue, post_for, said, shown
from tests.slack_stand_in import SlackStandIn

clock, slack, quiet, poster = posting.clock, posting.slack, posting.quiet, posting.poster


def enqueue_with(services: Services, priority: Priority, *texts: str) -> None:
    with services.database.session() as session:
        for text in texts:
            outbox.enqueue(session, PHONES, f"call:{text}", content(text), priority=priority)


def test_calls_all_day_long_do_not_silence_the_rest(
    quiet: Services, poster: Poster, clock: Clock, slack: SlackStandIn
) -> None:
    enqueue_with(quiet, Priority.REGISTRATIONS, "up")
    enqueue_with(quiet, Priority.FLOOD, "flood")
    for second in range(4 * YIELD_EVERY):
        enqueue(quiet, f"call {second}", f"more {second}")
        post_for(poster, clock, 1)
    assert {"up", "flood"} < set(shown(slack))
    assert len(shown(slack)) >= 4 * YIELD_EVERY


def test_a_call_that_rings_two_seconds_is_shown_ringing_also_beside_others_and_a_burst_of_phones(
    quiet: Services, clock: Clock, slack: SlackStandIn
) -> None:
    holder = holder_of(quiet)
    poster = a_poster(quiet, holder)
    enqueue_with(quiet, Priority.REGISTRATIONS, *[f"burst {place}" for place in range(60)])
    post_for(poster, clock, 10)
    for minute in range(3):
        calls = [f"{minute}.{call}" for call in range(2)]
        at = clock.seconds
        store(quiet, *[ringing(call, f"10{call[-1]}", at=at) for call in calls])
        rules.write_alerts(quiet, holder)
        post_for(poster, clock, 2)
        store(quiet, *[answered(call, f"10{call[-1]}", at=at + 2) for call in calls])
        rules.write_alerts(quiet, holder)
        post_for(poster, clock, 3)
        store(quiet, *[ended(call, f"10{call[-1]}", at=at + 5) for call in calls])
        rules.write_alerts(quiet, holder)
        post_for(poster, clock, 5)
    posted = [call.arguments["text"].split()[0] for call in chats(slack) if "burst" not in said(call)]
    assert {word: posted.count(word) for word in ("🔔", "🗣️", "📞")} == {"🔔": 6, "🗣️": 6, "📞": 6}


def test_an_edit_that_changes_nothing_is_not_sent(
    quiet: Services, poster: Poster, clock: Clock, slack: SlackStandIn
) -> None:
    (row,) = enqueue(quiet, "one")
    post_for(poster, clock, 2)
    for text in ("one", "two", "two"):
        edit(quiet, row, text)
        post_for(poster, clock, 2)
    assert [(call.method, said(call)) for call in chats(slack)] == [
        ("chat.postMessage", "one"),
        ("chat.update", "two"),
    ]
    assert due(quiet) == []


def test_when_slack_wants_no_edits_for_a_while_it_gets_posts(
    quiet: Services, poster: Poster, clock: Clock, slack: SlackStandIn
) -> None:
    (row,) = enqueue(quiet, "old")
    post_for(poster, clock, 2)
    slack.fail_next("chat.update", status=429, retry_after=30)
    edit(quiet, row, "edited")
    post_for(poster, clock, 1)
    enqueue_with(quiet, Priority.REGISTRATIONS, "new")
    enqueue(quiet, "elsewhere", channel="C-OTHER")
    post_for(poster, clock, 5)
    assert (shown(slack), shown(slack, "C-OTHER")) == (["old", "new"], ["elsewhere"])
    post_for(poster, clock, 30)
    assert shown(slack) == ["edited", "new"]


def test_all_channels_together_edit_no_faster_than_slack_takes_it(
    quiet: Services, poster: Poster, clock: Clock, slack: SlackStandIn
) -> None:
    channels = [f"C-{team}" for team in range(5)]
    rows = [row for channel in channels for row in enqueue(quiet, "a", "b", channel=channel)]
    post_for(poster, clock, 5)
    for minute in range(3):
        for row in rows:
            edit(quiet, row, f"{row.id} edited {minute}")
        post_for(poster, clock, 60, step=0.5)
    assert not [call for call in slack.calls if call.error]
    assert due(quiet) == []
    assert all(row.content["channel"].endswith("edited 2") for row in outbox_messages(quiet))
