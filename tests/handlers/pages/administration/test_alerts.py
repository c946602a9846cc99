"""The page of alert routes, with a Slack to choose channels from."""

from __future__ import annotations

import re
from html import unescape

import pytest
from werkzeug.test import TestResponse

from handlers.alerts import broken_channels, command
from models.actor import Actor
from pbx.services import Services
from tests.handlers.pages.in_process import LocalUser, admin, colleague, services, shared_app, system
from tests.handlers.pages.local_page import ALICE, BOB
from tests.slack_stand_in import SlackStandIn

__all__ = ["admin", "colleague", "services", "shared_app", "system"]
SEEN = re.compile(r'name="seen" value="([^"]*)"')


def seen_in(page: str) -> str:
    """What the form of a page says of the route that it was made of."""
    found = SEEN.search(page)
    assert found
    return unescape(found[1])


@pytest.fixture(scope="module", autouse=True)
def channels(slack: SlackStandIn) -> None:
    slack.add_channel("C0SALES", "sales")
    slack.add_channel("C0DESK", "desk & <door>")


def in_slack(services: Services) -> str:
    """What `/ext alerts show` lists."""
    return command.render(command.routes(services), "Alert routes").text


def save(user: LocalUser, **typed: str) -> TestResponse:
    return user.post("/alerts", **{"topic": "all"} | typed)


def test_a_channel_is_chosen_by_its_name_and_slack_shows_the_same_route(
    admin: LocalUser, services: Services
) -> None:
    assert '<option value="C0DESK">#desk &amp; &lt;door&gt;</option>' in admin.get("/alerts").text
    shown = unescape(save(admin, topic="calls", numbers="１００ – 149", channel="C0SALES").text)
    assert "Calls of 100-149 go to #sales." in shown
    assert "calls of 100-149 go to <#C0SALES>" in in_slack(services)


def test_a_channel_that_it_is_not_in_is_marked_with_what_to_do(admin: LocalUser) -> None:
    shown = save(admin, topic="security", channel_id="c0else").text
    assert "Failed logins of every extension go to C0ELSE." in shown
    assert "Switchhook is not in this channel: type /invite @Switchhook there." in shown


def test_a_route_may_lead_nowhere_and_is_changed_by_its_link(admin: LocalUser) -> None:
    save(admin, numbers="120", off="on")
    form = admin.get("/alerts?topic=all&numbers=120").text
    assert "Change a route" in form
    assert re.search(r'name="off"[^>]* checked', form)
    changed = save(admin, numbers="120", channel="C0DESK", seen=seen_in(form))
    assert "All alerts of 120 go to #desk" in changed.text


def test_who_was_slower_is_told_who_was_faster(admin: LocalUser, services: Services) -> None:
    save(admin, numbers="130", channel="C0SALES")
    seen = seen_in(admin.get("/alerts?topic=all&numbers=130").text)
    command.set_route(services, "", "130", "", Actor.slack(BOB))
    answer = save(admin, numbers="130", channel="C0DESK", seen=seen)
    assert answer.status_code == 409
    assert "routed all alerts of 130: channel C0SALES → nowhere" in answer.text
    assert '<option value="C0DESK" selected>' in answer.text
    again = save(admin, numbers="130", channel="C0DESK", seen=seen_in(answer.text))
    assert "All alerts of 130 go to #desk" in again.text


def test_a_new_route_takes_the_place_of_none_unasked(admin: LocalUser, services: Services) -> None:
    save(admin, topic="security", numbers="140", channel="C0SALES")
    answer = save(admin, topic="security", numbers="１４０", channel="C0DESK")
    assert answer.status_code == 409
    assert "There is one already" in answer.text
    assert "Failed logins of 140 go to #sales." in answer.text
    assert "security of 140 go to <#C0SALES>" in in_slack(services)
    again = save(admin, topic="security", numbers="140", channel="C0DESK", seen=seen_in(answer.text))
    assert "Failed logins of 140 go to #desk" in again.text


def test_which_alerts_a_route_is_of_is_no_question_when_it_is_changed(admin: LocalUser) -> None:
    save(admin, topic="calls", numbers="150", channel="C0SALES")
    save(admin, topic="security", numbers="150", channel="C0SALES")
    form = admin.get("/alerts?topic=calls&numbers=150").text.partition("<form method")[2]
    assert '<select id="topic"' not in form
    assert '<input id="numbers"' not in form
    elsewhere = save(admin, topic="security", numbers="150", channel="C0DESK", seen="-")
    assert elsewhere.status_code == 409


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({}, "channel", "choose a channel"),
        ({"channel_id": "D0ALICE"}, "channel_id", "choose a channel"),
        ({"channel": "C0SALES", "channel_id": "C0DESK"}, "channel_id", "not both"),
        ({"channel": "C0SALES", "numbers": "<b>"}, "numbers", "one extension number"),
        ({"channel": "C0SALES", "topic": "weather"}, "topic", "choose which"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_stays_there(
    admin: LocalUser, typed: dict[str, str], field: str, words: str
) -> None:
    answer = save(admin, **typed)
    assert answer.status_code == 422
    said = re.search(f'id="{field}-error">([^<]*)<', answer.text)
    assert said
    assert words in said[1]
    assert "<b>" not in answer.text


def test_a_channel_that_nothing_can_be_posted_to_is_marked(admin: LocalUser, services: Services) -> None:
    save(admin, topic="registrations", channel="C0DESK")
    with services.database.session() as session:
        broken_channels.notify(session, [ALICE], "C0DESK", "is_archived", is_group=False)
    assert "Nothing could be posted there: Slack says is_archived." in admin.get("/alerts").text
