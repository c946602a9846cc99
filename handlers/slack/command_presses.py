"""A press of a button that runs a command (command_buttons.py)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from handlers.slack import command_buttons
from handlers.slack.admins import Admins
from handlers.slack.command_buttons import ONLY_LOOK, Pressed
from handlers.slack.commands import answer
from handlers.slack.replies import acknowledge, reply_to
from handlers.slack.windows import Answer
from models.extension import Extension, State
from pbx.errors import Refusal
from pbx.services import Services


def register(
    bolt: App, services: Services, admins: Admins, then: Callable[[dict[str, Any]], None] = lambda _body: None
) -> None:
    """Register the buttons with Bolt. All work happens after the acknowledgement.

    `then`: what to do with the press once it is answered, as what it was in may show something else by now.
    """

    def pressed(body: dict[str, Any], action: dict[str, Any], client: WebClient) -> None:
        who, where = body["user"]["id"], (body.get("channel") or {}).get("id", "")
        replaces = action["action_id"].startswith(command_buttons.REPLACE)
        reply_to(
            client,
            body,
            lambda: run_pressed(services, admins, who, where, action["value"]),
            replaces=replaces,
        )
        then(body)

    bolt.action(command_buttons.PRESSED)(ack=acknowledge, lazy=[pressed])


def run_pressed(services: Services, admins: Admins, user_id: str, channel_id: str, value: str) -> Answer:
    """Carry out the command of a button and return the answer. Raises SwitchhookError."""
    pressed = command_buttons.parse_value(value)
    if pressed is None:
        raise Refusal("that button is of another version: type /ext help for what there is now")
    seen = None if pressed.row_id is None else _row(services, pressed)
    return answer(services, admins, user_id, channel_id, pressed.command, seen)


def _row(services: Services, pressed: Pressed) -> Extension:
    """Return the row. Raises Refusal where it is gone: the number in the command may be somebody else's by now.

    So may the row itself; then the command may only look at it.
    """
    name, *words = pressed.command.split()
    with services.database.session() as session:
        row = session.get(Extension, pressed.row_id)
    if row is None or row.state is State.DELETING or row.number not in words:
        raise Refusal("that extension is gone, and this button with it: see /ext list")
    if name not in ONLY_LOOK and pressed.user_id not in (None, row.slack_user_id):
        raise Refusal(f"{row.number} belongs to somebody else by now; see /ext status {row.number}")
    return row
