"""How long a unit of work waits for others that have locked what it needs."""

from __future__ import annotations

from typing import NamedTuple

OPTION = "patience"  # the execution option that has it


class Patience(NamedTuple):
    """In milliseconds. `lock`: for what others have locked."""

    lock: int


USUAL = Patience(lock=10_000)
# Of what may as well be left, such as noting that somebody has looked: nobody waits for it.
BRIEF = Patience(lock=500)
