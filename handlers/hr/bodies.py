"""Pure: JSON and form bodies as one kind of document.

A document is a dict whose keys are plain: lower case, letters and digits only, so that `First Name`, `firstName`
and `first_name`, which sources use as they please, are one key. Forms nest as PHP does: `data[employeeId]=7`.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any, NoReturn
from urllib.parse import parse_qsl

Document = dict[str, Any]

MAX_FIELDS = 10_000
MAX_DEPTH = 8  # brackets behind one form key


class Unreadable(ValueError):
    """The body is not what the source sends; the message is a sentence for whoever set it up."""


def parse(body: bytes, *, is_form: bool) -> Document:
    """Read a body into a document. Raises Unreadable."""
    try:
        document = _form(body.decode()) if is_form else _json(body.decode())
    except (ValueError, RecursionError):
        raise Unreadable(f"the body cannot be read as {'a form' if is_form else 'JSON'}") from None
    if not isinstance(document, dict):
        raise Unreadable("the body is JSON, but not an object")
    return document


def find(document: object, path: str) -> object:
    """Return what stands at `data.meta.event_type` or `jobs.0.name`; None when nothing does."""
    for step in path.split("."):
        document = _step(document, step)
    # BambooHR wraps fields: {"firstName": {"value": "Alice"}}
    return document.get("value", document) if isinstance(document, dict) else document


def _step(node: object, step: str) -> object:
    if isinstance(node, dict):
        return node.get(_plain(step))
    if isinstance(node, list) and step.isdecimal():
        return next(iter(node[int(step) :]), None)
    return None


def entries(value: object) -> list[object]:
    """Return a list's items; of a form, those numbered by their keys; of anything else, itself."""
    if isinstance(value, dict) and value and all(key.isdecimal() for key in value):
        return list(value.values())
    return value if isinstance(value, list) else [value]


def _json(text: str) -> Any:
    return json.loads(text, object_pairs_hook=_with_plain_keys, parse_constant=_refuse)


def _with_plain_keys(pairs: list[tuple[str, Any]]) -> Document:
    return {_plain(key): value for key, value in pairs}


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


@lru_cache(maxsize=1000)
def _plain(key: str) -> str:
    return re.sub(r"[^a-z0-9]", "", key.lower())


def _form(text: str) -> Document:
    document: Document = {}
    for key, value in parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS):
        name, *brackets = re.split(r"[\[\]]+", key.removesuffix("]"))
        if len(brackets) <= MAX_DEPTH:
            _put(document, [name, *brackets], value)
    return document


def _put(document: Document, steps: list[str], value: str) -> None:
    """Insert a value. `[]` is the next number; a key that is both a value and a parent keeps what came first."""
    *parents, last = (_plain(step) for step in steps)
    for step in parents:
        child = document.setdefault(step, {})
        if not isinstance(child, dict):
            return
        document = child
    document.setdefault(last or str(len(document)), value)
