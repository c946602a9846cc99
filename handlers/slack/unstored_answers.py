"""Answers to what is no stored request: they are told at once, and lost if the process ends."""

from __future__ import annotations

import logging
import time

from slack_sdk import WebClient

from handlers.retry import backoff
from handlers.slack import late_answers, ways
from handlers.slack.stored_answer import StoredAnswer
from handlers.slack.tries import Try
from models.types import now

log = logging.getLogger("switchhook.ext")

TRIES, LONGEST_PAUSE = 5, 8.0  # seconds


def tell(client: WebClient, answer: StoredAnswer) -> bool:
    """Tell it where it was asked for, or else by direct message; return whether no other try can help."""
    tried = _until_taken(client, answer)
    if not tried.is_taken and ways.is_told_directly(answer):
        message = late_answers.by_direct_message(answer, now(), ways.why_not(answer, tried))
        tried = ways.directly(client, answer.user_id, message)
    if not tried.is_taken and tried.reason:
        log.error("an answer did not reach Slack", extra={"reason": tried.reason})
    return not tried.may_retry


def _until_taken(client: WebClient, answer: StoredAnswer) -> Try:
    is_again = False
    for failures in range(1, TRIES + 1):
        tried = ways.where_asked(client, answer, is_again=is_again)
        if not tried.may_retry or failures == TRIES:
            break
        is_again = is_again or tried.is_unsure
        time.sleep(min(tried.pause or backoff(failures, first=0.3), LONGEST_PAUSE))
    return tried
