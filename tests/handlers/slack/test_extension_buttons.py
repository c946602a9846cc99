"""The buttons below an extension, by who looks."""

from __future__ import annotations

from typing import Any

from handlers.slack.extension_buttons import buttons
from handlers.slack.roles import Role
from models.extension import Extension, State
from tests.handlers.slack.samples import extension
from tests.slack_stand_in.block_kit import check_message


def offered(row: Extension, role: Role) -> list[str]:
    found = buttons(row, role)
    check_message({"text": "x", "blocks": found})
    return [name for block in found for each in block["elements"] for name in _names(each)]


def _names(element: dict[str, Any]) -> list[str]:
    return [each["text"]["text"] for each in element.get("options", [element])]


def test_each_sees_what_they_may_do() -> None:
    more = ["Verify", "Doctor", "Edit", "Delete"]
    assert offered(extension(), Role.ADMIN) == ["New password", "Disable", *more]
    assert offered(extension(), Role.OWNER) == ["New password"]
    assert offered(extension(), Role.EVERYBODY) == []


def test_what_is_disabled_is_enabled_and_what_is_being_deleted_is_left_alone() -> None:
    row = extension()
    row.enabled = False
    assert offered(row, Role.ADMIN)[0] == "Enable"
    assert offered(row, Role.OWNER) == []
    assert offered(extension(state=State.DELETING), Role.ADMIN) == []


def test_they_are_about_this_row_and_ask_before_a_phone_stops() -> None:
    row = extension()
    row.id = 7
    password, disable, menu = buttons(row, Role.ADMIN)[0]["elements"]
    assert [each["value"] for each in (password, disable)] == ["7:secret 101", "7:disable 101"]
    assert [each["value"] for each in menu["options"]][-1] == "7:delete 101"
    assert "stops working" in password["confirm"]["text"]["text"]
    assert "stops working" in disable["confirm"]["text"]["text"]
