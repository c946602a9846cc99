"""Windows: answers where there is no message to answer below (a press in App Home or in a window), and forms."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from handlers.retry import backoff, retry_after
from handlers.slack.blocks import SlackMessage, View, context, modal, section, sections
from handlers.slack.errors import SLACK_AWAY, is_definite, name_of
from handlers.slack.inputs import without_choices
from handlers.slack.message_content import MESSAGE_FAULTS

log = logging.getLogger("switchhook.slack")

TITLE = "Phones"
WAIT = "⏳ One moment …"
WAITED_LONG = "If this stays for a minute, close it: `/ext status` shows what came of it."
TOO_LATE = "⚠️ Slack did not open a window in time, so nothing was done. Please press the button once more."
CLOSED = (
    "That was the answer to a window that was closed before it came. If a new password was in it, nobody has seen it: "
    "`/ext secret` and the number make another."
)
UNSHOWN = (
    "Slack did not take that for its window, which may go on saying “One moment …”: close it. If a new password was in "
    "it, nobody has seen it: `/ext secret` and the number make another."
)
NOT_SAVED = (
    "⚠️ What you submitted was not taken, and the window that says why was closed, or did not come: nothing was done. Open "
    "it once more."
)
GONE = "not_found"
TRIES, PAUSE = 10, 0.3  # seconds; how long Slack may take to show the window that a form was answered with
TRIES_WHILE_AWAY, LONGEST_PAUSE = 5, 8.0  # seconds; the same window shown twice does no harm


@dataclass(frozen=True)
class Window:
    """A window as the answer to a command. `otherwise`: what is done where Slack does not open one.

    `make` may take longer than the three seconds for which a press counts.
    """

    make: Callable[[], View]
    otherwise: Callable[[], SlackMessage]


Answer = SlackMessage | Window
Shown = SlackMessage | View


def answer_in_window(client: WebClient, body: dict[str, Any], work: Callable[[], Shown]) -> None:
    """Open a window at once, as a press counts for three seconds only; do the work, and show there what came of it.

    In an open window the answer takes its place. Without a window nothing is done, and the user is told.
    """
    if not open_window(client, body, work):
        _tell(client, user_of(body), TOO_LATE)


def open_window(client: WebClient, body: dict[str, Any], work: Callable[[], Shown]) -> bool:
    """Do as answer_in_window(); return False where Slack does not open a window."""
    view_id = _open(client, body)
    if view_id is None:
        return False
    show(client, user_of(body), work(), view_id=view_id)
    return True


def user_of(body: dict[str, Any]) -> str:
    """Return who has typed a command, pressed a button or submitted a form."""
    return str(body["user_id"] if "user_id" in body else body["user"]["id"])


def _open(client: WebClient, body: dict[str, Any]) -> str | None:
    """Return the window's id; None: Slack did not open it."""
    pressed_in = body.get("view") or {}
    try:
        if pressed_in.get("type") == "modal":
            answer = client.views_update(view_id=pressed_in["id"], view=wait_modal())
        else:
            answer = client.views_open(trigger_id=body.get("trigger_id", ""), view=wait_modal())
        return str(answer["view"]["id"])
    except SLACK_AWAY as error:
        log.warning("a window did not open", extra={"reason": _reason(error)})
        return None


def show(client: WebClient, user_id: str, shown: Shown, of_form: str = "", **where: str) -> None:
    """Replace what an open window shows. `of_form`: what to tell if it is a form that Slack does not show.

    `where`: its view_id, or the external_id of what a form was answered with, which Slack may not show yet.
    """
    view = answer_modal(shown) if isinstance(shown, SlackMessage) else shown
    error = _update(client, view, where)
    if error in MESSAGE_FAULTS:
        log.warning("Slack refused a window", extra={"reason": error})
        error = _update(client, _simpler(shown), where)
    if error and isinstance(shown, SlackMessage):
        _tell(client, user_id, f"{shown.text}\n{CLOSED if error == GONE else UNSHOWN}")
    elif error and of_form:
        _tell(client, user_id, of_form)


def _update(client: WebClient, view: View, where: dict[str, str]) -> str:
    """Return Slack's error, when it stays after a few tries; empty: the window shows it."""
    for failures in range(1, TRIES + 1):
        try:
            client.views_update(view=view, **where)
            return ""
        except SLACK_AWAY as error:
            reason, pause = _reason(error), _pause(error, failures, "external_id" in where)
            if pause is None:
                break
            time.sleep(pause)
    log.warning("a window does not show an answer", extra={"reason": reason})
    return reason


def _pause(error: Exception, failures: int, may_come: bool) -> float | None:
    """Return the seconds until the next try; None: there is none. `may_come`: a window that is not there may come yet."""
    if may_come and _reason(error) == GONE:
        return PAUSE if failures < TRIES else None
    is_refused = isinstance(error, SlackApiError) and is_definite(error) and _reason(error) != "ratelimited"
    if is_refused or failures >= TRIES_WHILE_AWAY:
        return None
    headers = error.response.headers if isinstance(error, SlackApiError) else {}
    return min(retry_after(headers, backoff(failures, first=PAUSE)), LONGEST_PAUSE)


def _reason(error: Exception) -> str:
    return name_of(error) if isinstance(error, SlackApiError) else type(error).__name__


def _simpler(shown: Shown) -> View:
    """Return words alone, or the form without the people and channels that it began with: they may be gone."""
    return answer_modal(shown.alone()) if isinstance(shown, SlackMessage) else without_choices(shown)


def _tell(client: WebClient, user_id: str, text: str) -> None:
    try:
        client.chat_postMessage(channel=user_id, text=text)
    except SLACK_AWAY as error:
        log.error("an answer did not reach Slack", extra={"reason": _reason(error)})


def answer_modal(message: SlackMessage) -> View:
    """Return an answer as a window."""
    return modal(TITLE, message.blocks or sections(message.text.split("\n")))


def wait_modal(external_id: str = "") -> View:
    """Return what is shown while an answer is on its way. `external_id`: by which show() finds it."""
    return modal(TITLE, [section(WAIT), context(WAITED_LONG)]) | (
        {"external_id": external_id} if external_id else {}
    )
