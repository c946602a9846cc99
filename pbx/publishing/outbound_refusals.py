"""Pure: why the route for calls out may not be written, as a whole or into one context; sentences for people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from models.extension import Extension
from models.extension_range import ExtensionRange
from pbx.config.admin_config import joined
from pbx.config.admin_dialplan import AdminDialplan
from pbx.outbound_route import PREFIX, ROUTES_CONTEXT
from pbx.publishing import toll_fraud
from pbx.publishing.dialplan_jumps import Step
from pbx.publishing.stranger_calls import Place

OWN_CONTEXT = (
    f"Switchhook writes {ROUTES_CONTEXT} for OUTBOUND_TRUNK; take another, such as context=from-internal"
)


@dataclass(frozen=True)
class Seen:
    """What Asterisk shows."""

    has_trunk: bool
    strangers: Sequence[Place] = ()  # where calls get that are asked for no password
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
            "write its sections as docs/trunks.md has them, or have OUTBOUND_TRUNK name another "
            '(asterisk -rx "pjsip show endpoints" lists those that it has), or nothing'
        )


def _running(step: Step) -> str:
    return (
        f"the running dialplan already has {step.get('Extension')}@{ROUTES_CONTEXT}, put there by "
        f'{step.get("Registrar")}: take it out there (then: asterisk -rx "dialplan reload"), or leave OUTBOUND_TRUNK '
        "empty and keep yours"
    )


def of_context(context: str, dialplan: AdminDialplan, seen: Seen) -> Iterator[str]:
    """Yield why this context cannot have the route: strangers would get it, or it would outrank the administrator's."""
    yield from toll_fraud.refusals(context, seen.strangers, dialplan)
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
