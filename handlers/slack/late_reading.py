"""Late answers are read where they are stored: by the poster, and for the button below one."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient
from sqlalchemy.exc import SQLAlchemyError

from handlers.slack import targets
from handlers.slack.admins import Admins
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


def register(bolt: App, services: Services, admins: Admins) -> None:
    """Register the button with Bolt."""

    def pressed(body: dict[str, Any], action: dict[str, Any], client: WebClient) -> None:
        who, value = body["user"]["id"], action["value"]
        reply_to(client, body, lambda: in_full(services, admins, who, value).message)
        with suppress(
            Refusal, SQLAlchemyError
        ):  # that answer is stored, too: who asks again may read it once more
            forget_password(services, admins, who, value)

    bolt.action(SHOW_ANSWER)(ack=acknowledge, lazy=[pressed])


def in_full(services: Services, admins: Admins, user_id: str, value: str) -> StoredAnswer:
    """Return a late answer to who has asked; a password only if they may still see it. Raises Refusal."""
    request = whole(value, ID_DIGITS)
    found = None if request is None else _stored(services, request)
    if found is None or found.user_id != user_id:
        raise Refusal(
            "that answer is not kept any more: see /ext status; /ext secret and the number make another password"
        )
    if found.password_of and not targets.may_see_password(services, admins, user_id, found.password_of):
        raise Refusal(
            f"there is a password in it, which is for phone admins and for who has {found.password_of} by now"
        )
    return found


def forget_password(services: Services, admins: Admins, user_id: str, value: str) -> None:
    """Delete a late answer that was shown, if a password is in it. Raises Refusal where it was not shown."""
    if in_full(services, admins, user_id, value).password_of:
        inbox_answer.forget_late(services.database, int(value))
