"""Pure: the text behind `/ext create …`, as Slack sends it, into words and settings.

Slack escapes & < > and, with “Escape channels, users, and links” on, wraps mentions and addresses:
`<@U123|alice>`, `<mailto:a@b.c|a@b.c>`. Its clients type “smart quotes”.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from handlers.slack import field_faults, formatting, typos, user_setting
from handlers.slack.roles import Asker
from models.actor import Actor
from models.extension import Extension
from models.fields import Changes, NewExtension
from models.nat_fields import KEYS
from models.number import ascii_digits, is_number
from pbx.errors import Refusal

QUOTES = '"“”„‟«»'
QUOTED = rf"[{QUOTES}](?:[^{QUOTES}\\]|\\.)*[{QUOTES}]"
WORD = re.compile(rf"(?:[A-Za-z_]+=)?{QUOTED}(?=\s|$)|\S+")
MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")
PUNCTUATION = ",;:"  # behind a number, as people write lists
DASHES = "‐‑‒–—−－-"
# What is pasted along from web pages: spaces without width, soft hyphens, embeddings of a direction.
INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad\u202a-\u202e\u2066-\u2069]")
MARKS = "\u200e\u200f"  # of direction; inside of a word they may belong there
SETTINGS = tuple(name for name in Changes.model_fields if name != "slack_user_id")
NAT_SETTINGS = tuple(KEYS)
LISTS = ("codecs", "local")  # settings that take several values
FieldsT = TypeVar("FieldsT", bound=BaseModel)


@dataclass(frozen=True)
class Arguments:
    """What stands behind a subcommand, and who typed it where."""

    words: tuple[str, ...]
    settings: dict[str, str]
    slack_user_id: str | None = None
    asked_by: str = ""
    asked_in: str = ""
    is_admin: bool = False  # who typed it
    seen: Extension | None = None  # the row that was decided on, where it was not the number that was typed

    @property
    def by(self) -> Actor:
        return Actor.slack(self.asked_by)

    @property
    def asker(self) -> Asker:
        return Asker(self.asked_by, self.is_admin)

    def one_number(self, usage: str) -> str:
        """Return the one extension number that was given. Raises Refusal."""
        if len(self.words) != 1:
            raise Refusal(f"that takes one extension, by number, name or @user: {usage}")
        return number(self.words[0])


def number(word: str) -> str:
    """Return an extension number in ASCII digits. Raises Refusal."""
    found = ascii_digits(word.strip(PUNCTUATION))
    if not is_number(found):
        raise Refusal(f"“{word}” is no extension number; one is 2 to 20 digits, such as 101")
    return found


def exten(word: str) -> str:
    """Return what somebody may have a hint for: a number in ASCII digits, or a word as it is."""
    return ascii_digits(word.strip(PUNCTUATION))


def plain_range(text: str) -> str:
    """Return `１００ – 149` as `100-149`; of any other text, change only its digits into ASCII."""
    return re.sub(rf"(?<=[0-9])\s*[{DASHES}]\s*(?=[0-9])", "-", ascii_digits(text))


def split(text: str) -> list[str]:
    """Divide a text into words; double quotes hold several together. An apostrophe is a letter: O'Brien.

    Raises Refusal for control characters, which no keyboard types into Slack.
    """
    if re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", text):
        raise Refusal("a command is one line of text; type it again without line breaks or tabs")
    text = formatting.typed(re.sub(r"\s", " ", INVISIBLE.sub("", _unwrap_links(text))))
    words = [_unescape(match.group().strip(MARKS)) for match in WORD.finditer(text)]
    words = [word for word in words if word]
    while words and words[0].lower() in ("ext", "/ext"):
        words.pop(0)
    return _joined(words)


def _joined(words: Iterable[str]) -> list[str]:
    """Join `max_contacts = 2` and `codecs=ulaw, alaw` into one word each."""
    found: list[str] = []
    for word in words:
        if found and _goes_on(found[-1], word):
            found[-1] += word
        else:
            found.append(word)
    return found


def _goes_on(before: str, word: str) -> bool:
    name, equals, value = before.partition("=")
    if name.lower() not in (*SETTINGS, *NAT_SETTINGS):
        return False
    if not equals:
        return word.startswith("=")
    if not value:
        return not re.match(r"[A-Za-z_]+=", word) and not word.startswith("<@")
    return name.lower() in LISTS and (value.endswith(",") or word.startswith(","))


def _unwrap_links(text: str) -> str:
    return re.sub(r"<(?:mailto:|https?:|tel:)[^|>]*\|([^>]*)>|<(?:mailto:|tel:)([^|>]*)>", r"\1\2", text)


def _unescape(word: str) -> str:
    return word.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _unquote(word: str) -> str:
    if re.fullmatch(QUOTED, word):
        return re.sub(r"\\(.)", r"\1", word[1:-1])
    return word


def quoted(text: str) -> str:
    """Return words as one argument, however they are written; split() and arguments() make them again."""
    return '"' + re.sub(rf"([{QUOTES}\\])", r"\\\1", text) + '"'


def arguments(
    words: Iterable[str], asked_by: str = "", asked_in: str = "", known: tuple[str, ...] = SETTINGS
) -> Arguments:
    """Sort words into settings, a mention, and the others. Raises Refusal for an unknown setting or one given twice."""
    plain: list[str] = []
    settings: dict[str, str] = {}
    slack_user_id = None
    for word in words:
        _refuse_slips(word)
        if match := MENTION.fullmatch(word):
            if slack_user_id:
                raise Refusal("two people are mentioned; an extension is one person's: type one of them")
            slack_user_id = match[1]
        elif match := re.fullmatch(r"([A-Za-z_]+)=(.*)", word):
            name = _setting(match[1], known)
            if name in settings:
                raise Refusal(f"{name}= stands there twice; say it once")
            settings[name] = _unquote(match[2])
        else:
            plain.append(_unquote(word))
    return Arguments(tuple(plain), settings, slack_user_id, asked_by, asked_in)


def _refuse_slips(word: str) -> None:
    """Raise Refusal for what would otherwise become part of a name."""
    value = re.sub(r"^[A-Za-z_]+=", "", word)
    if not re.fullmatch(QUOTED, value) and re.match(rf"[{QUOTES}]|.*[{QUOTES}]$", value):
        raise Refusal(
            f'the quote at “{value.strip(QUOTES)}” has no partner: put one at both ends, such as name="Alice Smith"'
        )
    if re.match("[@＠].", word):
        raise Refusal(
            f"Slack did not make a mention of {word}: pick the person from the list that it shows while you type @, "
            f"or leave {word} out. If it never does, switch on “Escape channels, users, and links” of /ext in the "
            "app's settings"
        )


def _setting(name: str, known: tuple[str, ...]) -> str:
    if name.lower() in known:
        return name.lower()
    raise Refusal(
        f"there is no setting “{name}”{nearest(name.lower(), known)}; settings are {user_setting.listed(known)}"
    )


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ` (did you mean “status”?)`, or nothing when no known word is near."""
    close = typos.closest(word, known)
    return f" (did you mean “{close}”?)" if close else ""


