"""Pure: the day or week that a report is about, with its hours or days, on the server's clock.

A day has 23 or 25 hours where the clock is put forward or back: bars of a day are hours that pass, from midnight on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Literal

Kind = Literal["day", "week"]
DAYS: dict[Kind, int] = {"day": 1, "week": 7}
# How far apart the counts of registered phones are.
STEPS: dict[Kind, timedelta] = {"day": timedelta(minutes=15), "week": timedelta(hours=1)}


@dataclass(frozen=True)
class Period:
    """A day, or a week from Monday on. `zone`: whose days these are; None: the server's."""

    kind: Kind
    first: date
    zone: tzinfo | None = None

    @classmethod
    def of(cls, kind: Kind, day: date, zone: tzinfo | None = None) -> Period:
        """Return the period that a day is in."""
        monday = day - timedelta(days=day.weekday())
        return cls(kind, monday if kind == "week" else day, zone)

    @property
    def last(self) -> date:
        return self.first + timedelta(days=DAYS[self.kind] - 1)

    @property
    def start(self) -> datetime:
        return self.midnight(self.first)

    @property
    def end(self) -> datetime:
        return self.midnight(self.first + timedelta(days=DAYS[self.kind]))

    def previous(self) -> Period:
        return Period(self.kind, self.first - timedelta(days=DAYS[self.kind]), self.zone)

    def next(self) -> Period:
        return Period(self.kind, self.first + timedelta(days=DAYS[self.kind]), self.zone)

    def midnight(self, day: date) -> datetime:
        """Return when a day begins."""
        return self.moment(day, time())

    def moment(self, day: date, at: time) -> datetime:
        """Return when the clock shows that time on a day."""
        naive = datetime.combine(day, at)
        return self.local(naive.replace(tzinfo=self.zone) if self.zone else naive)

    def local(self, at: datetime) -> datetime:
        """Return a moment with the offset that the clock has then. Python compares moments of one zone by their hands alone."""
        local = at.astimezone(UTC).astimezone(self.zone)
        return local.replace(tzinfo=timezone(local.utcoffset() or timedelta(), local.tzname() or ""))

    def bars(self) -> list[datetime]:
        """Return when each hour of the day begins, or each day of the week."""
        if self.kind == "day":
            return list(self._every(timedelta(hours=1), self.end))
        return [self.midnight(self.first + timedelta(days=each)) for each in range(7)]

    def moments(self, until: datetime) -> list[datetime]:
        """Return when registered phones are counted, the last time at `until` or at the period's end."""
        last = min(until, self.end)
        if last < self.start:
            return []
        return [*self._every(STEPS[self.kind], last), self.local(last)]

    def _every(self, step: timedelta, end: datetime) -> Iterator[datetime]:
        """Yield moments from the start on, before the end. In UTC, as only there a sum is what passes."""
        at = self.start.astimezone(UTC)
        while at < end:
            yield self.local(at)
            at += step
