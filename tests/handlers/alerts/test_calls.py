"""A call is one message in each channel, edited as it goes on, and one to whoever missed it."""

from __future__ import annotations

import pytest
from sqlmodel import update

from handlers.alerts import routing
from handlers.slack.blocks import clock
from models.extension import Extension
from models.lease import LeaseHolder
from pbx.facts import Disposition
from pbx.services import Services
from tests.factories import (
    NOON,
    PHONES,
    answered,
    ended,
    insert_extension,
    outbox_messages,
    outbox_texts,
    ringing,
    store_and_alert,
)
from tests.handlers.alerts import alerting
from tests.handlers.alerts.alerting import route, texts
from tests.slack_stand_in.render import mrkdwn

RINGING = "🔔 101 → 102 · ringing"
ANSWERED = f"🗣️ 101 → 102 · talking since {mrkdwn(clock(NOON + 2))}"
ENDED = "📞 101 → 102 · talked 1 min 5 s"

holder = alerting.holder


def test_the_parties_names_are_those_of_the_moment_it_was_reported(
    quiet: Services, holder: LeaseHolder
) -> None:
    insert_extension(quiet, "101")
    insert_extension(quiet, "102", name="Bob")
    store_and_alert(quiet, holder, ringing())
    with quiet.database.session() as session:
        session.exec(update(Extension).values(name="Zita"))
    assert texts(quiet) == ["🔔 101 Alice → 102 Bob · ringing"]
    store_and_alert(quiet, holder, ended())
    assert texts(quiet) == ["📞 101 Zita → 102 Zita · talked 1 min 5 s"]


def test_a_call_is_one_message_that_follows_it_and_is_closed_at_its_end(
    quiet: Services, holder: LeaseHolder
) -> None:
    for fact, text in ((ringing(), RINGING), (answered(), ANSWERED), (ended(), ENDED)):
        store_and_alert(quiet, holder, fact)
        assert outbox_texts(quiet) == [(PHONES, text)]
    (row,) = outbox_messages(quiet)
    assert (row.open, row.revision) == (False, 3)
    store_and_alert(quiet, holder, ringing("2.2"), ended("2.2"))
    assert texts(quiet) == [ENDED, ENDED]


def test_calls_at_the_same_time_do_not_mix(quiet: Services, holder: LeaseHolder) -> None:
    store_and_alert(
        quiet, holder, ringing("1.1"), ringing("2.2", "104", "103"), answered("2.2", "104", "103")
    )
    assert texts(quiet) == [RINGING, ANSWERED.replace("101 → 102", "103 → 104")]
    store_and_alert(quiet, holder, answered("1.1"), ended("2.2", "104", "103"))
    assert texts(quiet) == [ANSWERED, "📞 103 → 104 · talked 1 min 5 s"]


def test_a_fork_over_two_teams_is_posted_to_both_until_its_end(quiet: Services, holder: LeaseHolder) -> None:
    route(quiet, routing.CALLS, "102", "C-SALES")
    store_and_alert(quiet, holder, ringing(callee="102"), ringing(callee="103"))
    assert outbox_texts(quiet) == [
        ("C-SALES", RINGING),
        (PHONES, "🔔 101 → 103 · ringing"),
    ]
    store_and_alert(quiet, holder, answered(), ended())
    assert outbox_texts(quiet) == [("C-SALES", ENDED), (PHONES, ENDED)]
    assert [row.open for row in outbox_messages(quiet)] == [False, False]


def test_a_message_stays_where_it_began_when_the_route_changes(quiet: Services, holder: LeaseHolder) -> None:
    store_and_alert(quiet, holder, ringing())
    route(quiet, routing.CALLS, "", "C-NEW")
    store_and_alert(quiet, holder, answered())
    route(quiet, routing.CALLS, "", "")
    store_and_alert(quiet, holder, ended())
    assert outbox_texts(quiet) == [(PHONES, ENDED)]
    store_and_alert(quiet, holder, ringing("2.2"), ended("2.2"))
    assert outbox_texts(quiet) == [(PHONES, ENDED)]


def test_a_call_to_the_outside_goes_where_its_callers_calls_go(quiet: Services, holder: LeaseHolder) -> None:
    route(quiet, "", "101", "C-ALICE")
    store_and_alert(
        quiet, holder, ringing(callee="0305550100"), ringing("2.2", callee="0305550100", caller="103")
    )
    assert [channel for channel, _ in outbox_texts(quiet)] == ["C-ALICE", PHONES]


@pytest.mark.parametrize("disposition", ["no answer", "busy", "unavailable", "cancelled"])
def test_a_missed_call_is_sent_to_its_extensions_slack_user(
    quiet: Services, holder: LeaseHolder, disposition: Disposition
) -> None:
    insert_extension(quiet, "102", name="Bob", slack_user_id="U0BOB")
    store_and_alert(quiet, holder, ringing(name="Alice"), ended(disposition=disposition))
    (_, channel_text), (user, text) = outbox_texts(quiet)
    assert channel_text.startswith("📵 102 Bob missed a call from 101 Alice · ")
    assert user == "U0BOB"
    assert text.startswith("📵 You missed a call from 101 Alice · ")


@pytest.mark.parametrize("disposition", ["answered", "failed"])
def test_a_call_that_was_taken_or_never_came_through_is_no_missed_call(
    quiet: Services, holder: LeaseHolder, disposition: Disposition
) -> None:
    insert_extension(quiet, "102", slack_user_id="U0BOB")
    store_and_alert(quiet, holder, ringing(), ended(disposition=disposition))
    assert [channel for channel, _ in outbox_texts(quiet)] == [PHONES]


def test_a_missed_call_without_a_slack_user_is_sent_to_nobody(quiet: Services, holder: LeaseHolder) -> None:
    insert_extension(quiet, "101", slack_user_id="U0ALICE")  # the caller
    insert_extension(quiet, "102")
    store_and_alert(quiet, holder, ringing(), ended(disposition="no answer"))
    assert [channel for channel, _ in outbox_texts(quiet)] == [PHONES]


def test_a_missed_call_has_its_callers_name_also_where_calls_are_routed_nowhere(
    quiet: Services, holder: LeaseHolder
) -> None:
    route(quiet, "", "", "")
    insert_extension(quiet, "102", slack_user_id="U0BOB")
    store_and_alert(quiet, holder, ringing(name="Alice"), ended(disposition="no answer"))
    ((user, text),) = outbox_texts(quiet)
    assert (user, "101 Alice" in text) == ("U0BOB", True)


def test_everybody_whose_phone_rang_in_vain_missed_the_call(quiet: Services, holder: LeaseHolder) -> None:
    for number, user in (("102", "U0BOB"), ("103", "U0CAROL"), ("104", "U0DAVE"), ("105", "U0CAROL")):
        insert_extension(quiet, number, slack_user_id=user)
    rang = [ringing(callee=number) for number in ("102", "103", "105")]
    store_and_alert(quiet, holder, *rang, ended(disposition="no answer"))
    assert [channel for channel, _ in outbox_texts(quiet)] == [PHONES, "U0BOB", "U0CAROL"]
