"""What forbids a number or a setting to an extension, and what to know of one, by settings and files alone.

`on_disk` is None for files that cannot be read: publish() reports why.
"""

from __future__ import annotations

from models.extension import Extension
from models.extension_range import ExtensionRange
from pbx import outbound_route
from pbx.config.admin_dialplan import DialplanMatch
from pbx.config.managed_files import ConfigOnDisk
from pbx.errors import NumberTaken, Refusal
from pbx.outbound_route import ROUTES_CONTEXT
from pbx.publishing import outbound_refusals, plan, row_conflicts
from settings import Settings


def warnings(settings: Settings, row: Extension, on_disk: ConfigOnDisk | None) -> tuple[str, ...]:
    numbers, undo = settings.extension_range, f"if that was a slip: /ext delete {row.number}"
    outside = f"{row.number} is outside EXTENSION_RANGE ({numbers}); {undo}"
    until_now = [
        f"until now {match.exten} at {match.place} answered {row.number}, and now this phone does; {undo}"
        for match in reserving_patterns(row, on_disk, numbers)
    ]
    if row.number in numbers:
        return tuple(until_now)
    if settings.outbound_trunk and outbound_route.is_cut(row.number):
        called = row.number.removeprefix(outbound_route.PREFIX)
        until_now.append(
            f"until now {row.number} called {called} outside, and now this phone answers; {undo}"
        )
    return (*until_now, outside)


def refuse_reserved(settings: Settings, row: Extension, on_disk: ConfigOnDisk | None) -> None:
    """Refuse an emergency number, and one that the files leave no room for. Raises NumberTaken, Refusal."""
    if row.number in settings.emergency_numbers:
        raise NumberTaken(
            f"{row.number} is an emergency number, and an extension of that number would answer instead: take another, "
            "or, if it is none where your phones are, have it taken out of EMERGENCY_NUMBERS"
        )
    _refuse_beside_trunk(settings, row)
    if on_disk:
        refuse_conflicts(row, on_disk)


def _refuse_beside_trunk(settings: Settings, row: Extension) -> None:
    """Raise NumberTaken, Refusal for what would get in the way of calls out."""
    if settings.outbound_trunk is None:
        return
    if taken := outbound_refusals.of_number(row.number, settings.outbound_trunk, settings.emergency_numbers):
        raise NumberTaken(taken)
    refuse_own_context(settings, row)


def refuse_own_context(settings: Settings, row: Extension) -> None:
    if settings.outbound_trunk and row.context == ROUTES_CONTEXT:
        raise Refusal(outbound_refusals.OWN_CONTEXT)


def reserving_patterns(
    row: Extension, on_disk: ConfigOnDisk | None, numbers: ExtensionRange
) -> list[DialplanMatch]:
    return plan.reserving_patterns(row, on_disk.admin, numbers) if on_disk else []


def refuse_reserved_by_pattern(row: Extension, on_disk: ConfigOnDisk | None, numbers: ExtensionRange) -> None:
    """Raise NumberTaken for what a pattern of the administrator's answers today."""
    for match in reserving_patterns(row, on_disk, numbers):
        raise NumberTaken(f"{row.number} is answered by {match.exten} at {match.place}: take another number")


def refuse_conflicts(row: Extension, on_disk: ConfigOnDisk) -> None:
    if taken := row_conflicts.hand_written_conflict(row, on_disk.admin):
        adopt = f"; /ext adopt {row.number} shows how that phone becomes Switchhook's"
        raise NumberTaken(f"{taken}{adopt if on_disk.admin.endpoints(row.number) else ''}")
    if lacking := row_conflicts.missing_transport(row, on_disk.admin):
        raise Refusal(lacking)
