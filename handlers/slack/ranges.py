"""Pure: a long list of extensions in ranges of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

LONG = 20  # lines that need no headings
STEPS = [size * 10**power for power in range(1, 20) for size in (5, 10)]  # 50, 100, 500, 1000, …
MEMBERS = 5  # of a range, on average


def headed(lines: Sequence[tuple[str, str]], most: int) -> list[str]:
    """Return lines, each of a number, in order of number; with `*100–149*` above each range if the whole list is long.

    `most`: how many the whole list has, of which this is a page. Where numbers lie far apart, ranges are wider.
    """
    step = _step([number for number, _ in lines]) if most > LONG else None
    if step is None:
        return [line for _, line in lines]
    groups = groupby(lines, key=lambda each: _range(each[0], step))
    return [text for name, each in groups for text in (f"*{name}*", *(line for _, line in each))]


def _step(numbers: Sequence[str]) -> int | None:
    """Return the first step whose ranges have enough members; None: there is none."""
    enough = (
        step for step in STEPS if len({_range(each, step) for each in numbers}) * MEMBERS <= len(numbers)
    )
    return next(enough, None)


def _range(number: str, step: int) -> str:
    """Return `100–149`; numbers with a zero in front keep it."""
    first = int(number) // step * step
    least = 0 if number.startswith("0") or len(number) < len(str(step)) else 10 ** (len(number) - 1)
    return f"{max(first, least):0{len(number)}}–{min(first + step, 10 ** len(number)) - 1:0{len(number)}}"
