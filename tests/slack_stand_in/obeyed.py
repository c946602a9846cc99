"""What Slack makes of a text beyond showing it: mentions, links and dates, written as such or found in plain words."""

import re
from collections.abc import Iterator
from typing import Any

from .records import Json

_MARKUP = re.compile(r"<([^<>]*)>")
# What it looks for in words that are not verbatim.
_FOUND = re.compile(
    r"(?<!\w)@(?:channel|here|everyone)\b|(?<![\w&])#[a-z][\w-]*|https?://[^\s<>|]+|\bwww\.[^\s<>|]+"
)


def obeyed(message: Json) -> list[str]:
    """Everything in a message or view that is not shown as it stands, as it is written; `parse` is that of the request.

    The message's own text is read with `parse`, whose default this is not: "none" leaves plain words alone.
    """
    found = _in_text(str(message.get("text") or ""), message.get("parse") == "none")
    for text in _mrkdwn_texts(message.get("blocks") or []):
        found += _in_text(str(text["text"]), text.get("verbatim") is True)
    return found


def _in_text(text: str, verbatim: bool) -> list[str]:
    marked = _MARKUP.findall(text)
    return marked if verbatim else marked + _FOUND.findall(_MARKUP.sub("", text))


def _mrkdwn_texts(part: Any) -> Iterator[Json]:
    if isinstance(part, dict):
        if part.get("type") == "mrkdwn":
            yield part
        for each in part.values():
            yield from _mrkdwn_texts(each)
    elif isinstance(part, list):
        for each in part:
            yield from _mrkdwn_texts(each)
