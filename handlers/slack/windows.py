"""Windows in which answers are shown, where there is no message to answer below: a press in App Home or in a window."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from slack_sdk import WebClient

from handlers.slack.blocks import SlackMessage, View, modal, section
from handlers.slack.errors import SLACK_AWAY

log = logging.getLogger("switchhook.slack")

TITLE = "Phones"
WAIT = "⏳ One moment …"
TOO_LATE = "⚠️ Slack did not open a window in time, so nothing was done. Please press the button once more."
CLOSED = (
    "That was the answer to a window that you closed. What it would have shown besides is not shown again."
)


def answer_in_window(client: WebClient, body: dict[str, Any], work: Callable[[], SlackMessage]) -> None:
    """Open a window at once, as a press counts for three seconds only; do the work, and show there what came of it.

    In an open window the answer takes its place. Without a window nothing is done, and the user is told.
    """
    user_id = body["user"]["id"]
    view_id = _open(client, body)
    if view_id is None:
        _tell(client, user_id, TOO_LATE)
        return
    message = work()
    try:
        client.views_update(view_id=view_id, view=answer_modal(message))
    except SLACK_AWAY as error:
        log.warning("an answer's window is gone", extra={"reason": type(error).__name__})
        _tell(client, user_id, f"{message.text}\n{CLOSED}")


def _open(client: WebClient, body: dict[str, Any]) -> str | None:
    """Return the window's id; None: Slack did not open it."""
    view = modal(TITLE, [section(WAIT)])
    pressed_in = body.get("view") or {}
    try:
        if pressed_in.get("type") == "modal":
            answer = client.views_update(view_id=pressed_in["id"], view=view)
        else:
            answer = client.views_open(trigger_id=body.get("trigger_id", ""), view=view)
        return str(answer["view"]["id"])
    except SLACK_AWAY as error:
        log.warning("a window did not open", extra={"reason": type(error).__name__})
        return None


def _tell(client: WebClient, user_id: str, text: str) -> None:
    try:
        client.chat_postMessage(channel=user_id, text=text)
    except SLACK_AWAY as error:
        log.error("an answer did not reach Slack", extra={"reason": type(error).__name__})


def answer_modal(message: SlackMessage) -> View:
    """Return an answer as a window."""
    return modal(TITLE, message.blocks or [section(message.text)])
