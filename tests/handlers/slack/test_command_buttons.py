"""Buttons that run a command: what they carry, and that nothing else is taken for one."""

from __future__ import annotations

import pytest

from handlers.slack.command_buttons import PRESSED, command_button, command_overflow, parse_value
from tests.factories import extension_row


def test_a_button_carries_its_command_and_the_row_that_it_is_about() -> None:
    about = command_button("Disable", "disable 101", about=extension_row(id=7), style="danger")
    assert (about["action_id"], about["value"], about["style"]) == (
        "ext_run_disable_101",
        "7:disable 101",
        "danger",
    )
    turned = command_button("Next", "list page=2", replaces=True)
    assert (turned["action_id"], turned["value"]) == ("ext_replace_list_page_2", ":list page=2")
    assert parse_value(about["value"]) == ("disable 101", 7, None)
    assert parse_value(turned["value"]) == ("list page=2", None, None)


def test_it_carries_whose_the_row_was() -> None:
    of_alice = command_button("Disable", "disable 101", about=extension_row(id=7, slack_user_id="U0ALICE01"))
    assert of_alice["value"] == "7@U0ALICE01:disable 101"
    assert parse_value(of_alice["value"]) == ("disable 101", 7, "U0ALICE01")


def test_a_menu_carries_a_command_for_each_of_its_lines() -> None:
    menu = command_overflow([("Verify", "verify 101"), ("Doctor", "doctor 101")], about=extension_row(id=7))
    assert menu["type"] == "overflow"
    assert [each["value"] for each in menu["options"]] == ["7:verify 101", "7:doctor 101"]
    assert PRESSED.fullmatch(menu["action_id"])


@pytest.mark.parametrize(
    "value", ["", "disable 101", "7:", "x:disable 101", "7:disable\n101", "1234567890:list"]
)
def test_a_value_that_no_button_has_is_none(value: str) -> None:
    assert parse_value(value) is None
