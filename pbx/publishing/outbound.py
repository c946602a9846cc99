"""Decides, by the files and by what Asterisk shows, whether the route for calls out is written, and into which contexts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from models.extension import Extension
from pbx import outbound_route, pjsip
from pbx.ami import connected
from pbx.ami_client import Client
from pbx.ami_messages import Message
from pbx.config import reader
from pbx.config.managed_files import ConfigOnDisk
from pbx.errors import AsteriskUnavailable
from pbx.outbound_route import NOTHING_ASKED, ROUTES_CONTEXT, CallsOut, OutboundRoute
from pbx.publishing import outbound_refusals, planning, running_dialplan
from pbx.publishing.outbound_refusals import ANONYMOUS, Outsiders, Seen
from pbx.services import Services
from settings import Settings

MAX_CONTEXTS = 50  # that are looked through for where callers from outside get


def problems(services: Services) -> tuple[str, ...]:
    """Return why calls out are not as the settings ask. Raises AsteriskUnavailable, ConfigFileError."""
    if services.settings.outbound_trunk is None:
        return ()
    return look(services, reader.read(services.settings)).problems


def look(services: Services, on_disk: ConfigOnDisk) -> CallsOut:
    """Return what publish() would decide now. Raises AsteriskUnavailable."""
    return _ask(services.settings, planning.rows_of(services), on_disk)


def decide(settings: Settings, rows: Sequence[Extension], on_disk: ConfigOnDisk) -> CallsOut:
    """Decide on the route; the lines stay as they are where Asterisk cannot be asked."""
    try:
        return _ask(settings, rows, on_disk)
    except AsteriskUnavailable:
        return CallsOut(outbound_route.written(on_disk.blocks.extensions))


def _ask(settings: Settings, rows: Sequence[Extension], on_disk: ConfigOnDisk) -> CallsOut:
    """Raises AsteriskUnavailable."""
    if settings.outbound_trunk is None:
        return NOTHING_ASKED
    whole = tuple(dict.fromkeys(filter(outbound_route.is_cut, settings.emergency_numbers)))
    asked_for = OutboundRoute(settings.outbound_trunk, settings.outbound_contexts, whole)
    with connected(settings) as asterisk:
        route, found = _allowed(asked_for, rows, on_disk, _look(asterisk, asked_for, on_disk), settings)
        is_written = route == outbound_route.written(on_disk.blocks.extensions)
        is_lost = route is not None and is_written and not running_dialplan.has_route(asterisk, route)
        return CallsOut(route, found, is_running=not is_lost)


def _allowed(
    asked_for: OutboundRoute,
    rows: Sequence[Extension],
    on_disk: ConfigOnDisk,
    seen: Seen,
    settings: Settings,
) -> tuple[OutboundRoute | None, tuple[str, ...]]:
    """Return the route for the contexts that may have it, and why others may not, or none."""
    admin = on_disk.admin.dialplan
    if refused := tuple(outbound_refusals.of_all(asked_for.trunk, rows, admin, seen)):
        return None, refused
    refusals = {
        context: list(outbound_refusals.of_context(context, admin, seen)) for context in asked_for.contexts
    }
    contexts = tuple(context for context, refused in refusals.items() if not refused)
    found = [f"[{context}] has no route: {each}" for context, refused in refusals.items() for each in refused]
    numbers = {row.number for row in rows}
    found += outbound_refusals.warnings(
        settings.emergency_numbers, numbers, settings.extension_range, contexts, admin
    )
    route = OutboundRoute(asked_for.trunk, contexts, asked_for.emergency_numbers) if contexts else None
    return route, tuple(found)


def _look(asterisk: Client, route: OutboundRoute, on_disk: ConfigOnDisk) -> Seen:
    """Ask Asterisk for what decides. Raises AsteriskUnavailable."""
    names = (route.trunk, ANONYMOUS)
    answers = dict(zip(names, asterisk.ask_all(map(pjsip.show_action, names)), strict=True))
    return Seen(
        has_trunk=_exists(answers[route.trunk], route.trunk),
        outsiders=[
            Outsiders(name, event["Context"], _steps_from(asterisk, event["Context"], route.contexts))
            for name, events in answers.items()
            for event in events
            if event.get("Event") == "EndpointDetail"
        ],
        routes=list(_foreign(asterisk, route, on_disk)),
    )


def _exists(answer: Sequence[Message], name: str) -> bool:
    """Return whether Asterisk has the endpoint. Raises AsteriskUnavailable where it does not say."""
    if answer[0].get("Response") == "Success":
        return True
    message = answer[0].get("Message", "").strip()
    if name not in message:
        raise AsteriskUnavailable(f"Asterisk does not say whether it has the endpoint {name}: {message}")
    return False


def _foreign(asterisk: Client, route: OutboundRoute, on_disk: ConfigOnDisk) -> Iterator[Message]:
    """Yield what the running dialplan has in a context of the route's name that is not Switchhook's."""
    action = {"Action": "ShowDialPlan", "Context": ROUTES_CONTEXT}
    for event in asterisk.ask_all([action])[0]:
        name = event.get("Extension", "")
        is_ours = any(exten.own_priorities([event]) for exten in route.extens())
        if name and not is_ours and (ROUTES_CONTEXT, name) not in on_disk.blocks.extens:
            yield event


def _steps_from(asterisk: Client, context: str, ends: Sequence[str]) -> list[Message]:
    """Return what the running dialplan has in a context and in those that it includes; those of `ends` are not looked into."""
    found: list[Message] = []
    waiting, seen = [context], {*ends}
    while waiting and len(seen) < MAX_CONTEXTS:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            steps = asterisk.ask_all([{"Action": "ShowDialPlan", "Context": name}])[0]
            found += steps
            waiting += [event["IncludeContext"] for event in steps if "IncludeContext" in event]
    return found
