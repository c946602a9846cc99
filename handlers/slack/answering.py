"""Answers on their way to people: sent by threads of their own, and again while Slack is away.

A Slack that hangs, or wants to be left alone, keeps none of the threads that carry out commands.
"""

from __future__ import annotations

import logging
import time
from contextvars import ContextVar
from typing import Any

from slack_sdk import WebClient

from handlers.retry import backoff
from handlers.slack import asked, late_answers, response_urls, tries, windows
from handlers.slack.blocks import SlackMessage, View
from handlers.slack.errors import SLACK_AWAY
from handlers.slack.stored_answer import StoredAnswer
from handlers.slack.tries import TAKEN, Try
from logs import ContextExecutor
from models.types import now

log = logging.getLogger("switchhook.ext")

THREADS = 64
TRIES, LONGEST_PAUSE = 5, 8.0  # seconds

sender: ContextVar[ContextExecutor | None] = ContextVar("sender", default=None)  # whose threads send


def tell(client: WebClient, body: dict[str, Any], shown: SlackMessage | View, **where: Any) -> None:
    """Tell what came of a request, in a thread of the sender if there is one. `where`: fields of StoredAnswer."""
    what = {"view": shown} if isinstance(shown, dict) else {"text": shown.text, "blocks": shown.blocks}
    head = asked.answer_to(body, now())
    answer = StoredAnswer(user_id=windows.user_of(body), head=head, **what, **where)
    if executor := sender.get():
        executor.submit(_tell, client, answer)
    else:
        _tell(client, answer)


def _tell(client: WebClient, answer: StoredAnswer) -> None:
    """Tell it where it was asked for, or else by direct message."""
    tried = _until_taken(client, answer) if answer.url or answer.window else Try()
    if not tried.is_taken and (answer.text or answer.told_instead):
        tried = _direct(client, answer, _why(answer, tried))
    if not tried.is_taken and tried.reason:
        log.error("an answer did not reach Slack", extra={"reason": tried.reason})


def _until_taken(client: WebClient, answer: StoredAnswer) -> Try:
    for failures in range(1, TRIES + 1):
        tried = _try(client, answer)
        if not tried.may_retry or failures == TRIES:
            break
        time.sleep(min(tried.pause or backoff(failures, first=0.3), LONGEST_PAUSE))
    return tried


def _try(client: WebClient, answer: StoredAnswer) -> Try:
    if answer.url:
        return response_urls.send(answer.url, answer.message, replaces=answer.replaces)
    return windows.show(client, answer.shown, answer.window)


def _why(answer: StoredAnswer, tried: Try) -> str:
    if not answer.window:
        return ""
    return windows.CLOSED if tried.reason == windows.GONE else windows.UNSHOWN


def _direct(client: WebClient, answer: StoredAnswer, why: str) -> Try:
    message = late_answers.by_direct_message(answer, why)
    try:
        client.chat_postMessage(
            channel=answer.user_id, text=message.text, blocks=message.blocks, parse="none"
        )
    except SLACK_AWAY as error:
        return tries.failed(error)
    return TAKEN
