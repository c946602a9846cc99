"""Pure: what is wrong with fields, in sentences that say what to type instead and do not repeat what was typed."""

from __future__ import annotations

from pydantic import ValidationError
from pydantic_core import ErrorDetails

OTHER_FAULTS = {"missing": "this is needed", "string_type": "this is text"}


def by_field(error: ValidationError) -> dict[str, str]:
    """Return a sentence for each field that is wrong."""
    return {str(fault["loc"][0]): _sentence(fault) for fault in error.errors(include_input=False)}


def in_words(error: ValidationError) -> str:
    """Return all of it, each with the name of its field unless the sentence begins with that."""
    found = by_field(error).items()
    return "; ".join(text if text.startswith(name) else f"{name}: {text}" for name, text in found)


def _sentence(fault: ErrorDetails) -> str:
    return OTHER_FAULTS.get(fault["type"], fault["msg"].removeprefix("Value error, "))
