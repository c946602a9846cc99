"""Pure: what people may type for a field of an extension; a refusal says what to type instead."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, SecretStr

from models.number import ascii_digits, is_number

CODECS = ("ulaw", "alaw", "g722", "opus", "g729", "gsm", "ilbc", "slin16")
Transport = Literal["udp", "tcp", "tls", "wss"]
MAX_NAME_LENGTH = 80
MAX_NOTES_LENGTH = 1000
MAX_EMAIL_LENGTH = 254
MOST_SHRINKING = 4  # code points that become one in Unicode's NFC, at most: those of ᾂ
MIN_SECRET_LENGTH = 8
MAX_SECRET_LENGTH = 128
YES = {"true", "yes", "on", "y", "t", "1"}
NO = {"false", "no", "off", "n", "f", "0"}
LINE_BREAKS = "\n\r\v\f\x85\u2028\u2029"
JOINERS_AND_MARKS = "\u200c\u200d\u200e\u200f"  # needed to write Persian, Hindi, emoji, and mixed directions


def _as_it_is(value: Any) -> Any:
    return value


@dataclass(frozen=True)
class FieldRule:
    """What people may type for a field. Raises ValueError with what to type instead.

    What the database holds has passed it, or an older rule, and goes to Asterisk if it fits its files (see Endpoint).
    """

    prepare: Callable[[Any], Any] = _as_it_is  # before it is parsed into the field's type
    check: Callable[[Any], Any] = _as_it_is


def _number(text: str) -> str:
    text = ascii_digits(text)
    if not is_number(text):
        raise ValueError("an extension number is 2 to 20 digits, such as 101")
    return text


def _printable(text: str, at_most: int, advice: str) -> str:
    """Return the text Unicode-normalised and without outer spaces.

    Raises ValueError for more than one line, for characters that hide or reorder others, and, with that advice, for
    more than so many.
    """
    if len(text.strip()) > MOST_SHRINKING * at_most:
        raise ValueError(advice)  # to normalise 100,000 accents takes minutes
    text = unicodedata.normalize("NFC", text).strip()
    for character in text:
        if character in LINE_BREAKS:
            raise ValueError("has a line break; type it on one line")
        category = unicodedata.category(character)
        if category[0] == "C" and category != "Cn" and character not in JOINERS_AND_MARKS:
            raise ValueError(f"has an invisible character (U+{ord(character):04X}); type it on one line")
    if len(text) > at_most:
        raise ValueError(advice)
    return text


def _name(text: str) -> str:
    advice = f"a name is 1 to {MAX_NAME_LENGTH} characters, such as Alice or “Alice Smith”"
    text = _printable(text, MAX_NAME_LENGTH, advice)
    if all(character in JOINERS_AND_MARKS or character.isspace() for character in text):
        raise ValueError(advice)
    return text


def _secret(secret: SecretStr) -> SecretStr:
    """Allow what every phone's own menus and files can hold: printable ASCII, no space, no quote, no backslash."""
    text = secret.get_secret_value()
    if not MIN_SECRET_LENGTH <= len(text) <= MAX_SECRET_LENGTH:
        raise ValueError(
            f"a password has {MIN_SECRET_LENGTH} to {MAX_SECRET_LENGTH} characters; leave it out and a strong one is made"
        )
    if not re.fullmatch(r"[!#-\[\]-~]+", text):
        raise ValueError(
            'a password may hold unaccented letters, digits and signs, but no spaces, quotes (") or backslashes '
            "(phones disagree on those); leave it out and a strong one is made"
        )
    return secret


def is_context(text: str) -> bool:
    """Return whether it may name a context of extensions.conf."""
    is_word = re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,78}", text) is not None
    return is_word and text.lower() not in ("general", "globals")


def _context(text: str) -> str:
    if not is_context(text):
        raise ValueError("a context is letters, digits, - _ and ., such as from-internal")
    return text


def _transport(value: Any) -> str:
    transport = str(value).lower()
    if transport not in get_args(Transport):
        raise ValueError(f"a transport is one of {', '.join(get_args(Transport))}")
    return transport


def _codecs(codecs: list[str]) -> list[str]:
    codecs = [codec.lower() for codec in codecs]
    unknown = [codec for codec in codecs if codec not in CODECS]
    if not codecs or unknown or len(set(codecs)) < len(codecs):
        raise ValueError(f"codecs are some of {', '.join(CODECS)}, each once, such as codecs=ulaw,alaw")
    return codecs


def _split_codecs(value: Any) -> Any:
    return [part for part in re.split(r"[,\s]+", value) if part] if isinstance(value, str) else value


def between(low: int, high: int, what: str) -> FieldRule:
    """Return a rule for a whole number. `what`: the setting, and its unit if it has one."""

    def check(value: Any) -> int:
        digits = ascii_digits(str(value).strip())
        if not re.fullmatch("[0-9]{1,9}", digits) or not low <= int(digits) <= high:
            raise ValueError(f"{what} is a number from {low} to {high}")
        return int(digits)

    return FieldRule(prepare=check)


def yes_or_no(what: str) -> FieldRule:
    def check(value: Any) -> bool:
        word = ascii_digits(str(value).strip().lower())
        if word not in YES | NO:
            raise ValueError(f"{what} is true or false")
        return word in YES

    return FieldRule(prepare=check)


def _email(text: str) -> str:
    advice = "that is no e-mail address; one looks like alice@example.com"
    text = _printable(text, MAX_EMAIL_LENGTH, advice)
    if not re.fullmatch(r"[^@\s<>\"',;]+@[^@\s<>\"',;]+\.[^@\s<>\"',;]+", text):
        raise ValueError(advice)
    return text


def _slack_user_id(text: str) -> str:
    if not re.fullmatch(r"[UW][A-Z0-9]{2,30}", text):
        raise ValueError("a Slack user is written @alice, or as a member ID such as U0123456")
    return text


def _notes(text: str) -> str:
    return _printable(text, MAX_NOTES_LENGTH, f"notes are at most {MAX_NOTES_LENGTH} characters")


def _optional(check: Callable[[str], str]) -> FieldRule:
    """Return the rule of a field that `email=` with nothing behind it clears."""
    return FieldRule(
        prepare=lambda value: None if value == "" else value,
        check=lambda text: None if text is None else check(text),
    )


Number = Annotated[str, AfterValidator(_number)]
Name = Annotated[str, AfterValidator(_name)]
Context = Annotated[str, AfterValidator(_context)]

NAME = FieldRule(check=_name)
SECRET = FieldRule(check=_secret)
TRANSPORT = FieldRule(prepare=_transport)
SOME_CODECS = FieldRule(prepare=_split_codecs, check=_codecs)
CALLER_ID = _optional(_name)
EMAIL = _optional(_email)
SLACK_USER_ID = _optional(_slack_user_id)
NOTES = _optional(_notes)
