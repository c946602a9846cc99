"""One try to send an answer through its response_url, and what Slack's answer to that means."""

from __future__ import annotations

import json
import logging
from http.client import HTTPException, HTTPResponse, IncompleteRead
from urllib.request import Request

from slack_sdk.webhook import WebhookResponse

from handlers import deadline
from handlers.retry import retry_after
from handlers.slack import tries
from handlers.slack.blocks import SlackMessage
from handlers.slack.errors import is_message_fault
from handlers.slack.tries import RATE_LIMITED, TAKEN, Try

log = logging.getLogger("switchhook.ext")

MOST_READ = 10_000  # bytes of an answer
SECONDS = 10  # for one try, to the last byte of its answer


def send(url: str, message: SlackMessage, *, replaces: bool) -> Try:
    """Send it once; without blocks where Slack refuses them, as it may hold a secret that is shown once."""
    tried = _post(url, message, replaces)
    if is_message_fault(tried.reason):
        log.warning("Slack refused the blocks of an answer", extra={"reason": tried.reason})
        return _post(url, message.alone(), replaces)
    return tried


def _post(url: str, message: SlackMessage, replaces: bool) -> Try:
    """Post it; a redirect is not followed, as what answers there is not Slack."""
    body = {
        "text": message.text,
        "blocks": message.blocks,
        "response_type": "ephemeral",
        "replace_original": replaces,
    }
    sent = json.dumps(body).encode()
    request = Request(url, sent, {"Content-Type": "application/json"})  # noqa: S310  # of a request that Slack signed
    try:
        with deadline.opener(SECONDS).open(request, timeout=SECONDS) as answer:
            said = _beginning(answer)
            return meaning(
                WebhookResponse(url=url, status_code=answer.status, body=said, headers=answer.headers)
            )
    except (OSError, HTTPException) as error:
        return tries.failed(error)


def _beginning(answer: HTTPResponse) -> str:
    """Return what it says, no more than may count. Raises IncompleteRead where it was cut off."""
    said = answer.read(MOST_READ)
    if len(said) < MOST_READ and answer.length:
        raise IncompleteRead(said, answer.length)
    return said.decode(errors="replace")


def meaning(answer: WebhookResponse) -> Try:
    """Return what Slack's answer means: it takes nothing any more, for one, through a URL that has expired or was used five times."""
    reason, status = answer.body[:200], answer.status_code
    if is_message_fault(answer.body):
        return Try(reason=reason)
    if status == 200 and answer.body.lstrip().startswith("<"):
        return Try(may_retry=True, is_unsure=True, reason="a page, as of a proxy that stands before Slack")
    if status == 200:
        return TAKEN
    if status == RATE_LIMITED or status >= 500:
        pause = retry_after(answer.headers, 0.0)
        return Try(may_retry=True, is_unsure=status >= 500, pause=pause, reason=f"status {status}")
    return Try(reason=reason or f"status {status}")
