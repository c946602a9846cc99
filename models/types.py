"""Column types that SQLite and PostgreSQL read back alike."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import DateTime, Dialect, String
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
    """Convert to UTC; at the ends of the calendar, to the nearest moment that UTC has."""
    try:
        return value.astimezone(UTC)
    except OverflowError:
        nearest = datetime.min if value.year == 1 else datetime.max
        return nearest.replace(tzinfo=UTC)


class EnumText(TypeDecorator[str]):
    """An enum as text, so that a new member needs no change of the column.

    What is no member, as another version wrote it, is read as a str: such a row can be skipped.
    """

    impl = String(16)
    cache_ok = True

    def __init__(self, enum: type[StrEnum]) -> None:
        super().__init__()
        self.enum = enum
        self._members: dict[str, str] = {member.value: member for member in enum}

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        return str(self.enum(value)) if value is not None else None

    def process_result_value(self, value: str | None, _dialect: Dialect) -> str | None:
        return self._members.get(value, value) if value is not None else None


def now() -> datetime:
    """Return the time in UTC, as all times in the database are."""
    return datetime.now(UTC)
