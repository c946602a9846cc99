"""Pure: the Home of one person, as Slack shows it."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from handlers.home import for_admins, my_calls, my_extension, team
from handlers.home.action_ids import REFRESH
from handlers.home.content import HomeContent
from handlers.slack.blocks import Block, actions, button, context, cut, escape, section

View = dict[str, Any]
MAX_BLOCKS = 100
MAX_REASON_LENGTH = 1000


def phone_home(content: HomeContent) -> View:
    """Show what concerns the person first, and everybody's phones last."""
    blocks = [
        *_banner(content),
        *my_extension.blocks(content)[1:],  # no line above the first part
        *content.more,
        *my_calls.blocks(content),
        *for_admins.blocks(content),
        *team.blocks(content),
    ]
    return _home(blocks)


def trouble_home(reason: str, whom: str | None = None) -> View:
    """Say that nothing can be shown: why (`reason`, as people read it elsewhere), or whom to ask (`whom`: mentions)."""
    words = f"Ask {whom}." if whom else cut(escape(reason[:1].upper() + reason[1:]), MAX_REASON_LENGTH)
    again = button("Try again", REFRESH, "")
    return _home([section(f"⚠️ *Your phones cannot be shown right now*\n{words}"), actions(again)])


def _banner(content: HomeContent) -> list[Block]:
    """Say that lights may be wrong; admins read why further down."""
    if content.is_current:
        return []
    who = "" if content.trouble else f" {my_extension.ask(content.admins)} can see why with `/ext doctor`."
    return [
        context(f"⚠️ The phone system is not heard from right now, so who is registered is not known.{who}")
    ]


def _home(blocks: list[Block]) -> View:
    return {"type": "home", "blocks": blocks[:MAX_BLOCKS]}


def digest(view: View) -> str:
    """Return 64 characters that are the same for views that look alike."""
    return hashlib.sha256(json.dumps(view, sort_keys=True).encode()).hexdigest()
