"""Pure: axes with round numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

MOST_STEPS = 4
LEAST_TOP = 4  # one call is not to look like many


@dataclass(frozen=True)
class Counts:
    """An axis of counts from 0 on, upwards from `bottom` for `height` units."""

    top: int  # the count at its upper end
    step: int
    bottom: float
    height: float

    @classmethod
    def for_most(cls, most: int, bottom: float, height: float) -> Counts:
        """Return an axis with few round numbers that has room for the greatest count."""
        step = _round_up(max(1, math.ceil(most / MOST_STEPS)))
        return cls(max(LEAST_TOP, math.ceil(most / step) * step), step, bottom, height)

    @property
    def marks(self) -> list[int]:
        return list(range(0, self.top + 1, self.step))

    def y(self, count: float) -> float:
        return self.bottom - self.height * count / self.top


def _round_up(step: int) -> int:
    """Return the next of 1, 2, 5, 10, 20, 50 and so on."""
    power = 1
    while True:
        for factor in (1, 2, 5):
            if factor * power >= step:
                return factor * power
        power *= 10


@dataclass(frozen=True)
class Times:
    """An axis of time, from `left` on for `width` units."""

    start: datetime
    end: datetime
    left: float
    width: float

    @property
    def right(self) -> float:
        return self.left + self.width

    def x(self, at: datetime) -> float:
        return self.left + self.width * ((at - self.start) / (self.end - self.start))
