"""A call is one message in each channel, edited as it goes on, and one to whoever missed it."""

from __future__ import annotations

import pytest

from handlers.alerts import routing
from models.lease import LeaseHolder
from pbx.facts import Disposition
from pbx.services import Services
from tests.factories import (
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

RINGING = "🔔 Extension 102 ringing from 101"
ANSWERED = "🗣️ 102 answered 101 after 2 s"
ENDED = "📞 Call ended: PJSIP/102-00000001 - Normal Clearing"

holder = alerting.holder


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
    assert texts(quiet) == [RINGING, "🗣️ 104 answered 103 after 2 s"]
    store_and_alert(quiet, holder, answered("1.1"), ended("2.2", "104", "103"))
    assert texts(quiet) == [ANSWERED, "📞 Call ended: PJSIP/104-00000001 - Normal Clearing"]


def test_a_fork_over_two_teams_is_posted_to_both_until_its_end(quiet: Services, holder: LeaseHolder) -> None:
    route(quiet, routing.CALLS, "102", "C-SALES")
    store_and_alert(quiet, holder, ringing(callee="102"), ringing(callee="103"))
    assert outbox_texts(quiet) == [
        ("C-SALES", RINGING),
        (PHONES, "🔔 Extension 103 ringing from 101"),
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
    insert_extension(quiet, "102", slack_user_id="U0BOB")
    store_and_alert(quiet, holder, ringing(name="Alice"), ended(disposition=disposition))
    (_, channel_text), (user, text) = outbox_texts(quiet)
    assert channel_text == ENDED
    assert user == "U0BOB"
    assert text.startswith("☎️ You missed a call from 101 (Alice) at ")


@pytest.mark.parametrize("disposition", ["answered", "failed"])
def test_a_call_that_was_taken_or_never_came_through_is_no_missed_call(
    quiet: Services, holder: LeaseHolder, disposition: Disposition
) -> None:
    insert_extension(quiet, "102", slack_user_id="U0BOB")
    store_and_alert(quiet, holder, ringing(), ended(disposition=disposition))
    assert outbox_texts(quiet) == [(PHONES, ENDED)]


def test_a_missed_call_without_a_slack_user_is_sent_to_nobody(quiet: Services, holder: LeaseHolder) -> None:
    insert_extension(quiet, "101", slack_user_id="U0ALICE")  # the caller
    insert_extension(quiet, "102")
    store_and_alert(quiet, holder, ringing(), ended(disposition="no answer"))
    assert outbox_texts(quiet) == [(PHONES, ENDED)]


def test_a_missed_call_has_its_callers_name_also_where_calls_are_routed_nowhere(
    quiet: Services, holder: LeaseHolder
) -> None:
    route(quiet, "", "", "")
    insert_extension(quiet, "102", slack_user_id="U0BOB")
    store_and_alert(quiet, holder, ringing(name="Alice"), ended(disposition="no answer"))
    ((user, text),) = outbox_texts(quiet)
    assert (user, "101 (Alice)" in text) == ("U0BOB", True)


def test_everybody_whose_phone_rang_in_vain_missed_the_call(quiet: Services, holder: LeaseHolder) -> None:
    for number, user in (("102", "U0BOB"), ("103", "U0CAROL"), ("104", "U0DAVE"), ("105", "U0CAROL")):
        insert_extension(quiet, number, slack_user_id=user)
    rang = [ringing(callee=number) for number in ("102", "103", "105")]
    store_and_alert(quiet, holder, *rang, ended(disposition="no answer"))
    assert [channel for channel, _ in outbox_texts(quiet)] == [PHONES, "U0BOB", "U0CAROL"]
