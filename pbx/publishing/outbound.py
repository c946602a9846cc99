"""Decides, by the files and by what Asterisk shows, whether the route for calls out is written, and into which contexts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from models.extension import Extension
from pbx import outbound_route, pjsip
from pbx.ami import connected
from pbx.ami_client import Client
from pbx.ami_messages import Message
from pbx.config import reader
from pbx.config.exten_patterns import Pattern, pattern
from pbx.config.managed_files import ConfigOnDisk
from pbx.errors import AsteriskUnavailable
from pbx.outbound_route import NOTHING_ASKED, ROUTES_CONTEXT, CallsOut, OutboundRoute
from pbx.publishing import outbound_refusals, planning, running_dialplan
from pbx.publishing.outbound_refusals import Seen
from pbx.publishing.stranger_calls import Outsiders, reached
from pbx.services import Services
from settings import Settings

ANONYMOUS = "anonymous"  # the endpoint that Asterisk takes for callers whom it does not know


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
    """Ask Asterisk, and decide. Raises AsteriskUnavailable."""
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
    found = [
        f"[{context}] has no route, because {each}"
        for context, refused in refusals.items()
        for each in refused
    ]
    numbers = {row.number for row in rows}
    found += outbound_refusals.warnings(
        settings.emergency_numbers, numbers, settings.extension_range, contexts, admin
    )
    route = OutboundRoute(asked_for.trunk, contexts, asked_for.emergency_numbers) if contexts else None
    return route, tuple(found)


def _look(asterisk: Client, route: OutboundRoute, on_disk: ConfigOnDisk) -> Seen:
    """Ask Asterisk for what decides. Raises AsteriskUnavailable."""
    has_trunk = _exists(asterisk.ask_all([pjsip.show_action(route.trunk)])[0], route.trunk)
    outsiders = _outsiders(asterisk, route.trunk) if has_trunk else []
    return Seen(
        has_trunk=has_trunk,
        strangers=list(reached(outsiders, _RunningDialplan(asterisk, on_disk.blocks.extens).steps)),
        routes=list(_foreign(asterisk, route, on_disk)),
    )


def _outsiders(asterisk: Client, trunk: str) -> list[Outsiders]:
    """Return endpoints whose calls may be a stranger's: Asterisk asks for no password, or they lead to a provider.

    Raises AsteriskUnavailable where the trunk, which is there, is not listed: then others may lack, too.
    """
    listed = {event.get("ObjectName", ""): event for event in asterisk.listed("PJSIPShowEndpoints")}
    if trunk not in listed:
        raise AsteriskUnavailable(f"Asterisk does not list its endpoints: {trunk} is missing")
    trunks = {name for name, event in listed.items() if event.get("OutboundAuths")} | {trunk, ANONYMOUS}
    asked = [name for name, event in listed.items() if name in trunks or not event.get("Auths")]
    found: dict[tuple[str, bool], list[str]] = {}
    for name, events in zip(asked, asterisk.ask_all(map(pjsip.show_action, asked)), strict=True):
        for event in events:
            if event.get("Event") == "EndpointDetail":
                found.setdefault((event["Context"], name in trunks), []).append(name)
    return [Outsiders(context, tuple(names), is_trunk) for (context, is_trunk), names in found.items()]


class _RunningDialplan:
    """What Asterisk has: each context is asked for once, when a call gets there."""

    def __init__(self, asterisk: Client, own: Collection[tuple[str, str]]) -> None:
        """`own`: Switchhook's own extens, whose steps lead nowhere else."""
        self._asterisk = asterisk
        self._own = own
        self._contexts: dict[str, _Context] = {}

    def steps(self, context: str, numbers: Pattern) -> list[Message]:
        """Return the steps for any of the numbers, and the includes. Raises AsteriskUnavailable."""
        if (context, numbers.only) in self._own:
            return []
        if context not in self._contexts:
            action = {"Action": "ShowDialPlan", "Context": context}
            self._contexts[context] = _Context(self._asterisk.ask_all([action])[0])
        return self._contexts[context].steps(numbers)


class _Context:
    """A context of the running dialplan, of which one among thousands of extens is found soon."""

    def __init__(self, events: Iterable[Message]) -> None:
        self._includes: list[Message] = []
        self._extens: dict[str, list[Message]] = {}
        for event in events:
            if "IncludeContext" in event:
                self._includes.append(event)
            elif exten := event.get("Extension"):
                self._extens.setdefault(exten, []).append(event)
        self._patterns = [exten for exten in self._extens if exten.startswith("_")]

    def steps(self, numbers: Pattern) -> list[Message]:
        extens = self._extens if numbers.only is None else (numbers.only, *self._patterns)
        answering = [exten for exten in extens if pattern(exten).common(numbers)]
        return self._includes + [step for exten in answering for step in self._extens.get(exten, [])]


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
