"""Pure: what somebody may do with an extension, as buttons."""

from __future__ import annotations

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
    question = confirm(
        "A new password?",
        "The phone stops working until the new password is typed into it. It is shown once.",
        "New password",
    )
    return command_button("New password", f"secret {row.number}", about=row, confirm=question)


def _switch(row: Extension) -> Block:
    """Return Disable, or Enable for what is disabled."""
    if not row.enabled:
        return command_button("Enable", f"enable {row.number}", about=row)
    question = confirm(
        f"Disable {row.number}?", "Its phone stops working at once. Number and settings stay.", "Disable"
    )
    return command_button("Disable", f"disable {row.number}", about=row, confirm=question)
