"""Late answers are read where they are stored: by the poster, and for the button below one."""

from __future__ import annotations

from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from handlers.slack.blocks import SlackMessage
from handlers.slack.late_answers import SHOW_ANSWER, LateAnswer
from handlers.slack.replies import acknowledge, reply_to
from handlers.slack.stored_answer import StoredAnswer
from models import inbox_answer
from models.errors import SecretUnreadable
from models.number import ID_DIGITS, whole
from pbx.errors import Refusal
from pbx.services import Services


def with_answer(late: LateAnswer, services: Services) -> LateAnswer:
    """Return it with what it says, if that is still kept."""
    return late.model_copy(update={"answer": _stored(services, late.request)})


def _stored(services: Services, request: int) -> StoredAnswer | None:
    try:
        found = inbox_answer.opened(services.database, services.cipher, request)
    except SecretUnreadable:
        return None
    return StoredAnswer.model_validate_json(found) if found else None


def register(bolt: App, services: Services) -> None:
    """Register the button with Bolt."""

    def pressed(body: dict[str, Any], action: dict[str, Any], client: WebClient) -> None:
        reply_to(client, body, lambda: in_full(services, body["user"]["id"], action["value"]))

    bolt.action(SHOW_ANSWER)(ack=acknowledge, lazy=[pressed])


def in_full(services: Services, user_id: str, value: str) -> SlackMessage:
    """Return a late answer in full to who has asked. Raises Refusal."""
    request = whole(value, ID_DIGITS)
    found = None if request is None else _stored(services, request)
    if found is None or found.user_id != user_id:
        raise Refusal(
            "that answer is not kept any more: see /ext status; /ext secret and the number make another password"
        )
    return found.message
