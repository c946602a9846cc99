"""Pure: why a context cannot have the route for calls out: callers from outside could use it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pbx.config.admin_config import joined
from pbx.config.admin_dialplan import AdminDialplan
from pbx.config.exten_patterns import Pattern, pattern
from pbx.outbound_route import PATTERN, PREFIX
from pbx.publishing.dialplan_jumps import CALLS, SOME_CONTEXT, TAKES_DIGITS, Step
from pbx.publishing.stranger_calls import Outsiders, Place

ROUTE = pattern(PATTERN)
COST = f"and whoever calls from outside could dial {PREFIX}… at your cost"
OF_ITS_OWN = "a context of its own, such as context=from-trunk, with your own numbers in it"
STAFF = (
    "have the phones that may call out in a context of their own (OUTBOUND_CONTEXTS=staff: docs/trunks.md)"
)


def refusals(context: str, strangers: Iterable[Place], dialplan: AdminDialplan) -> Iterator[str]:
    """Yield why, for each kind of strangers the first of the ways in which they get there."""
    told = set()
    for place in strangers:
        is_there = place.searched in (context, SOME_CONTEXT) or dialplan.reaches(place.searched, context)
        if is_there and _is_route(place.numbers) and place.outsiders not in told:
            told.add(place.outsiders)
            way, remedy = _way(place, context, dialplan)
            yield f"{_by(place.outsiders)} come into [{place.outsiders.context}], {way}{COST}: {remedy}"


def _is_route(numbers: Pattern) -> bool:
    """Return whether the caller chooses among numbers of which at least one is the route's."""
    return numbers.only is None and numbers.common(ROUTE) is not None


def _by(outsiders: Outsiders) -> str:
    open_to_all = "" if outsiders.are_trunks else " (which anybody may call as, for want of auth=)"
    plural = "s" if len(outsiders.names) > 1 else ""
    return f"calls from outside by the endpoint{plural} {joined(outsiders.names)}{open_to_all}"


def _way(place: Place, context: str, dialplan: AdminDialplan) -> tuple[str, str]:
    """Return how the calls get there, and what to do about it."""
    if place.searched not in (context, SOME_CONTEXT):
        return _include(place, place.searched, context)
    if place.step is None:
        password = "" if place.outsiders.are_trunks else "a password (auth=, and a section of type=auth), or "
        which = "each" if len(place.outsiders.names) > 1 else "that endpoint"
        return "", f"give {which} {password}{OF_ITS_OWN}, or {STAFF}"
    here = place.step.get("Context", "")
    if "IncludeContext" in place.step:
        return _include(place, here, context)
    exten, application = place.step.get("Extension", ""), place.step.get("Application", "")
    written = "".join(f" ({each})" for each in dialplan.places(exten, here)[:1])
    way = f"{_from(place, here)}where {exten} goes on to {application}{written} with a number of the caller's choice, "
    return way, f"{_instead(place.step)}, or {STAFF}"


def _include(place: Place, here: str, context: str) -> tuple[str, str]:
    way = f"{_from(place, here)}which includes {context}, "
    return way, f"take that include out of [{here}], or {STAFF}"


def _from(place: Place, here: str) -> str:
    return "" if here == place.outsiders.context else f"and get to [{here}], "


def _instead(step: Step) -> str:
    application = step.get("Application", "").lower()
    if application in TAKES_DIGITS:
        return "move those steps into a context that does not have the route"
    if application in CALLS and "Local/" not in step.get("AppData", ""):
        return "take the option T out there"
    return (
        f"name your own numbers there, one by one or by a pattern that cannot begin with {PREFIX}, instead of a pattern "
        "that any number fits or a variable"
    )
