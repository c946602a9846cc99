"""Windows: answers where there is no message to answer below (a press in App Home or in a window), and forms."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient

from handlers.slack import tries
from handlers.slack.blocks import SlackMessage, View, context, modal, section, sections
from handlers.slack.errors import SLACK_AWAY
from handlers.slack.inputs import without_choices
from handlers.slack.message_content import MESSAGE_FAULTS
from handlers.slack.tries import TAKEN, Try

log = logging.getLogger("switchhook.slack")

TITLE = "Phones"
WAIT = "⏳ One moment …"
WAITED_LONG = "If this stays for a minute, close it: `/ext status` shows what came of it."
TOO_LATE = "⚠️ Slack did not open a window in time, so nothing was done. Please press the button once more."
CLOSED = "That was the answer to a window that was closed before it came."
UNSHOWN = "Slack did not take that for its window, which may go on saying “One moment …”: close it."
NOT_SAVED = (
    "⚠️ What you submitted was not taken, and the window that says why was closed, or did not come: nothing was done. Open "
    "it once more."
)
NOT_FOUND = "not_found"
TRIES, PAUSE = 10, 0.3  # seconds; how long Slack may take to show the window that a form was answered with


@dataclass(frozen=True)
class Window:
    """A window as the answer to a command. `otherwise`: what is done where Slack does not open one.

    `make` may take longer than the three seconds for which a press counts.
    """

    make: Callable[[], View]
    otherwise: Callable[[], SlackMessage]


Answer = SlackMessage | Window
Shown = SlackMessage | View
Where = dict[str, str]  # the view_id of a window, or the external_id


def open_wait(client: WebClient, body: dict[str, Any]) -> Where | None:
    """Open a window at once that says to wait, as a press counts for three seconds only. Return by what show() finds it.

    An open window that was pressed in says so itself. None: Slack did not open one.
    """
    pressed_in = body.get("view") or {}
    try:
        if pressed_in.get("type") == "modal":
            answer = client.views_update(view_id=pressed_in["id"], view=wait_modal())
        else:
            answer = client.views_open(
                trigger_id=body.get("trigger_id", ""), view=wait_modal(result_id(body))
            )
        return {"view_id": str(answer["view"]["id"])}
    except SLACK_AWAY as error:
        log.warning("a window did not open", extra={"reason": tries.failed(error).reason})
        return None


def opened_before(client: WebClient, body: dict[str, Any]) -> Where | None:
    """Return where the window is that another process has opened for this request; None: it is not there."""
    try:
        answer = client.views_update(external_id=result_id(body), view=wait_modal())
        return {"view_id": str(answer["view"]["id"])}
    except SLACK_AWAY:
        return None


def result_id(body: dict[str, Any]) -> str:
    """Return what Slack knows the window by that answers this request; no other one has its trigger_id."""
    return hashlib.sha256(body.get("trigger_id", "").encode()).hexdigest()


def user_of(body: dict[str, Any]) -> str:
    """Return who has typed a command, pressed a button or submitted a form."""
    return str(body["user_id"] if "user_id" in body else body["user"]["id"])


def show(client: WebClient, shown: Shown, where: Where) -> Try:
    """Replace what an open window shows, once; where Slack refuses its blocks, by less."""
    view = answer_modal(shown) if isinstance(shown, SlackMessage) else shown
    tried = _update(client, view, where)
    if tried.reason in MESSAGE_FAULTS:
        log.warning("Slack refused a window", extra={"reason": tried.reason})
        return _update(client, _simpler(shown), where)
    return tried


def _update(client: WebClient, view: View, where: Where) -> Try:
    """Update a window; that of an external_id may not be there yet."""
    for pause in [PAUSE] * (TRIES - 1) + [0]:
        tried = _update_once(client, view, where)
        if tried.reason != NOT_FOUND or "external_id" not in where or not pause:
            break
        time.sleep(pause)
    return tried


def _update_once(client: WebClient, view: View, where: Where) -> Try:
    try:
        client.views_update(view=view, **where)
    except SLACK_AWAY as error:
        return tries.failed(error)
    return TAKEN


def _simpler(shown: Shown) -> View:
    """Return words alone, or the form without the people and channels that it began with: they may be gone."""
    return answer_modal(shown.alone()) if isinstance(shown, SlackMessage) else without_choices(shown)


def answer_modal(message: SlackMessage) -> View:
    """Return an answer as a window."""
    return modal(TITLE, message.blocks or sections(message.text.split("\n")))


def wait_modal(external_id: str = "") -> View:
    """Return what is shown while an answer is on its way. `external_id`: by which show() finds it."""
    return modal(TITLE, [section(WAIT), context(WAITED_LONG)]) | (
        {"external_id": external_id} if external_id else {}
    )
