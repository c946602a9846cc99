"""`/ext page`: a link for who asked, and nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from handlers.pages.access import command
from handlers.slack.command_text import Arguments
from pbx.errors import Refusal
from pbx.services import Services
from tests.handlers.pages.local_page import (
    ALICE,
    BOB,
    PUBLIC_URL,
    app,
    browser,
    offered,
    sessions,
    shared_app,
    system,
)
from tests.slack_stand_in import SlackStandIn

__all__ = ["app", "browser", "offered", "shared_app", "system"]


def say(services: Services, by: str = BOB, is_admin: bool = False) -> list[dict[str, Any]]:
    given = Arguments(words=(), settings={}, asked_by=by, is_admin=is_admin)
    return command.run(services, given).blocks


def test_everybody_gets_a_button_that_signs_them_in_once(offered: Services, browser: FlaskClient) -> None:
    said, buttons, _ = say(offered)
    link = buttons["elements"][0]["url"]
    assert link.startswith(f"{PUBLIC_URL}/extensions/sign-in/link/")
    assert "Your page, as Bob Brown" in said["text"]["text"]
    path = link.removeprefix(PUBLIC_URL)
    assert "Sign in as Bob Brown" in browser.get(path).text
    assert browser.post(path).status_code == 303
    assert [row.actor for row in sessions(offered)] == [f"slack:{BOB}"]
    assert browser.get(path).status_code == 404


def test_without_an_address_it_says_what_to_do(quiet: Services) -> None:
    with pytest.raises(Refusal, match="set PUBLIC_URL"):
        say(quiet, ALICE, is_admin=True)
    with pytest.raises(Refusal, match="a phone admin finds"):
        say(quiet)
    assert command.section(quiet, BOB) == []


def test_a_guest_gets_one_and_a_bot_none(offered: Services, slack: SlackStandIn) -> None:
    slack.workspace.users[BOB]["is_restricted"] = True
    say(offered)
    slack.workspace.users[BOB]["is_bot"] = True
    with pytest.raises(Refusal, match="is a bot"):
        say(offered)


def test_slack_may_be_away(offered: Services, slack: SlackStandIn) -> None:
    slack.fail_next("users.info", status=503)
    with pytest.raises(Refusal, match="try again in a minute"):
        say(offered)


def test_app_home_has_a_button_that_asks_for_it(offered: Services) -> None:
    (part,) = command.section(offered, BOB)
    assert part["accessory"]["value"] == ":page"
    assert "url" not in part["accessory"]
