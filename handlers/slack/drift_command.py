"""`/ext drift`: what on the phone system differs from the database."""

from __future__ import annotations

from handlers import drift_wording
from handlers.slack import list_messages
from handlers.slack.blocks import SlackMessage, plain_context, section, sections
from handlers.slack.command_text import Arguments
from pbx.drift.look import look
from pbx.drift.report import DriftReport
from pbx.errors import Refusal
from pbx.services import Services

MAX_DRIFTS, MAX_OVERWRITTEN = 30, 20
ALL = ": `flask ext drift` on the server lists all"


def run(services: Services, given: Arguments) -> SlackMessage:
    """Answer `/ext drift`. Raises Refusal, ConfigFileError."""
    if given.words:
        raise Refusal("that takes nothing else: /ext drift")
    return drift(look(services))


def drift(report: DriftReport) -> SlackMessage:
    """Show what differs, the phones that are written by hand, and what was compared."""
    headline = drift_wording.headline(report)
    return SlackMessage(
        headline,
        [
            section(f"*{headline}*"),
            *list_messages.listed(drift_wording.lines(report.drifts), MAX_DRIFTS, ALL),
            *list_messages.listed(drift_wording.lines(report.overwritten), MAX_OVERWRITTEN, ALL),
            *list_messages.listed(drift_wording.by_hand(report)),
            *sections(drift_wording.compared(report), plain_context),
        ],
    )
