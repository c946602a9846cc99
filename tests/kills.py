"""At how many places of a run a process is killed: a few in the suite, many with `make kills`."""

from __future__ import annotations

import os

MORE = int(os.environ.get("MORE_KILLS", "1"))


def places(steps: int, few: int) -> list[int]:
    """Places from 1 on, spread over the whole run: `few`, or as many times that as MORE_KILLS says, as far as there are steps.

    None is at the very end: one run may have a few steps less than another.
    """
    count = few * MORE
    return sorted({1 + steps * turn // count for turn in range(count)} - {steps})
