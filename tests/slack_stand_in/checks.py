"""What Block Kit's objects have in common: texts, lists and strings of a limited length."""

from collections.abc import Callable, Iterator
from typing import Any

from .records import Json

TEXT_TYPES = ("plain_text", "mrkdwn")

Problems = Iterator[str]


def check_text(text: Any, where: str, longest: int, types: tuple[str, ...] = TEXT_TYPES) -> Problems:
    if not isinstance(text, dict) or text.get("type") not in types:
        yield f"{where}: must be a text object of type {' or '.join(types)}"
    elif not isinstance(text.get("text"), str) or not text["text"]:
        yield f"{where}/text: must be more than 0 characters"
    elif len(text["text"]) > longest:
        yield f"{where}/text: must be less than {longest + 1} characters"
    if isinstance(text, dict) and "verbatim" in text and text.get("type") != "mrkdwn":
        yield f"{where}/verbatim: only in mrkdwn"
    if isinstance(text, dict) and "emoji" in text and text.get("type") != "plain_text":
        yield f"{where}/emoji: only in plain_text"


def optional_texts(holder: Json, where: str, longest: int, *names: str) -> Problems:
    for name in names:
        if name in holder:
            yield from check_text(holder[name], f"{where}/{name}", longest, ("plain_text",))


def lengths(holder: Json, where: str, **longest: int) -> Problems:
    """Of strings that may be missing."""
    for name, most in longest.items():
        value = holder.get(name, "")
        if not isinstance(value, str) or len(value) > most:
            yield f"{where}/{name}: must be a string of at most {most} characters"


def each(items: Any, where: str, most: int, check: Callable[[Any, str], Problems]) -> Problems:
    if not isinstance(items, list) or not 0 < len(items) <= most:
        yield f"{where}: must be an array of 1 to {most} items"
        return
    for index, item in enumerate(items):
        yield from check(item, f"{where}/{index}")


def repeated(names: list[Any], what: str) -> Problems:
    given = [name for name in names if name]
    for name in sorted({name for name in given if given.count(name) > 1}):
        yield f"{what}: {name} is used more than once"
