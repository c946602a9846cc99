"""Column types that SQLite and PostgreSQL read back alike."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import DateTime, Dialect, Enum
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """A moment; SQLite forgets the time zone, so it is put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def word_of(enum: type[StrEnum]) -> Enum:
    """A column that holds an enum's words as text, so that a new word needs no change of the column."""
    return Enum(
        enum, native_enum=False, length=16, values_callable=lambda words: [word.value for word in words]
    )


def now() -> datetime:
    """UTC, as all times in the database."""
    return datetime.now(UTC)
