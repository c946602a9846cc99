"""Pure: what an HR system says about one employee, parsed into types. Nothing hostile gets past this file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, TypeAdapter, ValidationError, model_validator

from handlers.hr.signatures import TOLERANCE
from handlers.hr.timestamps import parse_timestamp
from models.field_rules import Name, Number
from models.fields import Changes

EmployeeEventKind = Literal["joined", "changed", "left"]

NAME: TypeAdapter[str] = TypeAdapter(Name)
NUMBER: TypeAdapter[str] = TypeAdapter(Number)
FIRST_DAYS = range(1900, 2100)  # years; what lies beyond stands for “unknown”
HOW_DATES_ARE = "year-month-day, such as 2026-02-01"
NO_DATE = "0000-00-00"  # how BambooHR writes that there is none


def _external_id(text: str) -> str:
    """Accept what is safe to log, store and show: HR systems use numbers, UUIDs and slugs."""
    if not re.fullmatch(r"[!-~]{1,128}", text):
        raise ValueError("the employee's ID is 1 to 128 letters, digits and signs without spaces")
    return text


def _email(value: object) -> str | None:
    return Changes.model_validate({"email": value}).email


def _number(value: object) -> str:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return NUMBER.validate_python(str(value) if is_whole else value)


def _date(value: object) -> date | None:
    """Read the calendar day as written, whatever the zone of a time behind it."""
    if isinstance(value, date):
        return _within_reason(value)
    if value == NO_DATE:
        return None
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].{0,30})?", value):
        raise ValueError(f"a date is written as {HOW_DATES_ARE}")
    try:
        day = date.fromisoformat(value[:10])
    except ValueError:
        raise ValueError(f"there is no such day; a date is written as {HOW_DATES_ARE}") from None
    return _within_reason(day)


def _within_reason(day: date) -> date:
    if day.year not in FIRST_DAYS:
        raise ValueError(f"a day in the year {day.year} is none that somebody begins to work on")
    return day


def _moment(value: object) -> datetime:
    moment = parse_timestamp(str(value))
    if moment is None:
        raise ValueError("a moment of our time is written as ISO 8601 or as Unix seconds")
    return moment


READ: dict[str, Callable[[object], object]] = {
    "name": NAME.validate_python,
    "email": _email,
    "department": NAME.validate_python,
    "start_date": _date,
    "wanted_number": _number,
    "occurred_at": _moment,
}
# What HR says of the employee, and not of what happened.
DETAILS = READ.keys() - {"occurred_at"}


class EmployeeEvent(BaseModel):
    """Somebody joined, changed or left.

    Only `kind` and `external_id` can make this raise ValidationError. Any other value that cannot be read is
    dropped, and `problems` says which and why, in words that never repeat the value.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    kind: EmployeeEventKind
    external_id: Annotated[str, AfterValidator(_external_id)]  # the source's name for the employee
    name: str | None = None
    email: str | None = None
    department: str | None = None
    start_date: date | None = None
    wanted_number: str | None = None
    occurred_at: datetime | None = None  # when it happened, as the source says; deliveries come in any order
    is_active: bool = False  # of a change: HR says that they work there
    problems: tuple[str, ...] = ()
    received_at: datetime | None = None  # when it was delivered; not stored with the event
    looked_up: bool = False  # the HR system has been asked who that is, whatever it answered
    choice: str | None = None  # of an admin, where HR's data is ambiguous: see onboarding/choices.py

    @model_validator(mode="before")
    @classmethod
    def _drop_what_cannot_be_read(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        read, problems = dict(given), list(given.get("problems", ()))
        for field in READ.keys() & given.keys():
            read[field], problem = _read(field, given[field])
            problems += [problem] if problem else []
        return read | {"problems": tuple(problems)}

    def as_received(self, at: datetime) -> EmployeeEvent:
        """Clamp its moment to that of its receipt, as nothing happens after it was delivered; clocks may differ, though.

        Of a leaving it is not known then: while our clock is behind, it would seem older than the joining.
        """
        moment = self.occurred_at
        if moment and moment > at + TOLERANCE:
            moment = None if self.kind == "left" else at
        return self.model_copy(update={"received_at": at, "occurred_at": moment})

    @property
    def needs_details(self) -> bool:
        """Return whether a phone cannot be made, because the name is missing."""
        return self.kind == "joined" and self.name is None

    @property
    def has_no_details(self) -> bool:
        """Return whether the source says that something changed, but not what."""
        return self.kind == "changed" and not any(getattr(self, name) for name in DETAILS)


def first_fault(error: ValidationError) -> str:
    """Return what is wrong, in words for people."""
    return str(error.errors()[0]["msg"]).removeprefix("Value error, ")


def _read(field: str, value: object) -> tuple[object, str | None]:
    """Return the value and no problem, or nothing and the problem."""
    if value is None or value == "":
        return None, None
    try:
        return READ[field](value), None
    except ValidationError as error:
        return None, f"{field}: {first_fault(error)}"
    except ValueError as error:
        return None, f"{field}: {error}"
