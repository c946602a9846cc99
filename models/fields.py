"""Pure: what people may ask for: every field parsed into a type, every refusal saying what to type instead."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, SecretStr

CODECS = ("ulaw", "alaw", "g722", "opus", "g729", "gsm", "ilbc", "slin16")
TRANSPORTS = ("udp", "tcp", "tls", "wss")
DEFAULT_CODECS = ("ulaw", "alaw", "g722")
LONGEST_NAME = 80
SHORTEST_SECRET = 8
LONGEST_SECRET = 128
YES = {"true", "yes", "on", "y", "t", "1"}
NO = {"false", "no", "off", "n", "f", "0"}
JOINERS_AND_MARKS = "\u200c\u200d\u200e\u200f"  # needed to write Persian, Hindi, emoji, and mixed directions


def ascii_digits(text: str) -> str:
    """Digits of any script as phones have them: ١٠١ and １０１ are 101. All else stays."""
    return "".join(str(unicodedata.decimal(each)) if each.isdecimal() else each for each in text)


def in_order(number: str) -> tuple[int, str]:
    """The key to sort numbers by as people count: 99, 101, 1000."""
    return len(number), number


def _number(text: str) -> str:
    text = ascii_digits(text)
    if not re.fullmatch(r"[0-9]{2,20}", text):
        raise ValueError("an extension number is 2 to 20 digits, such as 101")
    return text


def _printable(text: str) -> str:
    """One line, no characters that hide or reorder others; Unicode-normalised, outer spaces gone."""
    text = unicodedata.normalize("NFC", text).strip()
    for character in text:
        if unicodedata.category(character)[0] == "C" and character not in JOINERS_AND_MARKS:
            if unicodedata.category(character) != "Cn":
                raise ValueError(f"has an invisible character (U+{ord(character):04X}); type it on one line")
        elif character in "\u2028\u2029":
            raise ValueError("has a line break; type it on one line")
    return text


def _name(text: str) -> str:
    text = _printable(text)
    is_visible = any(character not in JOINERS_AND_MARKS and not character.isspace() for character in text)
    if not is_visible or len(text) > LONGEST_NAME:
        raise ValueError(f"a name is 1 to {LONGEST_NAME} characters, such as Alice or “Alice Smith”")
    return text


def _secret(secret: SecretStr) -> SecretStr:
    """What every phone's own menus and files can hold: printable ASCII, no space, no quote, no backslash."""
    text = secret.get_secret_value()
    if not SHORTEST_SECRET <= len(text) <= LONGEST_SECRET:
        raise ValueError(
            f"a secret has {SHORTEST_SECRET} to {LONGEST_SECRET} characters; leave it out and a strong one is made"
        )
    if not re.fullmatch(r"[!#-\[\]-~]+", text):
        raise ValueError(
            'a secret may hold unaccented letters, digits and signs, but no spaces, quotes (") or backslashes '
            "(phones disagree on those); leave it out and a strong one is made"
        )
    return secret


def _context(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,78}", text) or text.lower() in ("general", "globals"):
        raise ValueError("a context is letters, digits, - _ and ., such as from-internal")
    return text


def _transport(text: str) -> str:
    if text.lower() not in TRANSPORTS:
        raise ValueError(f"a transport is one of {', '.join(TRANSPORTS)}")
    return text.lower()


def _codecs(codecs: list[str]) -> list[str]:
    codecs = [codec.lower() for codec in codecs]
    unknown = [codec for codec in codecs if codec not in CODECS]
    if not codecs or unknown or len(set(codecs)) < len(codecs):
        raise ValueError(f"codecs are some of {', '.join(CODECS)}, each once, such as codecs=ulaw,alaw")
    return codecs


def _split_codecs(value: Any) -> Any:
    return [part for part in re.split(r"[,\s]+", value) if part] if isinstance(value, str) else value


def _between(low: int, high: int, what: str) -> BeforeValidator:
    """`what`: the setting, and its unit if it has one."""

    def check(value: Any) -> int:
        digits = ascii_digits(str(value).strip())
        if not re.fullmatch("[0-9]{1,9}", digits) or not low <= int(digits) <= high:
            raise ValueError(f"{what} is a number from {low} to {high}")
        return int(digits)

    return BeforeValidator(check)


def _yes_or_no(what: str) -> BeforeValidator:
    def check(value: Any) -> bool:
        word = ascii_digits(str(value).strip().lower())
        if word not in YES | NO:
            raise ValueError(f"{what} is true or false")
        return word in YES

    return BeforeValidator(check)


def _email(text: str) -> str:
    text = _printable(text)
    if len(text) > 254 or not re.fullmatch(r"[^@\s<>\"',;]+@[^@\s<>\"',;]+\.[^@\s<>\"',;]+", text):
        raise ValueError("that is no e-mail address; one looks like alice@example.com")
    return text


def _slack_user_id(text: str) -> str:
    if not re.fullmatch(r"[UW][A-Z0-9]{2,30}", text):
        raise ValueError("a Slack user is written @alice, or as a member ID such as U0123456")
    return text


def _notes(text: str) -> str:
    text = _printable(text)
    if len(text) > 1000:
        raise ValueError("notes are at most 1000 characters")
    return text


def _none_if_empty(value: Any) -> Any:
    """`email=` with nothing behind it clears the field."""
    return None if value == "" else value


def _optional(check: Any) -> Any:
    """A type made at run time: mypy cannot read it, hence the ignores where it is used."""
    return Annotated[Annotated[str, AfterValidator(check)] | None, BeforeValidator(_none_if_empty)]


Number = Annotated[str, AfterValidator(_number)]
Name = Annotated[str, AfterValidator(_name)]
Secret = Annotated[SecretStr, AfterValidator(_secret)]


class Changes(BaseModel):
    """Any of an extension's fields; those not given stay as they are."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: Name = ""
    secret: Secret = SecretStr("")
    enabled: Annotated[bool, _yes_or_no("enabled")] = True
    context: Annotated[str, AfterValidator(_context)] = "from-internal"
    transport: Annotated[str, AfterValidator(_transport)] = "udp"
    codecs: Annotated[list[str], BeforeValidator(_split_codecs), AfterValidator(_codecs)] = list(
        DEFAULT_CODECS
    )
    max_contacts: Annotated[int, _between(1, 100, "max_contacts")] = 1
    qualify_frequency: Annotated[int, _between(0, 3600, "qualify_frequency (in seconds)")] = 60
    direct_media: Annotated[bool, _yes_or_no("direct_media")] = False
    caller_id: _optional(_name) = None  # type: ignore[valid-type]
    email: _optional(_email) = None  # type: ignore[valid-type]
    slack_user_id: _optional(_slack_user_id) = None  # type: ignore[valid-type]
    notes: _optional(_notes) = None  # type: ignore[valid-type]

    def given(self) -> dict[str, Any]:
        """The fields that somebody gave, by name; the secret still wrapped."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class NewExtension(Changes):
    """What `create` needs; without a number the next free one is taken, without a secret one is made."""

    number: Number | None = None
    name: Name
