"""The window of alert routes, submitted."""

from __future__ import annotations

import re

from slack_bolt import App

from handlers.alerts import command
from handlers.slack import command_text
from handlers.slack.admins import Admins
from handlers.slack.modals import submissions
from handlers.slack.modals.alert_form import ALERTS, ALL, TOPICS
from handlers.slack.modals.faults import Faults, Typed
from handlers.slack.modals.submissions import Form, Submission
from handlers.slack.windows import Shown
from models.number import NUMBER
from pbx.errors import Refusal
from pbx.services import Services

CHANNEL = re.compile("[CG][A-Z0-9]{2,30}")


def register(bolt: App, services: Services, admins: Admins) -> None:
    """Register the window with Bolt."""
    submissions.register(
        bolt,
        services,
        admins,
        Form(ALERTS, "choose where alerts go", lambda _services, each: route(each), save),
    )


def save(services: Services, submission: Submission) -> Shown:
    return command.set_route(services, *route(submission), submission.by)


def route(submission: Submission) -> tuple[str, str, str]:
    return read(submission.typed)


def read(typed: Typed) -> tuple[str, str, str]:
    """Return topic, numbers and channel, each empty for all or nowhere. Raises Faults."""
    topic, channel = typed.get("topic", ""), "" if typed.get("off") else typed.get("channel", "")
    if topic not in TOPICS:
        raise Faults({"topic": "choose which alerts"})
    if not typed.get("off") and not CHANNEL.fullmatch(channel):
        raise Faults({"channel": "choose a channel, or tick “Nowhere” below"})
    return "" if topic == ALL else topic, _numbers(typed.get("numbers", "")), channel


def _numbers(text: str) -> str:
    text = command_text.plain_range(text)
    if text and not re.fullmatch(f"{NUMBER}(-{NUMBER})?", text):
        raise Faults({"numbers": "one extension number such as 101, or a range such as 100-149"})
    try:
        return command.range_of(text)
    except Refusal as refusal:
        raise Faults({"numbers": str(refusal)}) from None
