"""Pure: the menu that `/ext` alone opens: what somebody may do, as buttons."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.slack.blocks import Block, View, actions, escape, section
from handlers.slack.command_buttons import command_button
from handlers.slack.extension_buttons import new_password
from handlers.slack.inputs import form, text_input
from handlers.slack.roles import Role, may
from models.extension import Extension

MENU = "ext_menu"  # callback_id
LOOK_UP = "whom"
MAX_OWN = 5  # of one person; more are in the list
# Heading → command → label.
LOOKING = "Look up"
ROWS = {
    LOOKING: {
        "list": "📋 All extensions",
        "status": "📊 Overview",
        "presence": "💡 Busy lamps",
        "help": "❓ Help",
    },
    "Change": {
        "create": "➕ New extension",
        "alerts set": "🔔 Alert routes",
        "nat set": "🌐 Addresses behind NAT",
    },
    "Phone system": {
        "report": "📈 Calls today",
        "doctor": "🩺 Doctor: what is wrong",
        "drift": "🧭 Drift: what was changed by hand",
        "hr": "👋 HR deliveries",
        "audit": "📜 Who changed what",
    },
}


def menu_modal(own: Sequence[Extension], role: Role) -> View:
    """Return the menu. `own`: the extensions that are theirs."""
    blocks = [
        *(block for row in own[:MAX_OWN] for block in _own(row)),
        *(block for heading in ROWS for block in _headed(heading, role)),
    ]
    return form(MENU, "Phones", blocks, submit="Show")


def _headed(heading: str, role: Role) -> list[Block]:
    """Return a heading with its buttons, and the input of whom to look up; nothing where nothing is theirs to press."""
    shown = _buttons(ROWS[heading], role)
    whom = [text_input(LOOK_UP, "Look up an extension", "101, or a name")] if heading == LOOKING else []
    return [section(f"*{heading}*"), *whom, actions(*shown)] if shown else []


def _own(row: Extension) -> list[Block]:
    buttons = [
        command_button("My phone", f"status {row.number}", about=row),
        *([new_password(row)] if row.enabled else []),
    ]
    return [section(f"Yours: *{row.number} · {escape(row.name)}*"), actions(*buttons)]


def _buttons(row: dict[str, str], role: Role) -> list[Block]:
    return [command_button(label, command) for command, label in row.items() if may(role, command.split()[0])]
