"""Removes from the running dialplan what leaves the file, and reloads it where AMI's own actions do not suffice."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

from models.extension_range import ExtensionRange
from pbx import dialplan
from pbx.ami_client import Client
from pbx.config.admin_config import AdminConfig
from pbx.config.managed_files import ConfigOnDisk
from pbx.dialplan import Exten
from pbx.outbound_route import PREFIX, ROUTES_CONTEXT, OutboundRoute
from pbx.publishing import plan
from pbx.publishing.plan import Plan
from pbx.publishing.reloads import reload_dialplan

log = logging.getLogger("switchhook.publish")

ANY_CALL = f"{PREFIX}0000000"  # matches the route's pattern


def remove_stale(asterisk: Client, todo: Plan, on_disk: ConfigOnDisk) -> None:
    """Remove what leaves the block from the running dialplan. Raises AsteriskUnavailable."""
    stale = plan.stale_extens(todo, on_disk.blocks, on_disk.admin)
    asterisk.ask_all(dialplan.remove_action(context, exten) for context, exten in stale)
    _remove_own_priorities(asterisk, plan.shared_extens(todo, on_disk.blocks, on_disk.admin), on_disk.admin)


def _remove_own_priorities(asterisk: Client, extens: Sequence[Exten], admin: AdminConfig) -> None:
    """Keep what is not as Switchhook adds it, and every priority that extensions.conf has by hand.

    A hint beside one of pjsip_wizard.conf must go: once the wizard's is removed, it makes Asterisk crash at the
    next reload of the dialplan.
    """
    answers = asterisk.ask_all(dialplan.show_action(exten.context, exten.exten) for exten in extens)
    asterisk.ask_all(
        dialplan.remove_action(exten.context, exten.exten) | {"Priority": priority}
        for exten, events in zip(extens, answers, strict=True)
        for priority in sorted(
            exten.own_priorities(events) - admin.dialplan.priorities(exten.exten, exten.context)
        )
    )


def reload_if_needed(asterisk: Client, todo: Plan, on_disk: ConfigOnDisk, numbers: ExtensionRange) -> None:
    """Reload it to restore the administrator's steps, or for an include, the range's or the route's.

    AMI can do neither. The range's include is missing at the first extension of all, and after an update from a version
    without it. The administrator's steps may have lost to Switchhook's when the file that had both was loaded.
    Raises AsteriskUnavailable.
    """
    if must_reload(asterisk, todo, on_disk, numbers):
        reload_dialplan(asterisk)
        for missing in _missing(asterisk, todo, numbers):
            log.warning("the running dialplan does not have %s, though the file does", missing)


def must_reload(asterisk: Client, todo: Plan, on_disk: ConfigOnDisk, numbers: ExtensionRange) -> bool:
    if plan.drops_steps(todo, on_disk.blocks) or plan.changes_route(todo, on_disk.blocks):
        return True
    return any(_missing(asterisk, todo, numbers))


def _missing(asterisk: Client, todo: Plan, numbers: ExtensionRange) -> Iterator[str]:
    if todo.patterns and not _includes_patterns(asterisk, numbers):
        yield "the range's patterns"
    if todo.calls_out.route and not has_route(asterisk, todo.calls_out.route):
        yield "the route for calls out"


def has_route(asterisk: Client, route: OutboundRoute) -> bool:
    """Return whether every context of the route reaches all of it. Raises AsteriskUnavailable."""
    extens = route.extens()
    steps = asterisk.ask_all(dialplan.show_action(exten.context, exten.exten) for exten in extens)
    reached = asterisk.ask_all(dialplan.show_action(context, ANY_CALL) for context in route.contexts)
    return all(exten.is_shown(events) for exten, events in zip(extens, steps, strict=True)) and all(
        any(event.get("Context") == ROUTES_CONTEXT for event in events) for events in reached
    )


def _includes_patterns(asterisk: Client, numbers: ExtensionRange) -> bool:
    return dialplan.is_range_included(asterisk.ask_all([dialplan.range_action(numbers.first)])[0])
