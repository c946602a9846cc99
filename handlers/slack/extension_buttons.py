"""Pure: what somebody may do with an extension, as buttons."""

from __future__ import annotations

from typing import Any

from handlers.slack.blocks import Block, actions, confirm
from handlers.slack.command_buttons import command_button, command_overflow
from handlers.slack.roles import Role, may
from models.extension import Extension, State

MORE = {"Verify": "verify", "Doctor": "doctor", "Edit": "edit", "Delete": "delete"}


def buttons(row: Extension, role: Role) -> list[Block]:
    """Return a row of the buttons that somebody in this role may press; none of what is being deleted."""
    if row.state is State.DELETING:
        return []
    more = [(label, f"{name} {row.number}") for label, name in MORE.items() if may(role, name)]
    shown = [
        *([new_password(row)] if row.enabled and may(role, "secret") else []),
        *([_switch(row)] if may(role, "disable") else []),
        *([command_overflow(more, about=row)] if more else []),
    ]
    return [actions(*shown)] if shown else []


def new_password(row: Extension) -> Block:
    return _button("New password", "secret", row)


def _switch(row: Extension) -> Block:
    """Return Disable, or Enable for what is disabled."""
    if not row.enabled:
        return _button("Enable", "enable", row)
    return _button("Disable", "disable", row)


def _button(label: str, name: str, row: Extension) -> Block:
    return command_button(label, f"{name} {row.number}", about=row, **asked(row, name))


def asked(row: Extension, name: str) -> dict[str, Any]:
    """Return the question that a button asks if its subcommand cuts a phone off at once."""
    whose = f"{row.number} {row.name}"
    match name:
        case "secret":
            words = (
                f"{whose}: the phone stops working until the new password is typed into it. It is shown once."
            )
            return {"confirm": confirm("A new password?", words, "New password")}
        case "disable":
            words = f"{whose}: its phone stops working at once. Number and settings stay."
            return {"confirm": confirm(f"Disable {row.number}?", words, "Disable")}
    return {}
