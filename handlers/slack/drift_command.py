"""`/ext drift`: what on the phone system differs from the database."""

from __future__ import annotations

from collections.abc import Sequence

from handlers import drift_wording
from handlers.slack import messages
from handlers.slack.blocks import Block, SlackMessage, context, cut, escape, section, sections
from handlers.slack.command_text import Arguments
from pbx.drift.look import look
from pbx.drift.report import DriftReport
from pbx.errors import Refusal
from pbx.services import Services

MAX_DRIFTS, MAX_BY_HAND = 30, 20


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
            *_shown(drift_wording.lines(report.drifts), MAX_DRIFTS),
            *_shown(drift_wording.lines(report.by_hand), MAX_BY_HAND),
            *sections([_line(line) for line in drift_wording.compared(report)], context),
        ],
    )


def _shown(lines: Sequence[str], most: int) -> list[Block]:
    left_out = len(lines) - most
    more = [f"… and {left_out} more: `flask ext drift` on the server lists all"] if left_out > 0 else []
    return sections([*map(_line, lines[:most]), *more])


def _line(text: str) -> str:
    return cut(escape(text), messages.MAX_LINE_LENGTH)
