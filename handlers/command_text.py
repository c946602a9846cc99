"""Pure: the text behind `/ext create …`, as Slack sends it, into words and settings.

Slack escapes & < > and, with “Escape channels, users, and links” on, wraps mentions and addresses:
`<@U123|alice>`, `<mailto:a@b.c|a@b.c>`. Its clients type “smart quotes”.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import ValidationError

from models.actor import Actor
from models.fields import Changes, NewExtension
from pbx.errors import Refusal

QUOTES = '"“”„‟«»'
QUOTED = rf"[{QUOTES}](?:[^{QUOTES}\\]|\\.)*[{QUOTES}]"
WORD = re.compile(rf"(?:[A-Za-z_]+=)?{QUOTED}(?=\s|$)|\S+")
SETTINGS = tuple(name for name in Changes.model_fields if name != "slack_user_id")
FieldsT = TypeVar("FieldsT", bound=Changes)


@dataclass(frozen=True)
class Arguments:
    """What stands behind a subcommand, and who typed it where."""

    words: tuple[str, ...]
    settings: dict[str, str]
    slack_user_id: str | None = None
    asked_by: str = ""
    asked_in: str = ""

    @property
    def by(self) -> Actor:
        return Actor.slack(self.asked_by)

    def one_number(self, usage: str) -> str:
        """Raises Refusal."""
        if len(self.words) != 1:
            raise Refusal(f"that takes one extension number: {usage}")
        return number(self.words[0])


def number(word: str) -> str:
    """Raises Refusal."""
    if not re.fullmatch(r"[0-9]{2,20}", word):
        raise Refusal(f"“{word}” is no extension number; one is 2 to 20 digits, such as 101")
    return word


def split(text: str) -> list[str]:
    """Words; double quotes hold several together. An apostrophe is a letter: O'Brien.

    Raises Refusal for control characters, which no keyboard types into Slack.
    """
    if any(ord(character) < 0x20 or ord(character) == 0x7F for character in text):
        raise Refusal("a command is one line of text; type it again without line breaks or tabs")
    return [_unescape(match.group()) for match in WORD.finditer(_unwrap_links(text))]


def _unwrap_links(text: str) -> str:
    return re.sub(r"<(?:mailto:|https?:|tel:)[^|>]*\|([^>]*)>|<(?:mailto:|tel:)([^|>]*)>", r"\1\2", text)


def _unescape(word: str) -> str:
    return word.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _unquote(word: str) -> str:
    if re.fullmatch(QUOTED, word):
        return re.sub(r"\\(.)", r"\1", word[1:-1])
    return word


def arguments(words: Iterable[str], asked_by: str = "", asked_in: str = "") -> Arguments:
    """Raises Refusal for a setting that does not exist or comes twice."""
    plain: list[str] = []
    settings: dict[str, str] = {}
    slack_user_id = None
    for word in words:
        if match := re.fullmatch(r"<@([A-Z0-9]+)(?:\|[^>]*)?>", word):
            slack_user_id = match[1]
        elif match := re.fullmatch(r"([A-Za-z_]+)=(.*)", word):
            name = _setting(match[1])
            if name in settings:
                raise Refusal(f"{name}= stands there twice; say it once")
            settings[name] = _unquote(match[2])
        else:
            plain.append(_unquote(word))
    return Arguments(tuple(plain), settings, slack_user_id, asked_by, asked_in)


def _setting(name: str) -> str:
    if name.lower() in SETTINGS:
        return name.lower()
    raise Refusal(
        f"there is no setting “{name}”{nearest(name.lower(), SETTINGS)}; settings are {', '.join(SETTINGS)}"
    )


def nearest(word: str, known: Iterable[str]) -> str:
    """` (did you mean “status”?)`, or nothing when no known word is near."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f" (did you mean “{close[0]}”?)" if close else ""


def new_extension(given: Arguments) -> NewExtension:
    """`<number> <name> [@user] [key=value …]` or `<name> …`. Raises Refusal."""
    words = list(given.words)
    values: dict[str, Any] = dict(given.settings)
    if words and re.fullmatch(r"[0-9]+", words[0]):
        values["number"] = words.pop(0)
    if words:
        values["name"] = " ".join(words)
    if given.slack_user_id:
        values["slack_user_id"] = given.slack_user_id
    if "name" not in values:
        raise Refusal("who is it for? Type a name behind the number, such as /ext create 101 Alice")
    return parsed(NewExtension, values)


def changes(given: Arguments) -> Changes:
    """What `set` was given. Raises Refusal."""
    values: dict[str, Any] = dict(given.settings)
    if given.slack_user_id:
        values["slack_user_id"] = given.slack_user_id
    if not values:
        raise Refusal(f"set what? Settings are {', '.join(SETTINGS)}, such as /ext set 101 name=Alice")
    return parsed(Changes, values)


def parsed(kind: type[FieldsT], values: dict[str, Any]) -> FieldsT:
    """Raises Refusal with a sentence for each bad value; the values themselves are not repeated."""
    try:
        return kind(**values)
    except ValidationError as error:
        faults = [
            f"{fault['loc'][0]}: {fault['msg'].removeprefix('Value error, ')}" for fault in error.errors()
        ]
        raise Refusal("; ".join(faults)) from None
