"""The buttons below findings: what the program can mend is mended, by an admin."""

from __future__ import annotations

from typing import Any

from slack_bolt import App
from slack_sdk import WebClient
from sqlalchemy.exc import SQLAlchemyError

from handlers.doctor import command
from handlers.doctor.messages import FIX_ACTION
from handlers.slack import blocks
from handlers.slack.admins import Admins, must_be_admin
from handlers.slack.blocks import SlackMessage
from handlers.slack.done_copies import stamped
from handlers.slack.replies import acknowledge, reply_to
from models.actor import Actor
from pbx.doctor.fixes import FIXES, carry_out, state_of
from pbx.errors import Refusal, SwitchhookError
from pbx.services import Services


def fix(services: Services, admins: Admins, user_id: str, value: str) -> SlackMessage:
    """Carry out the fix of a button, whose value is `name:number:state`, and look again. Raises SwitchhookError."""
    must_be_admin(admins, user_id)
    name, number, seen = [*value.split(":"), "", ""][:3]
    if name not in FIXES:
        raise Refusal("that button is of another version: see /ext doctor")
    done = mend(services, name, number, seen, Actor.slack(user_id))
    what = f"{done[:1].upper()}{done[1:]}"
    return stamped(_report(services, number, what), user_id, what)


def mend(services: Services, name: str, number: str, seen: str, by: Actor) -> str:
    """Carry a fix out, and return what came of it. `seen`: which state of the number it was meant for. Raises SwitchhookError."""
    if number and seen != state_of(services, number):
        raise Refusal(f"{number} has changed since the doctor looked at it: see /ext doctor {number}")
    return carry_out(services, FIXES[name], number, by)


def _report(services: Services, number: str, what: str) -> SlackMessage:
    """Return the report as it is now, or how to see it: what was done is done, whatever the doctor runs into."""
    try:
        return command.examined(services, number)
    except (SwitchhookError, SQLAlchemyError):
        return blocks.plain(f"{what}. Look again: {f'/ext doctor {number}'.rstrip()}")


def register(bolt: App, services: Services, admins: Admins) -> None:
    """Register the buttons with Bolt. All work happens after the acknowledgement."""

    def fixed(body: dict[str, Any], action: dict[str, Any], client: WebClient) -> None:
        user_id, value = body["user"]["id"], action["value"]
        reply_to(client, body, lambda: fix(services, admins, user_id, value), replaces=True)

    bolt.action(FIX_ACTION)(ack=acknowledge, lazy=[fixed])
