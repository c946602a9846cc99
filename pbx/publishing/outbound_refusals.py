"""Pure: why the route for calls out may not be written, as a whole or into one context; sentences for people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from models.extension import Extension
from models.extension_range import ExtensionRange
from pbx.config.admin_config import joined
from pbx.config.admin_dialplan import AdminDialplan
from pbx.config.exten_patterns import pattern
from pbx.outbound_route import PREFIX, ROUTES_CONTEXT

Step = Mapping[str, str]  # an event of ShowDialPlan
OWN_CONTEXT = (
    f"Switchhook writes {ROUTES_CONTEXT} for OUTBOUND_TRUNK; take another, such as context=from-internal"
)
ANONYMOUS = "anonymous"  # the endpoint that Asterisk takes for callers whom it does not know


@dataclass(frozen=True)
class Outsiders:
    """An endpoint that strangers' calls come in by, and where they get from its context in the running dialplan."""

    endpoint: str
    context: str
    steps: Sequence[
        Step
    ] = ()  # of its context and of those that it includes, up to the contexts of the route

    def includes(self, context: str) -> bool:
        return any(step.get("IncludeContext") == context for step in self.steps)

    def passed_on_to(self, context: str) -> Step | None:
        """Return a step that goes on in a context with whatever number was dialled, one with a 9 among them."""
        return next(
            (
                step
                for step in self.steps
                if {context, "${EXTEN}"} <= _words(step.get("AppData", "")) and _takes_prefix(step)
            ),
            None,
        )


def _words(data: str) -> set[str]:
    """Split `from-internal,${EXTEN},1` and `Local/${EXTEN}@from-internal/n`."""
    for mark in "/@&()":
        data = data.replace(mark, ",")
    return set(data.split(","))


def _takes_prefix(step: Step) -> bool:
    """Return whether the step's exten is a pattern that matches the prefix with a number behind it."""
    exten = step.get("Extension", "")
    if not exten.startswith("_"):
        return False
    found = pattern(exten)
    is_long = bool(found.tail) or len(found.positions) > len(PREFIX) + 1
    return is_long and (not found.positions or PREFIX in found.positions[0])


@dataclass(frozen=True)
class Seen:
    """What Asterisk shows."""

    has_trunk: bool
    outsiders: Sequence[Outsiders] = ()
    routes: Sequence[Step] = field(default_factory=list)  # steps of a context that has the route's name


def of_number(number: str, trunk: str, emergency_numbers: Collection[str]) -> str | None:
    """Return why no new extension may have this number beside a trunk."""
    if number == trunk:
        return f"{number} is OUTBOUND_TRUNK, which calls out go through: take another"
    if number.removeprefix(PREFIX) in emergency_numbers and number.startswith(PREFIX):
        return (
            f"who dials {PREFIX} and the emergency number {number.removeprefix(PREFIX)} would call that extension: take "
            "another"
        )
    return None


def of_all(trunk: str, rows: Iterable[Extension], dialplan: AdminDialplan, seen: Seen) -> Iterator[str]:
    """Yield why there can be no route at all."""
    for row in rows:
        if row.number == trunk:
            yield f"{trunk} is an extension of Switchhook's and no trunk: name your trunk's endpoint in OUTBOUND_TRUNK"
        elif row.context == ROUTES_CONTEXT:
            yield f"{row.number} has the context {ROUTES_CONTEXT}: {OWN_CONTEXT}"
    if place := dialplan.place_of(ROUTES_CONTEXT):
        yield (
            f"{place} has [{ROUTES_CONTEXT}] already, and Switchhook adds nothing to it: rename yours, or take it out "
            "for Switchhook's, or leave OUTBOUND_TRUNK empty and keep yours"
        )
    elif places := dialplan.includes_of(ROUTES_CONTEXT):
        yield (
            f"{joined(places)} includes {ROUTES_CONTEXT}, which would put the route before what follows there: take that "
            "line out; Switchhook includes it last, in the contexts of OUTBOUND_CONTEXTS"
        )
    elif seen.routes:
        yield _running(seen.routes[0])
    if not seen.has_trunk:
        yield (
            f"Asterisk has no endpoint {trunk}, which OUTBOUND_TRUNK names: "
            'asterisk -rx "pjsip show endpoints" lists those that it has'
        )


def _running(step: Step) -> str:
    return (
        f"the running dialplan already has {step.get('Extension')}@{ROUTES_CONTEXT}, put there by "
        f'{step.get("Registrar")}: take it out there (then: asterisk -rx "dialplan reload"), or leave OUTBOUND_TRUNK '
        "empty and keep yours"
    )


def of_context(context: str, dialplan: AdminDialplan, seen: Seen) -> Iterator[str]:
    """Yield why this context cannot have the route: strangers would get it, or it would outrank the administrator's."""
    for each in seen.outsiders:
        yield from _toll_fraud(context, each, dialplan)
    if place := dialplan.late_include(context):
        yield (
            f"{place} includes another context into [{context}] below Switchhook's lines, and the route would come before "
            "that: move the line above them"
        )
    if later := dialplan.searched_after(context):
        including, other, place = later
        yield (
            f"[{including}] includes {context} before {other} ({place}), and the route would come before {other}: "
            f"include {context} last there"
        )


def _toll_fraud(context: str, outsiders: Outsiders, dialplan: AdminDialplan) -> Iterator[str]:
    by = f"calls from outside by the endpoint {outsiders.endpoint} come into [{outsiders.context}]"
    cost = f"whoever calls from outside could dial {PREFIX}… at your cost"
    if outsiders.context == context:
        yield (
            f"{by}, and {cost}: give that endpoint a context of its own, such as context=from-trunk, with your own "
            "numbers in it"
        )
    elif dialplan.reaches(outsiders.context, context) or outsiders.includes(context):
        yield f"{by}, which includes {context}, and {cost}: take that include out of [{outsiders.context}]"
    elif step := outsiders.passed_on_to(context):
        yield (
            f"{by}, where {step.get('Extension')} goes on to {step.get('Application')}({step.get('AppData')}), and {cost}: "
            "name your own numbers there instead of a pattern that any number fits"
        )


def warnings(
    emergency_numbers: Iterable[str],
    numbers: Collection[str],
    extension_range: ExtensionRange,
    contexts: Iterable[str],
    dialplan: AdminDialplan,
) -> Iterator[str]:
    """Yield which emergency calls Switchhook's own lines keep from a route that is written."""
    emergency_numbers = list(emergency_numbers)
    dialled = [*emergency_numbers, *(PREFIX + number for number in emergency_numbers)]
    dialled = [number for number in dialled if number.startswith(PREFIX)]
    for number in dialled:
        if number in numbers:
            yield f"extension {number} answers who calls for help with {number}: give it another number"
    hidden = [
        number
        for number in dialled
        if number in extension_range and number not in numbers
        if not all(dialplan.answer(number, context) for context in contexts)
    ]
    if hidden:
        yield (
            f"EXTENSION_RANGE ({extension_range}) has {', '.join(hidden)}, and its pattern comes before the route: have "
            "your own dialplan answer them, or EXTENSION_RANGE changed"
        )
