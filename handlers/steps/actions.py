"""What Slack says of steps: that one was started, and what an admin has decided."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient
from sqlalchemy.exc import IntegrityError

from handlers.slack import blocks
from handlers.slack.admins import Admins, must_be_admin
from handlers.slack.blocks import SlackMessage
from handlers.slack.replies import acknowledge, reply_to
from handlers.steps import messages, questions
from handlers.steps.functions import FUNCTIONS
from models.actor import Actor
from models.step_execution import StepExecution
from pbx.errors import Refusal
from pbx.services import Services

DECISIONS = re.compile(f"^({messages.ALLOW}|{messages.REFUSE})$")


def register(bolt: App, services: Services, admins: Admins) -> None:
    """Register the steps and the buttons with Bolt."""

    def started(ack: Ack, event: dict[str, Any]) -> None:
        store(services, event)  # before the acknowledgement: what cannot be stored, Slack sends again
        ack()

    def decide(body: dict[str, Any], action: dict[str, Any], client: WebClient) -> None:
        who, is_allowed, value = body["user"]["id"], action["action_id"] == messages.ALLOW, action["value"]
        reply_to(client, body, lambda: decided(services, admins, who, value, allowed=is_allowed))

    for callback_id in FUNCTIONS:
        bolt.function(callback_id, auto_acknowledge=False)(started)
    bolt.action(DECISIONS)(ack=acknowledge, lazy=[decide])


def store(services: Services, event: dict[str, Any]) -> None:
    """Store that a step was started, once. The listener carries it out."""
    row = StepExecution(
        execution_id=event["function_execution_id"],
        function=event["function"]["callback_id"],
        inputs=event["inputs"],
    )
    try:
        with services.database.session() as session:
            session.add(row)
    except IntegrityError:
        return  # Slack has sent it before


def decided(services: Services, admins: Admins, user_id: str, value: str, *, allowed: bool) -> SlackMessage:
    """Carry out what an admin has decided. Raises Refusal."""
    must_be_admin(admins, user_id, "decide about steps of workflows")
    if not re.fullmatch("[0-9]{1,9}", value):
        raise Refusal("that button is of another version: start the workflow once more")
    questions.decide(services, int(value), allowed=allowed, by=Actor.slack(user_id))
    return blocks.plain(
        "Allowed: it is being carried out." if allowed else "Refused: the workflow hears of it."
    )
