"""Pure: what the parts of a Home have in common."""

from __future__ import annotations

from datetime import datetime

from handlers.slack.blocks import Block


def titled(title: str, *blocks: Block) -> list[Block]:
    """Return a part of a Home below its title, apart from the part above."""
    header = {"type": "header", "text": {"type": "plain_text", "text": title}}
    return [{"type": "divider"}, header, *blocks]


def when(at: datetime) -> str:
    """Return a moment as Slack's clients show it, in their own time zone: `today at 14:03`."""
    seconds = int(at.timestamp())
    return f"<!date^{seconds}^{{date_short_pretty}} {{time}}|{at.astimezone().strftime('%Y-%m-%d %H:%M')}>"
