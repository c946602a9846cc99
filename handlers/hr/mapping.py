"""Pure: from a document of a source to the events that it tells of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from pydantic import ValidationError

from handlers.hr.bodies import Document, Unreadable, entries, find
from handlers.hr.employee import EmployeeEvent
from handlers.hr.source import Fields, Paths, Source

NO_KIND = "the body does not say what happened"
NO_EMPLOYEE = "the body does not say whom it is about: 1 to 128 letters, digits and signs without spaces"


class ParsedDelivery(NamedTuple):
    """The events, and what else is to be said of the delivery."""

    events: tuple[EmployeeEvent, ...]
    notes: tuple[str, ...]


def is_ping(source: Source, document: Document) -> bool:
    """Return whether the delivery only asks whether we are there."""
    return _word(source, document, document) in source.pings


def parse_events(source: Source, document: Document) -> ParsedDelivery:
    """Read the events; of several employees, those that can be read.

    Raises Unreadable when there is none, nor a foreign event.
    """
    events: list[EmployeeEvent] = []
    notes: dict[str, None] = {}  # in order, each once
    refused: Unreadable | None = None
    for entry in _entries(source, document):
        try:
            events += _events(source, document, entry, notes)
        except Unreadable as error:
            refused = error
            notes[f"an employee was left out: {error}"] = None
    if refused and len(notes) == 1 and not events:
        raise refused
    return ParsedDelivery(tuple(events), tuple(notes))


def _entries(source: Source, document: Document) -> list[object]:
    listed = find(document, source.each) if source.each else None
    return entries(document if listed is None else listed)


def _events(source: Source, document: Document, entry: object, notes: dict[str, None]) -> list[EmployeeEvent]:
    """Return one event, or none and note that it is a foreign one. Raises Unreadable."""
    word = _word(source, document, entry)
    if not word:
        raise Unreadable(f"{NO_KIND}: expected at {' or '.join(source.kind_at)}")
    kind = source.kinds.get(word)
    if kind is None:
        notes[f"{_shown(word)} is no event that concerns phones"] = None
        return []
    if kind == "changed" and has_left(source.left_when, entry):
        kind = "left"
    event = _event(source, document, entry, kind)
    # Of deliveries without a moment it is not known which is the later one.
    active = event.occurred_at is not None and is_active(source.left_when, entry)
    return [event.model_copy(update={"is_active": active and kind == "changed"})]


def _event(source: Source, document: Document, entry: object, kind: str) -> EmployeeEvent:
    found = field_values(source.fields, entry)
    found["occurred_at"] = found["occurred_at"] or _first(document, source.fields.occurred_at)
    try:
        return EmployeeEvent.model_validate({"kind": kind, **found})
    except ValidationError:
        raise Unreadable(NO_EMPLOYEE) from None


def field_values(fields: Fields, entry: object) -> dict[str, str | int | None]:
    """Return what stands there for each field of an EmployeeEvent, as it is written."""
    found = {name: _first(entry, paths) for name, paths in vars(fields).items()}
    return found | {"external_id": _as_text(found["external_id"])}


def has_left(left_when: Mapping[str, str], entry: object) -> bool:
    """Return whether a field has the value that means leaving."""
    return any(str(_first(entry, (path,)) or "").lower() == value for path, value in left_when.items())


def is_active(left_when: Mapping[str, str], entry: object) -> bool:
    """Return whether the employee is said to be active: the field may be missing."""
    words = [str(_first(entry, (path,)) or "").lower() for path in left_when]
    return "active" in words and not has_left(left_when, entry)


def _word(source: Source, document: Document, entry: object) -> str:
    return str(_first(entry, source.kind_at) or _first(document, source.kind_at) or "").lower()


def _first(document: object, paths: Paths) -> str | int | None:
    """Return the first text or whole number at the paths."""
    return next((value for path in paths if (value := _joined(document, path)) not in (None, "")), None)


def _joined(document: object, path: str) -> str | int | None:
    """Join all parts, or return None: a first name alone would cut off the last one that is known."""
    parts = [_scalar(find(document, step)) for step in path.split("+")]
    if any(part in (None, "") for part in parts):
        return None
    return " ".join(str(part) for part in parts) if len(parts) > 1 else parts[0]


def _scalar(value: object) -> str | int | None:
    return value if isinstance(value, str | int) and not isinstance(value, bool) else None


def _as_text(value: str | int | None) -> str | None:
    return None if value is None else str(value)


def _shown(word: str) -> str:
    """Quote a word for people to read; what a stranger writes is not repeated."""
    return f"“{word}”" if re.fullmatch(r"[a-z0-9_.:\-]{1,60}", word) else "what it tells of"
