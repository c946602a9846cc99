"""Pure: the part of a Home with the person's latest calls."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from handlers import number_names
from handlers.home.content import HomeContent
from handlers.home.pieces import titled
from handlers.number_names import Named
from handlers.slack.blocks import Block, escape, sections
from handlers.slack.times import when
from handlers.wording import duration, shorten
from models.event import Event

MAX_NAME_LENGTH = 80
MAX_NUMBER_LENGTH = 64
ANSWERED = "answered"


def blocks(content: HomeContent) -> list[Block]:
    """List the latest calls, the newest first; nothing for somebody without an extension."""
    if not content.own:
        return []
    mine = {each.extension.number for each in content.own}
    lines = [_line(call, mine, content.names) for call in content.calls]
    return titled("My recent calls", *sections(lines or ["No calls yet."]))


def _line(call: Event, mine: Collection[str], names: Mapping[str, Named]) -> str:
    is_incoming = call.number in mine
    number = call.peer if is_incoming else call.number
    name = number_names.name_at(names, number, call.at) or (call.peer_name if is_incoming else "")
    other = _label(number, name)
    if call.reason == ANSWERED:
        course = ANSWERED if call.talked is None else f"talked {duration(call.talked)}"
        mark, words = ("📞", f"from {other}") if is_incoming else ("↗️", f"to {other}")
    elif is_incoming:
        mark, words = "📵", f"*missed* from {other}"
        course = "it went to voicemail" if call.reason == "voicemail" else call.reason
    else:
        mark, words, course = "↗️", f"to {other}", call.reason
    return f"{mark} {words} · {escape(course)} · {when(call.at)}"


def _label(number: str, name: str) -> str:
    number, name = shorten(number, MAX_NUMBER_LENGTH), shorten(name, MAX_NAME_LENGTH)
    return escape(f"{number} {name}".strip() or "an unknown caller")
