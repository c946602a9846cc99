"""`/ext report weekly here|off`: where the report of each week goes."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from handlers.alerts.channel_messages import mention
from handlers.reports import weekly, words
from handlers.slack.blocks import SlackMessage, context, escape, section
from handlers.slack.command_text import Arguments, nearest
from models import audit
from models.types import now
from pbx.errors import Refusal
from pbx.services import Services

log = logging.getLogger("switchhook.reports")

CHOICES = ("here", "off")


def run(services: Services, given: Arguments, typed: Sequence[str]) -> SlackMessage:
    """Show or choose it. `typed`: what stands behind `weekly`. Raises Refusal."""
    verb = " ".join(typed).lower()
    if verb not in ("", *CHOICES):
        raise Refusal(
            f"“{verb}” is not where a report can go{nearest(verb, CHOICES)}: type /ext report weekly here, in the channel, "
            "or /ext report weekly off"
        )
    if verb:
        _choose(services, given, given.asked_in if verb == "here" else "")
    with services.database.session() as session:
        return shown(weekly.channel(session))


def _choose(services: Services, given: Arguments, wanted: str) -> None:
    with services.database.session() as session:
        before = weekly.choose(session, wanted)
        changes = {"channel": [before or "nowhere", wanted or "nowhere"]}
        audit.record(session, given.by, "chose where the weekly report goes", changes=changes)
    log.info("the weekly report was routed", extra={"by": str(given.by), "channel": wanted})


def shown(channel: str) -> SlackMessage:
    """Say where it goes; empty: nowhere."""
    if not channel:
        text = "📊 *The weekly report goes nowhere*"
        hint = "Type /ext report weekly here in the channel that it is to go to"
        return SlackMessage(text, [section(text), context(hint)])
    due = weekly.next_due(now())
    when = f"{due:%A} {due.day} {due:%B} at {due:%H:%M}, the server’s time ({words.offset(due)})"
    text = f"📊 *The weekly report goes to {mention(channel)}*\nEvery Monday, of the week before; next on {escape(when)}."
    hint = "Switchhook has to be in that channel: /invite @Switchhook. /ext report weekly off ends it"
    return SlackMessage(text, [section(text), context(hint)])
