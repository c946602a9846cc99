"""How far a publish has come, for whoever waits for thousands of extensions."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum


class Step(StrEnum):
    """What is being done, in this order."""

    WRITING = "writing"  # the files
    RELOADING = "reloading"  # Asterisk loads them
    VERIFYING = "verifying"  # Asterisk is asked for every value


# Takes the step, and how many extensions of how many are through it
Told = Callable[[Step, int, int], None]


def untold(_step: Step, _done: int, _total: int) -> None:
    """Tell nobody."""
