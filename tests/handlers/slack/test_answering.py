"""Answers reach people while Slack hangs or is away, and keep nobody else waiting meanwhile."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from handlers.slack import answering, late_reading
from handlers.slack.blocks import SlackMessage, actions, phone_settings, plain, plain_text, section
from handlers.slack.late_answers import AGAIN, GONE, PUT_BACK, LateAnswer
from models import audit, inbox
from models.actor import Actor
from models.inbox import Claim
from models.outbox import OutboxMessage
from pbx.services import Services
from tests.handlers.slack import answer_bed
from tests.handlers.slack.answer_bed import ASKER, DIRECT, AnswerBed
from tests.slack_stand_in import as_text
from tests.waiting import wait_for

PASSWORD = "hunter22"
CREATED = SlackMessage("101 is created.", [section("101"), phone_settings("101", "pbx", "udp", PASSWORD)])
EXPIRED = timedelta(minutes=31)


slack, bed = answer_bed.slack, answer_bed.bed


def test_an_answer_that_was_taken_is_kept_no_longer(bed: AnswerBed) -> None:
    name = bed.ask("list", lambda: plain("done"))
    bed.wait_until_told()
    assert bed.shown(name) == ["done"]
    assert bed.waiting() == []
    assert bed.slack.messages(DIRECT) == []


def test_a_process_that_ends_still_tells_what_came_of_commands_that_it_carries_out(bed: AnswerBed) -> None:
    bed.answers._first.shutdown()  # as Python does when its main thread has ended
    name = bed.ask("list", lambda: plain("done"))
    unstored = bed.reply("list", lambda: plain("done, too"))
    wait_for(lambda: (bed.shown(name), bed.shown(unstored)) == (["done"], ["done, too"]))
    wait_for(lambda: bed.waiting() == [])


def test_a_slack_that_hangs_keeps_no_thread_that_carries_out_commands(bed: AnswerBed) -> None:
    with bed.slack._changed:  # it answers nothing meanwhile
        bed.ask("list", lambda: plain("done"))
        assert len(bed.waiting()) == 1
    bed.wait_until_told()


@pytest.mark.parametrize(
    ("fault", "is_unsure"),
    [
        ({"status": 429, "retry_after": 1}, False),
        ({"status": 503}, True),
        ({"status": 500}, True),
        ({"drop": True}, True),
        ({"cut": True}, True),
    ],
)
def test_what_slack_does_not_take_at_first_is_sent_again_and_says_if_it_may_have_been_read(
    bed: AnswerBed, fault: dict[str, Any], is_unsure: bool
) -> None:
    bed.slack.fail_next("response_url", **fault)
    name = bed.ask("list", lambda: plain("done"))
    bed.wait_until_told()
    assert bed.shown(name)[-1] == (f"done\n{AGAIN}" if is_unsure else "done")
    assert len(bed.slack.called("response_url")) == 2


def test_slack_is_left_alone_for_as_long_as_it_wants(bed: AnswerBed) -> None:
    bed.slack.fail_next("response_url", status=429, retry_after=600)
    bed.ask("list", lambda: plain("done"))
    bed.slack.wait_for(lambda call: call.method == "response_url")
    bed.wait_until_put_off()
    bed.answers.send_due()
    (row,) = bed.waiting()
    assert (row.next_try_at - row.tried_at).total_seconds() >= 600
    bed.pass_time(timedelta(seconds=601))
    bed.wait_until_told()


def test_after_half_an_hour_it_goes_by_direct_message_without_what_is_shown_once(bed: AnswerBed) -> None:
    bed.slack.fail_until_cleared("response_url", status=503)
    bed.ask("create 101 Alice secret=hunter22", lambda: CREATED)
    bed.wait_until_put_off()
    bed.pass_time(EXPIRED)
    bed.wait_until_told()
    (told,) = bed.slack.messages(DIRECT)
    shown = as_text(told.content)
    assert "Answer to /ext create 101 secret=… …, asked 20" in shown
    assert "101 is created." in shown
    assert AGAIN in shown
    assert PASSWORD not in str(told.content)


def test_a_message_with_a_menu_of_three_dots_goes_by_direct_message(bed: AnswerBed) -> None:
    bed.slack.fail_next("response_url", status=404, error="expired_url")
    menu = {"type": "overflow", "action_id": "a", "options": [{"text": plain_text("Edit", 75), "value": "1"}]}
    bed.ask("status 101", lambda: SlackMessage("101 is live.", [section("101"), actions(menu)]))
    bed.wait_until_told()
    assert [each.text.splitlines()[0] for each in bed.slack.messages(DIRECT)] == ["101 is live."]


def test_an_answer_that_raises_an_error_at_each_try_is_not_tried_for_ever(bed: AnswerBed) -> None:
    bed.slack.fail_next("response_url", status=429, retry_after=600)
    bed.ask("status 101", lambda: SlackMessage("101", [{"type": "context"}]))
    bed.wait_until_put_off()
    bed.pass_time(timedelta(minutes=36))
    bed.wait_until_told()
    with bed.services.database.session() as session:
        (row,) = session.exec(select(OutboxMessage)).all()
    late = late_reading.with_answer(LateAnswer.model_validate(row.content), bed.services)
    assert (row.channel, late.render().text) == (ASKER, GONE)


@pytest.mark.parametrize(
    "fault", [{"status": 404, "error": "used_url"}, {"status": 403, "error": "action_prohibited"}]
)
def test_where_a_response_url_takes_nothing_any_more_it_goes_by_direct_message_at_once(
    bed: AnswerBed, fault: dict[str, Any]
) -> None:
    bed.slack.fail_next("response_url", **fault)
    bed.ask("list", lambda: plain("done"))
    bed.wait_until_told()
    (told,) = bed.slack.messages(DIRECT)
    assert told.text == "done"
    assert AGAIN not in as_text(told.content)


def test_what_slack_takes_nowhere_waits_in_the_outbox_and_says_nothing_there(bed: AnswerBed) -> None:
    bed.slack.fail_until_cleared("response_url", status=404, error="expired_url")
    bed.slack.fail_until_cleared("chat.postMessage", status=503)
    bed.ask("create 101 Alice secret=hunter22", lambda: CREATED)
    bed.wait_until_told()
    with bed.services.database.session() as session:
        (row,) = session.exec(select(OutboxMessage)).all()
    assert row.due
    assert row.channel == ASKER
    assert "Alice" not in str(row.content)
    late = late_reading.with_answer(LateAnswer.model_validate(row.content), bed.services)
    shown = as_text({"blocks": late.render().blocks})
    assert "101 is created." in shown
    assert AGAIN in shown


def test_where_the_database_is_away_it_is_sent_all_the_same(bed: AnswerBed) -> None:
    bed.slack.fail_next("response_url", status=503)
    with bed.carrying_out():
        (bed.database_file).rename(bed.database_file.with_suffix(".away"))
        bed.services.database.close()
        name = bed.reply("list", lambda: plain("done"))
    bed.slack.wait_until(lambda: bed.shown(name))


def test_who_has_lost_the_claim_tells_nothing(bed: AnswerBed) -> None:
    with bed.carrying_out() as claim:
        bed.take_over(claim)
        bed.reply("list", lambda: plain("done"))
    assert bed.waiting() == []
    assert bed.slack.called("response_url") == []


def test_what_an_older_database_that_was_put_back_knows_nothing_of_is_answered_all_the_same(
    bed: AnswerBed,
) -> None:
    with bed.carrying_out() as claim:
        bed.forget(claim)
        done = bed.reply("create 101 Alice", lambda: CREATED)
        interrupted = bed.reply("create 102 Bob", lambda: commit(bed.services, claim))
    wait_for(lambda: bed.shown(done) and bed.shown(interrupted))
    assert bed.shown(done) == [f"{CREATED.text}\n{PUT_BACK}"]
    assert PASSWORD in bed.told(done)
    assert bed.shown(interrupted) == [f"⚠️ This was interrupted, and may not be saved.\n{PUT_BACK}"]


def commit(services: Services, claim: Claim) -> SlackMessage:
    """What a thread does that carries the request out."""
    before = inbox.current.set(claim)
    try:
        with services.database.session() as session:
            audit.record(session, Actor.slack(ASKER), "created", "102")
    finally:
        inbox.current.reset(before)
    return plain("done")


def test_a_clock_that_is_set_back_or_ahead_loses_and_repeats_nothing(bed: AnswerBed) -> None:
    bed.slack.fail_next("response_url", n=2, status=429)
    back = bed.ask("list", lambda: plain("back"))
    ahead = bed.ask("list", lambda: plain("ahead"))
    bed.wait_until_put_off()
    bed.pass_time(timedelta(hours=-1), back)
    bed.pass_time(timedelta(hours=1), ahead)
    bed.wait_until_told()
    assert [*bed.shown(back), *bed.shown(ahead)] == ["back"]
    assert [each.text for each in bed.slack.messages(DIRECT)] == ["ahead"]


def test_without_a_stored_request_it_is_sent_a_few_times(bed: AnswerBed) -> None:
    bed.slack.fail_next("response_url", status=503)
    assert answering.current.get() is None
    name = bed.reply("list", lambda: plain("done"))
    assert bed.shown(name) == [f"done\n{AGAIN}"]
    bed.slack.fail_next("response_url", status=404, error="used_url")
    bed.reply("create 101 Alice", lambda: CREATED)
    (told,) = bed.slack.messages(DIRECT)
    assert "Nobody has seen the password" in told.text
