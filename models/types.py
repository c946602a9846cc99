"""Column types that SQLite and PostgreSQL read back alike."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import DateTime, Dialect, Enum
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC, whatever zone it is given in.

    SQLite forgets the zone, and PostgreSQL answers in the one of its server.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        return _in_utc(value) if value is not None else None

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _in_utc(value: datetime) -> datetime:
    """At the ends of the calendar, some zones have moments that UTC has not: then the nearest that it has."""
    try:
        return value.astimezone(UTC)
    except OverflowError:
        nearest = datetime.min if value.year == 1 else datetime.max
        return nearest.replace(tzinfo=UTC)


def word_of(enum: type[StrEnum]) -> Enum:
    """A column that holds an enum's words as text, so that a new word needs no change of the column."""
    return Enum(
        enum, native_enum=False, length=16, values_callable=lambda words: [word.value for word in words]
    )


def now() -> datetime:
    """UTC, as all times in the database."""
    return datetime.now(UTC)
