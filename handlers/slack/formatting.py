"""Pure: the marks that Slack would make formatting or an emoji of in words from outside, as characters that only look so.

Slack has no way to escape `*`, `_`, `~`, a backtick or `:`; a space without width does not help, as words end there
(github.com/yhatt/jsx-slack/blob/main/docs/about-escape-and-exact-mode.md). Formatting begins at the edge of a word.
So `_` and `~` within a word stay as they are: `max_contacts=2` is copied as it stands. `*` and the backtick are what
our own messages format with, and words from outside within these could end it.
"""

from __future__ import annotations

import re

LOOKALIKES = {"*": "∗", "＊": "∗", "`": "ˋ", "｀": "ˋ", "_": "ˍ", "＿": "ˍ", "~": "∼", ":": "꞉"}
_OUR_MARKS = re.compile("[*＊`｀]")
_OPENS = re.compile(r"(?<!\w)_++(?!\s)|(?<![^\W_])(?<!＿)＿++(?!\s)|(?<![^\W_])(?<!~)~++(?!\s)")
_SHORTCODE = re.compile(
    r":(?=([\w+＋＿'’-]+)(?::|\Z))"
)  # what stands behind these words may begin with a colon
_QUOTE = re.compile(r"^(\s*)(?=>|＞|&gt;)", re.MULTILINE)
SOFT_HYPHEN = "\u00ad"  # seen by nobody: what begins with it is no quote
# Emoji that look like a part of an address or a time.
NUMERIC_EMOJI = {"100", "1234", "a", "ab", "abc", "b", "bed", "bee", "cd", "de"}


def neutralised(text: str) -> str:
    """Return words that Slack shows as they are, in mrkdwn and within our own formatting."""
    for marks in (_OUR_MARKS, _OPENS):
        text = marks.sub(lambda found: found[0].translate(_LOOKS), text)
    return unquoted(_SHORTCODE.sub(_colon, text))


def unquoted(text: str) -> str:
    """Return a text of which no line is a quote."""
    return _QUOTE.sub(rf"\1{SOFT_HYPHEN}", text)


def typed(text: str) -> str:
    """Return words that were copied from a message as they were before."""
    return text.translate(_ORIGINALS)


def _colon(found: re.Match[str]) -> str:
    before = found.string[: found.start()][-1:]
    return found[0] if _is_of_address(found[1], before) else LOOKALIKES[":"]


def _is_of_address(name: str, before: str) -> bool:
    """Return whether it is a part of `12:30:45`, `pjsip.conf:12: …` or `2001:db8::1`, and no emoji's name."""
    if name.lower() in NUMERIC_EMOJI:
        return False
    is_group = re.fullmatch("[0-9A-Fa-f]{1,4}", name) and re.fullmatch("[0-9A-Fa-f:]", before)
    return bool(is_group or re.fullmatch("[0-9]+", name))


_LOOKS = str.maketrans(LOOKALIKES)
_ORIGINALS = str.maketrans({look: mark for mark, look in reversed(LOOKALIKES.items())})
