"""Pure: what is asked for in the address of a list of what happened: which days, whose, and from where on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from models.number import whole

MAX_DAY_LENGTH = 40  # more than one has, so that what is shown again is what was typed
ID_DIGITS = 18  # of a row, at most
DAY = "a day is written as 2026-11-26"
ORDER = "the last day is before the first"


@dataclass(frozen=True)
class Days:
    """The days that were asked for, as they were typed, and as moments; `errors`: by the field's name."""

    typed: Mapping[str, str]
    since: datetime | None = None
    until: datetime | None = None  # the moment that the last day ends
    errors: Mapping[str, str] = field(default_factory=dict)


def text(given: Mapping[str, str], name: str, longest: int) -> str:
    """Return what was typed, in one line; nothing for what no database takes."""
    typed = given.get(name, "").strip()[:longest]
    return typed if typed.isprintable() else ""


def days(given: Mapping[str, str]) -> Days:
    """Read `from` and `to`, days by the server's clock, either of which may be left out."""
    typed = {name: text(given, name, MAX_DAY_LENGTH) for name in ("from", "to")}
    found = {name: _day(each) for name, each in typed.items()}
    errors = {name: DAY for name, each in typed.items() if each and not found[name]}
    first, last = found["from"], found["to"]
    if first and last and last < first:
        errors["to"] = ORDER
    return Days(typed, _begin(first), _begin(last + timedelta(days=1)) if last else None, errors)


def _day(text: str) -> date | None:
    """Return a day; None for what is none, and for those at the ends of the calendar, which no zone has as a whole."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1900 < day.year < 9000 else None


def _begin(day: date | None) -> datetime | None:
    return datetime.combine(day, time.min).astimezone() if day else None


def row_id(text: str) -> int | None:
    """Return the id that a page begins before; None for anything else."""
    return whole(text, ID_DIGITS)
