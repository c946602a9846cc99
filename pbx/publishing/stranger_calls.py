"""Pure: where calls get to that anybody may make, by the includes and jumps of the running dialplan and by digits dialled."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pbx.config.exten_patterns import ANY_NUMBER, Pattern, pattern
from pbx.publishing import dialplan_jumps
from pbx.publishing.dialplan_jumps import Step

Look = Callable[[str, Pattern], Sequence[Step]]


@dataclass(frozen=True)
class Outsiders:
    """Endpoints of one context that are trunks, or whose calls Asterisk asks for no password."""

    context: str
    names: Sequence[str]
    are_trunks: bool = True  # False: phones and the like


@dataclass(frozen=True)
class Place:
    """A context that strangers' calls come into, and what may be dialled there."""

    outsiders: Outsiders  # that they come in by
    context: str  # of the call
    searched: str  # the same, or one that it includes
    numbers: Pattern = ANY_NUMBER
    step: Step | None = None  # that led here; None: it is the endpoint's context


def reached(outsiders: Iterable[Outsiders], look: Look) -> Iterator[Place]:
    """Yield every place that their calls get to, the nearest first; `look` returns a context's steps for numbers."""
    waiting = deque(Place(each, each.context, each.context) for each in outsiders)
    seen = set()
    while waiting:
        place = waiting.popleft()
        key = place.context, place.searched, place.numbers, place.step is None and place.outsiders.are_trunks
        if key not in seen:
            seen.add(key)
            yield place
            for step in look(place.searched, place.numbers):
                waiting += _next(place, step)


def _next(place: Place, step: Step) -> Iterator[Place]:
    if included := step.get("IncludeContext"):
        yield replace(place, searched=included, step=step)
    else:
        dialled = pattern(step.get("Extension", "")).common(place.numbers) or ANY_NUMBER
        for context, numbers in dialplan_jumps.targets(step, place.context, dialled):
            yield Place(place.outsiders, context, context, numbers, step)
