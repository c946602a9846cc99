"""Which alert goes where: the most precise route counts."""

from __future__ import annotations

import pytest

from handlers.alerts.routing import CALLS, REGISTRATIONS, all_routes, channel_for, set_route, slack_users
from models.alert_route import AlertRoute
from pbx.services import Services
from tests.factories import insert_extension

ALL = AlertRoute(channel="C-ALL")
ALL_CALLS = AlertRoute(topic=CALLS, channel="C-CALLS")
RANGE = AlertRoute(numbers="100-149", channel="C-RANGE")
RANGE_CALLS = AlertRoute(topic=CALLS, numbers="100-149", channel="C-RANGE-CALLS")
ONE = AlertRoute(numbers="101", channel="C-ONE")
ONE_CALLS = AlertRoute(topic=CALLS, numbers="101", channel="C-ONE-CALLS")
EVERY = [ONE_CALLS, ALL, RANGE, ONE, ALL_CALLS, RANGE_CALLS]


@pytest.mark.parametrize(
    ("routes", "number", "topic", "channel"),
    [
        ([], "101", CALLS, "C-DEFAULT"),
        ([ALL], "101", CALLS, "C-ALL"),
        ([ALL, ALL_CALLS], "101", CALLS, "C-CALLS"),
        ([ALL, ALL_CALLS], "101", REGISTRATIONS, "C-ALL"),
        ([ALL_CALLS, RANGE], "101", CALLS, "C-RANGE"),
        ([ALL_CALLS, RANGE], "150", CALLS, "C-CALLS"),
        ([ALL_CALLS, RANGE], "150", REGISTRATIONS, "C-DEFAULT"),
        ([RANGE_CALLS, ONE], "101", CALLS, "C-ONE"),
        (EVERY, "101", CALLS, "C-ONE-CALLS"),
        (EVERY, "101", REGISTRATIONS, "C-ONE"),
        (EVERY, "149", CALLS, "C-RANGE-CALLS"),
        (EVERY, "100", REGISTRATIONS, "C-RANGE"),
        (EVERY, "200", CALLS, "C-CALLS"),
        (EVERY, "200", REGISTRATIONS, "C-ALL"),
    ],
)
def test_a_number_beats_a_range_beats_all_and_then_a_topic_beats_all_topics(
    routes: list[AlertRoute], number: str, topic: str, channel: str
) -> None:
    assert channel_for(routes, topic, (number,), "C-DEFAULT") == channel
    assert channel_for(routes[::-1], topic, (number,), "C-DEFAULT") == channel


@pytest.mark.parametrize("number", ["99", "1000", "10", "150", "", "alice", "1٠1"])
def test_a_range_holds_numbers_of_its_own_length_alone(number: str) -> None:
    assert channel_for([RANGE], CALLS, (number,), "C-DEFAULT") == "C-DEFAULT"


def test_an_empty_channel_is_nowhere_and_not_the_default() -> None:
    off = AlertRoute(topic=CALLS, numbers="101", channel="")
    assert channel_for([ALL, off], CALLS, ("101",), "C-DEFAULT") == ""
    assert channel_for([ALL, off], CALLS, ("102",), "C-DEFAULT") == "C-ALL"


def test_a_call_to_the_outside_goes_by_its_caller_and_one_inside_by_the_called() -> None:
    other = AlertRoute(numbers="102", channel="C-TWO")
    assert channel_for([ALL, ONE], CALLS, ("0305550100", "101"), "") == "C-ONE"
    assert channel_for([ONE, other], CALLS, ("102", "101"), "") == "C-TWO"
    assert channel_for([ONE, other], CALLS, ("101", "102"), "") == "C-ONE"


def test_setting_a_route_again_replaces_it(quiet: Services) -> None:
    with quiet.database.session() as session:
        set_route(session, CALLS, "101", "C1")
        set_route(session, CALLS, "", "C2")
        set_route(session, CALLS, "101", "")
    with quiet.database.session() as session:
        found = [(row.topic, row.numbers, row.channel) for row in all_routes(session)]
    assert found == [(CALLS, "", "C2"), (CALLS, "101", "")]


def test_people_with_several_extensions_are_found_once(quiet: Services) -> None:
    insert_extension(quiet, "101", slack_user_id="U2")
    insert_extension(quiet, "102", slack_user_id="U2")
    insert_extension(quiet, "103", slack_user_id="U1")
    insert_extension(quiet, "104")
    with quiet.database.session() as session:
        assert slack_users(session, ("101", "102", "103", "104", "105")) == ["U1", "U2"]
        assert slack_users(session, ("104",)) == []