def new_extension(given: Arguments) -> NewExtension:
    """Read `<number> <name> [@user] [key=value …]` or `<name> …`. Raises Refusal."""
    words = list(given.words)
    values: dict[str, Any] = dict(given.settings)
    if words and is_digits(words[0]):
        values["number"] = ascii_digits(words.pop(0).rstrip(PUNCTUATION))
    elif words:
        _refuse_range_or_late_number(words)
    if words and "name" in values:
        raise Refusal(
            f"what does “{' '.join(words)}” belong to? Put quotes around a value of several words, such as "
            'name="Alice Smith" notes="desk at the window"'
        )
    if words:
        values["name"] = re.sub(r"^['‘]([^'‘’]+)['’]$", r"\1", " ".join(words))
    if given.slack_user_id:
        values["slack_user_id"] = given.slack_user_id
    if "name" not in values:
        example = f"/ext create {values.get('number', '101')} Alice"
        raise Refusal(f"who is it for? Type a name behind the number, such as {example}")
    return parsed(NewExtension, values)


def is_digits(word: str) -> bool:
    return re.fullmatch("[0-9]+", ascii_digits(word.rstrip(PUNCTUATION))) is not None


def _refuse_range_or_late_number(words: list[str]) -> None:
    """Raise Refusal for a range, and for a number behind the name."""
    if re.fullmatch("[0-9]+-[0-9]+,?", plain_range(words[0])):
        raise Refusal(f"“{words[0]}” is a range, and a command makes one extension: /ext create 101 Alice")
    late = ascii_digits(words[-1])
    if len(words) > 1 and is_number(late):
        name = " ".join(words[:-1]).rstrip(PUNCTUATION)
        raise Refusal(
            f"is {late} the number? Then type /ext create {late} {name}. If it is part of the name, put quotes "
            f'around all of it: /ext create "{name} {late}"'
        )


def changes(given: Arguments) -> Changes:
    """Read what `set` was given. Raises Refusal."""
    number = given.words[0] if given.words else "101"
    whose = user_setting.read(given.settings, given.slack_user_id, number)
    values: dict[str, Any] = {**given.settings, **whose}
    values.pop(user_setting.NAME, None)
    if not values:
        raise Refusal(f"set what? Settings are {', '.join(SETTINGS)}, such as /ext set 101 name=Alice")
    return parsed(Changes, values)


def parsed(kind: type[FieldsT], values: dict[str, Any]) -> FieldsT:
    """Return validated fields. Raises Refusal with a sentence for each bad value, which does not repeat the value."""
    try:
        return kind(**values)
    except ValidationError as error:
        raise Refusal(field_faults.in_words(error)) from None
