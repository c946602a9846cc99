"""People open their Home and press its buttons: on a real Asterisk, under gunicorn."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import closing
from functools import partial
from typing import Any

import pytest

from handlers.home import action_ids
from handlers.onboarding.action_ids import IGNORE, REVEAL, SCAN
from models import open_home
from models.database import Database
from models.hr_delivery import DeliveryState, HrDelivery
from models.open_home import OpenHome
from models.types import now
from tests import one_server
from tests.asterisk_bed import Asterisk
from tests.server import Switchhook
from tests.slack_stand_in import SlackStandIn, SlackUser, as_text
from tests.waiting import wait_for

Home = dict[str, Any]
way = one_server.both_ways


@pytest.fixture
def bob(slack: SlackStandIn, switchhook: Switchhook) -> SlackUser:
    return SlackUser(slack, switchhook.url, user_id="U0BOB0001", user_name="bob")


def shown_after(slack: SlackStandIn, user: SlackUser, act: Callable[[], object]) -> Home:
    """The Home that somebody sees next; also after most presses, where it may else come late, in the place of a newer one."""
    before = slack.workspace.homes.get(user.user_id)
    act()
    slack.wait_until(lambda: slack.workspace.homes.get(user.user_id) is not before)
    return slack.workspace.homes[user.user_id]


def say(admin: SlackUser, text: str) -> None:
    assert admin.replies(admin.command("/ext", text))


def row_of(database_url: str, user: SlackUser) -> OpenHome | None:
    with closing(Database(database_url)) as database, database.session() as session:
        return open_home.find(session, user.user_id)


def test_who_opens_it_sees_their_extension_and_the_team(
    slack: SlackStandIn, admin: SlackUser, bob: SlackUser
) -> None:
    home = as_text(shown_after(slack, bob, bob.open_home))
    assert "You have no extension yet" in home
    assert f"Ask @{admin.user_id}" in home
    say(admin, f"create 141 “Bob & Söhne” <@{bob.user_id}|bob>")
    home = as_text(shown_after(slack, bob, bob.open_home))
    assert "⚫ 141 · Bob & Söhne\nNo phone has registered yet." in home
    assert "Phone system" not in home


def test_only_admins_see_how_the_phone_system_is(slack: SlackStandIn, admin: SlackUser) -> None:
    assert "✅ Asterisk is connected" in as_text(shown_after(slack, admin, admin.open_home))


def test_searching_and_paging_show_another_part_of_the_list_until_it_is_cleared(
    slack: SlackStandIn, admin: SlackUser, bob: SlackUser, database_url: str
) -> None:
    say(admin, "create 142 Zoë")
    home = shown_after(slack, bob, bob.open_home)
    found = shown_after(slack, bob, lambda: bob.enter(home, action_ids.SEARCH, " zoË "))
    assert "142 · Zoë" in as_text(found)
    assert "141" not in as_text(found).partition("Team")[2]
    wait_for(lambda: (row := row_of(database_url, bob)) and row.search == "zoË")
    again = shown_after(slack, bob, bob.open_home)
    assert "with “zoË”" in as_text(again)
    cleared = shown_after(slack, bob, lambda: bob.click(again, f"{action_ids.PAGE}clear"))
    assert "with “" not in as_text(cleared)


def test_the_messages_tab_is_no_home(slack: SlackStandIn, admin: SlackUser, bob: SlackUser) -> None:
    published = len(slack.called("views.publish"))
    bob.open_home("messages")
    shown_after(slack, admin, admin.open_home)
    assert len(slack.called("views.publish")) == published + 1


def test_a_home_that_slack_does_not_take_at_once_is_noted_as_not_shown(
    slack: SlackStandIn, bob: SlackUser, database_url: str
) -> None:
    slack.fail_next("views.publish", status=429, retry_after=1)
    bob.open_home()
    wait_for(lambda: (row := row_of(database_url, bob)) and row.digest is None)


def test_a_password_is_shown_once_and_a_new_one_afterwards(
    slack: SlackStandIn, admin: SlackUser, bob: SlackUser, switchhook: Switchhook
) -> None:
    say(admin, f"create 143 Bob <@{bob.user_id}|bob>")
    home = shown_after(slack, bob, bob.open_home)
    (key,) = [each["value"] for each in buttons(home) if each["action_id"] == REVEAL][-1:]
    if "PUBLIC_URL" in switchhook.environment:  # nobody could fetch a picture without it
        assert "scan the code below" in window_after(slack, lambda: bob.click(home, SCAN, key))
    else:
        assert SCAN not in str(home)
    home = shown_after(slack, bob, lambda: bob.click(home, REVEAL, key))
    assert re.search(r"User +143\nPassword +\S{8}", last_window(slack))
    (button,) = [each for each in buttons(home) if each["value"].endswith(":secret 143")]
    assert "stops working" in button["confirm"]["text"]["text"]
    press = partial(bob.click, home, button["action_id"], button["value"])
    assert "143" in window_after(slack, lambda: shown_after(slack, bob, press))


def test_an_admin_makes_an_extension_in_a_window(slack: SlackStandIn, admin: SlackUser) -> None:
    home = shown_after(slack, admin, admin.open_home)
    (button,) = [each for each in buttons(home) if each["text"]["text"] == "Create an extension"]
    press = partial(admin.click, home, button["action_id"], button["value"])
    assert "Name" in window_after(slack, lambda: shown_after(slack, admin, press))


def test_an_admin_answers_for_hr_and_the_home_follows(
    slack: SlackStandIn, admin: SlackUser, database_url: str
) -> None:
    with closing(Database(database_url)) as database, database.session() as session:
        told = {"kind": "joined", "external_id": "e1", "name": "Nadia"}
        values = {"key": "k", "received_at": now(), "events": [told], "state": DeliveryState.FAILED}
        session.add(HrDelivery.model_validate({"source": "standard", "reason": "it is full", **values}))
    admin.open_home()
    homes = slack.workspace.homes
    wait_for(lambda: "Waiting for an admin: 1 from HR" in as_text(homes[admin.user_id]))
    admin.click(homes[admin.user_id], IGNORE)
    wait_for(lambda: "is ignored" in last_window(slack))
    wait_for(lambda: "from HR" not in as_text(homes[admin.user_id]))


def window_after(slack: SlackStandIn, act: Callable[[], object]) -> str:
    """The next window that is opened and filled."""
    before = [each["id"] for each in slack.windows()]

    def filled() -> str | None:
        texts = (as_text(each) for each in slack.windows() if each["id"] not in before)
        return next((text for text in texts if "One moment" not in text), None)

    act()
    return slack.wait_until(filled)


def last_window(slack: SlackStandIn) -> str:
    calls = [*slack.called("views.open"), *slack.called("views.update")]
    return as_text(max(calls, key=lambda call: call.at).arguments["view"])


def test_somebody_elses_button_is_refused_as_if_it_were_typed(
    slack: SlackStandIn, bob: SlackUser, switchhook: Switchhook
) -> None:
    eve = SlackUser(slack, switchhook.url, user_id="U0EVE0001", user_name="eve")
    (button,) = [
        each for each in buttons(slack.workspace.homes[bob.user_id]) if each["value"].endswith(":secret 143")
    ]
    slack.workspace.homes[eve.user_id] = slack.workspace.homes[bob.user_id]
    press = partial(eve.click, slack.workspace.homes[eve.user_id], button["action_id"], button["value"])
    assert "🔒" in window_after(slack, press)


def buttons(home: Home) -> list[dict[str, Any]]:
    elements = [element for block in home["blocks"] for element in block.get("elements", ())]
    return [element for element in elements if element["type"] == "button"]


def test_asterisk_away_is_said_and_no_lights_are_shown(
    slack: SlackStandIn, admin: SlackUser, bob: SlackUser, asterisk: Asterisk
) -> None:
    asterisk.stop()
    home = as_text(shown_after(slack, bob, bob.open_home))
    assert "The phone system is not heard from right now" in home
    assert "🟢" not in home.partition("Team")[2]
    assert "❌" in as_text(shown_after(slack, admin, admin.open_home))
