"""Pure: what the parts of a Home have in common."""

from __future__ import annotations

from handlers.slack.blocks import Block


def titled(title: str, *blocks: Block) -> list[Block]:
    """Return a part of a Home below its title, apart from the part above."""
    header = {"type": "header", "text": {"type": "plain_text", "text": title}}
    return [{"type": "divider"}, header, *blocks]
