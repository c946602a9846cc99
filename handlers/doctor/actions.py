"""The buttons below findings: what the program can mend is mended, by an admin."""

from __future__ import annotations

from typing import Any

from slack_bolt import App

from handlers.doctor.messages import FIX_ACTION
from handlers.slack import blocks
from handlers.slack.admins import Admins
from handlers.slack.blocks import SlackMessage
from handlers.slack.commands import must_be_admin
from handlers.slack.replies import acknowledge, reply
from models.actor import Actor
from pbx.doctor.fixes import FIXES, carry_out, state_of
from pbx.errors import Refusal
from pbx.services import Services


def fix(services: Services, admins: Admins, user_id: str, value: str) -> SlackMessage:
    """Carry out the fix of a button, whose value is `name:number:state`. Raises SwitchhookError."""
    must_be_admin(admins, user_id)
    name, number, seen = [*value.split(":"), "", ""][:3]
    if name not in FIXES:
        raise Refusal("that button is of another version: see /ext doctor")
    if number and seen != state_of(services, number):
        raise Refusal(f"{number} has changed since the doctor looked at it: see /ext doctor {number}")
    done = carry_out(services, FIXES[name], number, Actor.slack(user_id))
    again = f"/ext doctor {number}".rstrip()
    return blocks.plain(f"{done[:1].upper()}{done[1:]}. Look again: {again}")


def register(bolt: App, services: Services, admins: Admins) -> None:
    """Register the buttons with Bolt. All work happens after the acknowledgement."""

    def fixed(body: dict[str, Any], action: dict[str, Any]) -> None:
        user_id = body["user"]["id"]
        reply(
            body["response_url"],
            lambda: fix(services, admins, user_id, action["value"]),
            replace_original=False,
        )

    bolt.action(FIX_ACTION)(ack=acknowledge, lazy=[fixed])
