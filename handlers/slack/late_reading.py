"""Late answers are read where they are stored: by the poster, and for the button below one."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient
from sqlalchemy.exc import SQLAlchemyError

from handlers.slack import late_answers, targets
from handlers.slack.admins import Admins
from handlers.slack.blocks import SlackMessage
from handlers.slack.late_answers import SHOW_ANSWER, LateAnswer
from handlers.slack.replies import acknowledge, reply_to
from handlers.slack.stored_answer import StoredAnswer
from models import audit, inbox_answer
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
        reply_to(client, body, lambda: shown(services, admins, who, value))
        with suppress(
            Refusal, SQLAlchemyError
        ):  # that answer is stored, too: who asks again may read it once more
            forget_password(services, admins, who, value)

    bolt.action(SHOW_ANSWER)(ack=acknowledge, lazy=[pressed])


def shown(services: Services, admins: Admins, user_id: str, value: str) -> SlackMessage:
    """Return what in_full() does, as it is shown. Raises Refusal."""
    answer = in_full(services, admins, user_id, value)
    at = inbox_answer.asked_at(services.database, int(value))
    return late_answers.as_of_then(answer, at) if at else answer.message


def in_full(services: Services, admins: Admins, user_id: str, value: str) -> StoredAnswer:
    """Return a late answer to who has asked; a password only if they may still see it, and it counts. Raises Refusal."""
    request = whole(value, ID_DIGITS)
    found = None if request is None else _stored(services, request)
    if request is None or found is None or found.user_id != user_id:
        raise Refusal(
            "that answer is not kept any more: see /ext status; /ext secret and the number make another password"
        )
    if found.password_of and not targets.may_see_password(services, admins, user_id, found.password_of):
        raise Refusal(
            f"there is a password in it, which is for phone admins and for who has {found.password_of} by now"
        )
    if found.password_of and not _counts(services, request, found.password_of):
        raise Refusal(
            f"the password in it does not count any more: {found.password_of} was given another one since, or deleted; "
            f"/ext secret {found.password_of} makes another"
        )
    return found


def _counts(services: Services, request: int, number: str) -> bool:
    """Return whether the password in a request's answer is still the extension's, as far as the audit trail says."""
    own = max((each.id or 0 for each in audit.of_inbox(services.database, request)), default=0)
    since = None if own else inbox_answer.asked_at(services.database, request)
    entries = audit.latest(services.database, number)
    later = (each for each in entries if (each.id or 0) > own and (since is None or each.at >= since))
    return not any("secret" in each.changes or each.action == audit.DELETED for each in later)


def forget_password(services: Services, admins: Admins, user_id: str, value: str) -> None:
    """Delete a late answer that was shown, if a password is in it. Raises Refusal where it was not shown."""
    if in_full(services, admins, user_id, value).password_of:
        inbox_answer.forget_late(services.database, int(value))
