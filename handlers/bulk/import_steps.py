"""Pure: how far an import has come, as a share of the whole and in words."""

from __future__ import annotations

from typing import NamedTuple


class Stretch(NamedTuple):
    """A step: from where to where of 100 it leads, and what is done in it."""

    begin: int
    end: int
    words: str


# By the names that importing.py and pbx/publishing/progress.py give the steps; as long as they take for 10,000 rows.
STEPS = {
    "checking": Stretch(0, 15, "Checking each row once more"),
    "saving": Stretch(15, 20, "Saving all rows"),
    "waiting": Stretch(20, 33, "Saved. Comparing with Asterisk's files"),
    "writing": Stretch(33, 35, "Saved. Writing Asterisk's files"),
    "reloading": Stretch(35, 75, "Saved. Asterisk loads its files"),
    "verifying": Stretch(75, 100, "Saved. Asking Asterisk for every value"),
}


def percent(step: str, done: int, total: int) -> int:
    """Return how much of the whole is done."""
    stretch = STEPS.get(step)
    if stretch is None:
        return 0
    share = min(done / total, 1.0) if total else 0.0
    return stretch.begin + int(share * (stretch.end - stretch.begin))


def words(step: str) -> str:
    return STEPS[step].words if step in STEPS else "Beginning"
