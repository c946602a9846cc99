"""What Slack asks of the elements that take an input, beyond their type.

https://docs.slack.dev/reference/block-kit/block-elements
"""

import re
from collections.abc import Callable
from typing import Any

from .checks import Problems, lengths
from .records import Json

MAX_INPUT = 3000
CONVERSATION_KINDS = {"im", "mpim", "private", "public"}


def input_problems(element: Json, where: str) -> Problems:
    """Everything wrong with what an input begins with: a choice that is none of its options, no date, no number."""
    check = CHECKS.get(element["type"])
    if check:
        yield from check(element, where)


def _text(element: Json, where: str) -> Problems:
    yield from lengths(element, where, initial_value=MAX_INPUT)
    for name, least in (("min_length", 0), ("max_length", 1)):
        if name in element and not least <= element[name] <= MAX_INPUT:
            yield f"{where}/{name}: must be {least} to {MAX_INPUT}"


def _email(element: Json, where: str) -> Problems:
    """It begins with an address, or empty."""
    initial = element.get("initial_value")
    if initial is not None and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", str(initial)):
        yield f"{where}/initial_value: must be a valid email address"


def _number(element: Json, where: str) -> Problems:
    if not isinstance(element.get("is_decimal_allowed"), bool):
        yield f"{where}/is_decimal_allowed: missing required field"
    initial = element.get("initial_value")
    if initial is not None and not re.fullmatch(r"-?[0-9]+", str(initial)):
        yield f"{where}/initial_value: must be a number"


def _date(element: Json, where: str) -> Problems:
    initial = element.get("initial_date")
    if initial is not None and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", str(initial)):
        yield f"{where}/initial_date: must be YYYY-MM-DD"


def _one_of(element: Json, where: str) -> Problems:
    if "initial_option" in element and element["initial_option"] not in element.get("options", []):
        yield f"{where}/initial_option: must be one of the options"


def _some_of(element: Json, where: str) -> Problems:
    initial = element.get("initial_options")
    if initial is None:
        return
    if not initial or any(each not in element.get("options", []) for each in initial):
        yield f"{where}/initial_options: must be some of the options"


def _conversation(element: Json, where: str) -> Problems:
    kinds = element.get("filter", {}).get("include", [])
    if not CONVERSATION_KINDS.issuperset(kinds):
        yield f"{where}/filter/include: must be of {sorted(CONVERSATION_KINDS)}"


CHECKS: dict[Any, Callable[[Json, str], Problems]] = {
    "plain_text_input": _text, "email_text_input": _email, "number_input": _number, "datepicker": _date,
    "static_select": _one_of, "radio_buttons": _one_of, "multi_static_select": _some_of,
    "checkboxes": _some_of, "conversations_select": _conversation,
}  # fmt: skip
