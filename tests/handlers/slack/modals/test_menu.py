"""The menu, as Slack is given it: what somebody may do, and nothing else."""

from __future__ import annotations

from handlers.slack.blocks import View
from handlers.slack.modals.menu import menu_modal
from handlers.slack.roles import Role
from models.extension import Extension
from tests.slack_stand_in.block_kit import check_view

ALICE = Extension(id=5, number="101", name="Alice", encrypted_secret="x")


def commands(view: View) -> list[str]:
    check_view(view)
    rows = [block["elements"] for block in view["blocks"] if block["type"] == "actions"]
    return [button["value"].partition(":")[2] for row in rows for button in row]


def test_everybody_finds_what_is_for_all() -> None:
    assert commands(menu_modal([], Role.EVERYBODY)) == ["list", "status", "presence", "help"]


def test_buttons_stand_below_headings_and_none_below_nothing() -> None:
    def headings(role: Role) -> list[str]:
        view = menu_modal([], role)
        return [block["text"]["text"] for block in view["blocks"] if block["type"] == "section"]

    assert headings(Role.EVERYBODY) == ["*Look up*"]
    assert headings(Role.ADMIN) == ["*Look up*", "*Change*", "*Phone system*"]


def test_an_owner_finds_their_own_phone_first() -> None:
    assert commands(menu_modal([ALICE], Role.EVERYBODY))[:2] == ["status 101", "secret 101"]


def test_a_new_password_is_asked_about_before_the_phone_stops() -> None:
    own = menu_modal([ALICE], Role.EVERYBODY)["blocks"][1]["elements"]
    assert ["confirm" in button for button in own] == [False, True]


def test_what_is_disabled_gets_no_new_password() -> None:
    locked = Extension(id=6, number="102", name="Bob", encrypted_secret="x", enabled=False)
    assert "secret 102" not in commands(menu_modal([locked], Role.EVERYBODY))


def test_an_admin_finds_the_windows_of_the_phone_system() -> None:
    assert {"create", "alerts set", "nat set", "hr", "doctor"} <= set(commands(menu_modal([], Role.ADMIN)))
