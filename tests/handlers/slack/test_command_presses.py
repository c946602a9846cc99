"""A press of a button is as good as its command, typed by the same person, about the same extension."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest
from sqlmodel import select

from handlers.slack import windows
from handlers.slack.blocks import Block
from handlers.slack.command_buttons import command_button, command_overflow
from models.database import Database
from models.extension import Extension
from tests import one_server
from tests.asterisk_bed import Asterisk
from tests.slack_stand_in import Acknowledgement, SlackStandIn, SlackUser, as_text
from tests.slash_commands import say

way = one_server.both_ways


def surface(element: Block, kind: str = "message") -> dict[str, Any]:
    return {"type": kind, "text": "x", "blocks": [{"type": "actions", "elements": [element]}]}


def press(user: SlackUser, element: Block, kind: str = "message") -> Acknowledgement:
    return user.click(surface(element, kind), element["action_id"])


def answer(user: SlackUser, element: Block) -> dict[str, Any]:
    return user.replies(press(user, element))[0]


def row_of(database_url: str, number: str) -> Extension:
    with closing(Database(database_url)) as database, database.session() as session:
        return session.exec(select(Extension).where(Extension.number == number)).one()


def window_of(slack: SlackStandIn, text: str) -> str:
    """What the window shows that has this text by now."""
    return slack.wait_until(
        lambda: next(
            (shown for each in slack.workspace.views.values() if text in (shown := as_text(each))), None
        )
    )


def test_a_press_runs_the_command_and_answers_below_or_in_place(admin: SlackUser) -> None:
    say(admin, "create 140 Alice")
    below = answer(admin, command_button("Status", "status 140"))
    assert "Alice" in as_text(below)
    assert below["replace_original"] is False
    assert answer(admin, command_button("Again", "status 140", replaces=True))["replace_original"] is True


def test_a_press_is_refused_to_whoever_may_not_type_the_command(guest: SlackUser, admin: SlackUser) -> None:
    assert "🔒" in as_text(answer(guest, command_button("Disable", "disable 140")))
    assert "disabled" not in say(admin, "status 140")


def test_a_press_of_the_menu_runs_what_was_chosen(admin: SlackUser, database_url: str) -> None:
    say(admin, "create 141 Bob")
    menu = command_overflow([("Verify", "verify 141")], about=row_of(database_url, "141"))
    click = admin.click(surface(menu), menu["action_id"], menu["options"][0]["value"])
    assert "141 · Bob is as it should be." in as_text(admin.replies(click)[0])


def test_a_button_about_a_former_owner_of_the_number_does_nothing(
    admin: SlackUser, database_url: str
) -> None:
    say(admin, "create 142 Carol")
    old = command_button("Disable", "disable 142", about=row_of(database_url, "142"))
    done = admin.replies(admin.command("/ext", "delete 142"))[0]
    admin.replies(admin.click(done, "ext_delete"))
    say(admin, "create 142 Dora")
    assert "That extension is gone" in as_text(answer(admin, old))
    assert row_of(database_url, "142").enabled


def test_a_value_of_another_version_is_refused(admin: SlackUser) -> None:
    button = command_button("Disable", "disable 140") | {"value": "disable 140"}
    assert "of another version" in as_text(answer(admin, button))


def test_a_press_in_app_home_is_answered_in_a_window(admin: SlackUser, slack: SlackStandIn) -> None:
    say(admin, "create 143 Erin")
    press(admin, command_button("Status", "status 143"), "home")
    assert "Erin" in window_of(slack, "Erin")


def test_a_press_in_a_window_is_answered_in_its_place(admin: SlackUser, slack: SlackStandIn) -> None:
    say(admin, "create 144 Frank")
    button = command_button("Status", "status 144")
    admin.stand_in.workspace.views["V0MENU"] = {}
    admin.click({**surface(button, "modal"), "id": "V0MENU"}, button["action_id"])
    slack.wait_until(lambda: "Frank" in as_text(slack.workspace.views["V0MENU"]))


def test_a_window_says_to_wait_before_its_answer_is_known(
    admin: SlackUser, slack: SlackStandIn, asterisk: Asterisk
) -> None:
    say(admin, "create 149 Ken")
    asterisk.freeze()
    try:
        press(admin, command_button("Verify", "verify 149"), "home")
        opened = slack.wait_for(lambda call: call.method == "views.open")
    finally:
        asterisk.thaw()
    assert windows.WAIT in str(opened.arguments["view"])
    assert windows.WAIT not in window_of(slack, "149")


def test_without_a_window_nothing_is_done_and_the_user_is_told(
    admin: SlackUser, slack: SlackStandIn, database_url: str
) -> None:
    say(admin, "create 145 Grace")
    slack.fail_next("views.open", error="expired_trigger_id")
    press(admin, command_button("Disable", "disable 145"), "home")
    told = slack.wait_for(lambda call: call.method == "chat.postMessage")
    assert told.arguments["text"] == windows.TOO_LATE
    assert row_of(database_url, "145").enabled


def test_an_answer_to_a_window_that_was_closed_is_told_without_what_is_shown_once(
    admin: SlackUser, slack: SlackStandIn
) -> None:
    say(admin, "create 146 Heidi")
    slack.fail_next("views.update", error="not_found")
    press(admin, command_button("New password", "secret 146"), "home")
    told = slack.wait_for(lambda call: windows.CLOSED in str(call.arguments.get("text")))
    assert "Password  " not in told.arguments["text"]
    assert "Type this into the phone" not in told.arguments["text"]
    assert "146" in told.arguments["text"]


@pytest.mark.parametrize(
    "fault", [{"status": 503}, {"status": 429, "retry_after": 1}, {"error": "internal_error"}]
)
def test_an_answer_that_slack_does_not_take_at_first_is_shown_all_the_same(
    admin: SlackUser, slack: SlackStandIn, fault: dict[str, Any]
) -> None:
    say(admin, "create 147 Ivan")
    before = [each["id"] for each in slack.windows()]
    slack.fail_next("views.update", **fault)
    press(admin, command_button("New password", "secret 147"), "home")
    shown = slack.wait_until(
        lambda: next(
            (each for each in slack.windows() if "147" in as_text(each) and each["id"] not in before), None
        )
    )
    assert "Password  " in as_text(shown)


def test_an_answer_that_slack_never_takes_is_not_called_that_of_a_window_that_was_closed(
    admin: SlackUser, slack: SlackStandIn
) -> None:
    say(admin, "create 148 Judy")
    slack.fail_until_cleared("views.update", error="view_too_large")
    press(admin, command_button("New password", "secret 148"), "home")
    told = slack.wait_for(lambda call: windows.UNSHOWN in str(call.arguments.get("text")))
    slack.clear_faults("views.update")
    assert "148" in told.arguments["text"]
