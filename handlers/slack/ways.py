"""The ways on which an answer reaches people: where it was asked for, and by direct message."""

from __future__ import annotations

from slack_sdk import WebClient

from handlers.slack import late_answers, response_urls, tries, windows
from handlers.slack.blocks import SlackMessage
from handlers.slack.errors import SLACK_AWAY
from handlers.slack.stored_answer import StoredAnswer
from handlers.slack.tries import TAKEN, Try


def where_asked(client: WebClient, answer: StoredAnswer, *, is_again: bool = False) -> Try:
    """Try once to tell it where it was asked for. `is_again`: Slack may have shown it already.

    Of what takes the place of a message or of a window, the same again is nothing new.
    """
    if answer.url:
        is_new = answer.replaces or not is_again
        message = answer.message if is_new else late_answers.once_more(answer.message)
        return response_urls.send(answer.url, message, replaces=answer.replaces)
    if answer.window:
        return windows.show(client, answer.shown, answer.window)
    return Try()


def directly(client: WebClient, user_id: str, message: SlackMessage) -> Try:
    """Try once to send a direct message."""
    try:
        client.chat_postMessage(channel=user_id, text=message.text, blocks=message.blocks, parse="none")
    except SLACK_AWAY as error:
        return tries.failed(error)
    return TAKEN


def why_not(answer: StoredAnswer, tried: Try) -> str:
    """Return why it goes by direct message, as far as whoever reads it may wonder."""
    if not answer.window:
        return ""
    return windows.CLOSED if tried.reason == windows.NOT_FOUND else windows.UNSHOWN


def is_told_directly(answer: StoredAnswer) -> bool:
    """Return whether it has words for a direct message; a form alone has none."""
    return bool(answer.text or answer.told_instead)
