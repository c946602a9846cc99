"""What Slack makes of a text beyond showing it: mentions, links, dates, formatting, quotes and emoji.

Formatting begins at the edge of a word, before a character that is no space, and ends behind one, on the same line;
a space without width is an edge, too (github.com/yhatt/jsx-slack, docs/about-escape-and-exact-mode.md). Whether it may
end within a word is told in both ways; here it may. An emoji may stand within a word.
"""

import re
from collections.abc import Iterator
from typing import Any

from .records import Json

_MARKUP = re.compile(r"<([^<>]*)>")
# What it looks for in words that are not verbatim.
_FOUND = re.compile(
    r"(?<!\w)@(?:channel|here|everyone)\b|(?<![\w&])#[a-z][\w-]*|https?://[^\s<>|]+|\bwww\.[^\s<>|]+"
)
_CODE = re.compile(r"```(?:.+?)```|[`｀][^`｀\n]+[`｀]", re.DOTALL)
_SPANS = [
    re.compile(rf"(?<![^\W_])(?<![{mark}])([{mark}]++(?=\S)[^\n]*?(?<=\S)[{mark}])")
    for mark in ("*＊", "_＿", "~")
]
_QUOTE = re.compile(r"^\s*(?:&gt;|＞).*", re.MULTILINE)
_EMOJI = re.compile(r":[\w+＋＿'’-]+(?=:)")
# Names that no emoji has stand in times, places of files and addresses: 12:30:45, pjsip.conf:12:, 2001:db8::1.
_NO_EMOJI = re.compile(
    r":(?!(?:100|1234|a|ab|abc|b|bed|bee|cd|de)$)(?:[0-9]+|(?<=[0-9A-Fa-f:]:)[0-9A-Fa-f]{1,4})"
)
_OBJECT = "\ufffc"


def obeyed(message: Json) -> list[str]:
    """Everything in a message or view that is not shown as it stands, as it is written; `parse` is that of the request.

    The message's own text is read with `parse`, whose default this is not: "none" leaves plain words alone.
    """
    found = _in_text(str(message.get("text") or ""), message.get("parse") == "none")
    for text in _texts(message):
        if text["type"] == "mrkdwn":
            found += _in_text(str(text["text"]), text.get("verbatim") is True)
        elif text.get("emoji") is not False:
            found += _emoji(str(text["text"]))
    return found


def _in_text(text: str, verbatim: bool) -> list[str]:
    marked = _MARKUP.findall(text)
    words = _MARKUP.sub(_OBJECT, text)
    return marked + _formatted(words) + ([] if verbatim else _FOUND.findall(words))


def _formatted(words: str) -> list[str]:
    """Code first: nothing in it is formatted."""
    prose = _CODE.sub(_OBJECT, words)
    spans = [span for each in _SPANS for span in each.findall(prose)]
    return _CODE.findall(words) + spans + _QUOTE.findall(words) + _emoji(prose)


def _emoji(words: str) -> list[str]:
    found = [each for each in _EMOJI.finditer(words) if not _NO_EMOJI.fullmatch(words, *each.span())]
    return [f"{each[0]}:" for each in found]


def _texts(part: Any) -> Iterator[Json]:
    """Text objects, wherever they stand."""
    if isinstance(part, dict):
        if part.get("type") in ("mrkdwn", "plain_text"):
            yield part
        for each in part.values():
            yield from _texts(each)
    elif isinstance(part, list):
        for each in part:
            yield from _texts(each)
