"""The buttons below what `/ext adopt` and `/ext release` show: carried out, for an admin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from handlers import adoption_wording
from handlers.slack.admins import Admins, must_be_admin
from handlers.slack.adopt_command import ADOPT_ACTION, RELEASE_ACTION, numbers_to_adopt, told
from handlers.slack.blocks import SlackMessage
from handlers.slack.done_copies import stamped
from handlers.slack.replies import acknowledge, reply_to
from handlers.slack.work import is_taken_up
from models.actor import Actor
from pbx.adoption import adopt, release
from pbx.adoption.release_preview import numbers_of
from pbx.errors import Overtaken, Refusal
from pbx.services import Services

INTERRUPTED = (
    "Switchhook was started anew in the middle of that: what /ext list does not list any more is yours again. For the rest, "
    "type /ext release once more"
)
Confirmed = Callable[[Services, str, str], SlackMessage]


def _adopt(services: Services, user_id: str, value: str) -> SlackMessage:
    """Do what an Adopt button says. Raises SwitchhookError."""
    word, _, seen = value.partition(":")
    done = adopt.adopt(services, numbers_to_adopt(word), by=Actor.slack(user_id), seen=seen)
    return stamped(told(adoption_wording.adopted(done)), user_id)


def _release(services: Services, user_id: str, value: str) -> SlackMessage:
    """Do what a “Give back” button says. Raises SwitchhookError."""
    word, _, seen = value.partition(":")
    try:
        done = release.release(services, numbers_of(services, word), by=Actor.slack(user_id), seen=seen)
    except (Refusal, Overtaken):
        if is_taken_up():  # what was done of it before is what has changed since
            raise Refusal(INTERRUPTED) from None
        raise
    return stamped(told(adoption_wording.released(done)), user_id)


def register(bolt: App, services: Services, admins: Admins) -> None:
    """Register the buttons with Bolt. All work happens after the acknowledgement."""

    def listener(confirmed: Confirmed) -> Callable[..., None]:
        def pressed(body: dict[str, Any], action: dict[str, Any], client: WebClient) -> None:
            def work() -> SlackMessage:
                must_be_admin(admins, body["user"]["id"])
                return confirmed(services, body["user"]["id"], action["value"])

            reply_to(client, body, work, replaces=True)

        return pressed

    bolt.action(ADOPT_ACTION)(ack=acknowledge, lazy=[listener(_adopt)])
    bolt.action(RELEASE_ACTION)(ack=acknowledge, lazy=[listener(_release)])
