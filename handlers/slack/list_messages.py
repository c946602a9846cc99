"""Pure: many extensions at a glance, and long lists of anything."""

from __future__ import annotations

from collections.abc import Sequence

from handlers import wording
from handlers.slack.blocks import (
    Block,
    SlackMessage,
    context,
    cut,
    cut_plain,
    escape,
    plain,
    plain_section,
    section,
    sections,
)
from models.extension import State
from pbx.answers import Status

MAX_LINES = 200  # of a list: 45 blocks of lines is about what people scroll through
MAX_LINE_LENGTH = 500  # of a list: of the longest, too, Slack takes MAX_LINES


def listing(statuses: Sequence[Status], text: str) -> SlackMessage:
    if not statuses:
        nothing = (
            f"No extension has “{text}” in its number, name, e-mail or notes."
            if text
            else "No extensions yet."
        )
        return plain(f"{nothing} Make one with /ext create 101 Alice")
    headline = wording.summary(statuses)
    lines = listed(list(map(wording.line, statuses)), more=": narrow it down with `/ext list &lt;text&gt;`")
    return SlackMessage(escape(headline), [section(f"*{escape(headline)}*"), *lines])


def listed(lines: Sequence[str], most: int = MAX_LINES, more: str = "") -> list[Block]:
    """Show as many as people scroll through, and how many are left out; `more`: mrkdwn of how those are seen."""
    left_out = len(lines) - most
    rest = [context(f"… and {left_out} more{more}")] if left_out > 0 else []
    shown = [cut_plain(line, MAX_LINE_LENGTH) for line in lines[:most]]
    return [*sections(shown, plain_section), *rest]


def overview(statuses: Sequence[Status]) -> SlackMessage:
    """Show the whole phone system at a glance: the totals, and the extensions that are not live."""
    headline = wording.summary(statuses)
    waiting = [found for found in statuses if found.extension.state is not State.LIVE][:MAX_LINES]
    lines = sections([one_line(wording.line(found)) for found in waiting])
    return SlackMessage(
        escape(headline),
        [
            section(f"*{escape(headline)}*"),
            *lines,
            context("`/ext list` shows all, `/ext status 101` one of them"),
        ],
    )


def one_line(text: str) -> str:
    return cut(escape(text), MAX_LINE_LENGTH)
