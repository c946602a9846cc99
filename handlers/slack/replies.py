"""How Slack's requests are answered: acknowledged at once, and with the outcome through response_url."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from slack_bolt import Ack
from slack_sdk import WebClient
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
    ServerErrorRetryHandler,
)
from slack_sdk.webhook import WebhookClient, WebhookResponse
from sqlalchemy.exc import SQLAlchemyError

from handlers.slack import messages, refusals, windows
from handlers.slack.blocks import SlackMessage
from handlers.slack.errors import is_message_fault
from handlers.slack.windows import Answer, Shown, Window
from logs import request_id
from models import failure
from pbx.errors import SwitchhookError

log = logging.getLogger("switchhook.ext")

T = TypeVar("T")


def acknowledge(ack: Ack) -> None:
    """Acknowledge without a text: the answer follows through response_url."""
    ack()


def reply_to(
    client: WebClient, body: dict[str, Any], work: Callable[[], Answer], *, replaces: bool = False
) -> None:
    """Do the work of a command or a press and answer where it was: below, in place of the message, or in a window.

    In App Home and in windows there is no message; an answer takes the place of the window that was pressed in.
    A failure never takes the message's place: its buttons stay.
    """
    url = body.get("response_url")
    if not url:
        windows.answer_in_window(client, body, lambda: _shown(outcome_of(work)))
        return
    answer, failed = _attempt(work)
    if not isinstance(answer, Window):
        _send(url, answer, replace_original=replaces and not failed)
    elif not windows.open_window(client, body, lambda: _shown(answer)):
        _send(url, outcome_of(answer.otherwise), replace_original=False)


def _shown(answer: Answer) -> Shown:
    return outcome_of(answer.make) if isinstance(answer, Window) else answer


def outcome_of(work: Callable[[], T]) -> T | SlackMessage:
    """Do the work and return what came of it, or what to say of its failure."""
    return _attempt(work)[0]


def _attempt(work: Callable[[], T]) -> tuple[T | SlackMessage, bool]:
    """Do the work and return what came of it, or what to say of its failure, and whether it failed."""
    try:
        return work(), False
    except SwitchhookError as error:
        return refusals.with_look_up(error), True
    except SQLAlchemyError as error:
        log.warning("a command failed: the database", extra={"reason": type(error).__name__})
        return messages.refusal(failure.describe(error)), True
    except Exception:
        log.exception("a command failed")
        return messages.refusal(
            "something went wrong inside Switchhook, and it is in its log under the request id "
            f"{request_id.get()}. What was saved is kept: look with /ext status, then try again"
        ), True


def _send(response_url: str, message: SlackMessage, **more: Any) -> None:
    """Send an answer; without blocks if Slack refuses them, as it may hold a secret that is shown once."""
    client = _client(response_url)
    answer = _post(client, message, **more)
    if answer and is_message_fault(answer.body):
        log.warning("Slack refused the blocks of an answer", extra={"reason": answer.body[:200]})
        answer = _post(client, message.alone(), **more)
    if answer and (answer.status_code != 200 or is_message_fault(answer.body)):
        log.error(
            "Slack refused an answer", extra={"status": answer.status_code, "reason": answer.body[:200]}
        )


def _client(response_url: str) -> WebhookClient:
    retries = [
        ConnectionErrorRetryHandler(max_retry_count=2),
        RateLimitErrorRetryHandler(max_retry_count=2),
        ServerErrorRetryHandler(max_retry_count=2),
    ]
    return WebhookClient(response_url, timeout=10, retry_handlers=retries)


def _post(client: WebhookClient, message: SlackMessage, **more: Any) -> WebhookResponse | None:
    """Post to the response_url; return None if it did not reach Slack."""
    try:
        return client.send(text=message.text, blocks=message.blocks, response_type="ephemeral", **more)
    except OSError as error:
        log.error("an answer did not reach Slack", extra={"reason": type(error).__name__})
        return None
