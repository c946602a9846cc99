"""Phones that were adopted and that the database does not have: a backup of before was restored, say."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from models import audit
from models.extension import Extension
from models.number import by_size
from pbx.config.managed_files import ConfigOnDisk
from pbx.publishing import planning
from pbx.services import Services


def lost(services: Services, rows: Iterable[Extension], on_disk: ConfigOnDisk) -> list[str]:
    """Return the numbers that stand in no file any more, as their own lines are comments and Switchhook has none.

    Those that were deleted with /ext are not among them.
    """
    left = {
        number
        for number in planning.left_by(rows, on_disk)
        if number not in on_disk.blocks.endpoints and not on_disk.admin.endpoints(number)
    }
    return sorted(left - _deleted(services, left), key=by_size)


def _deleted(services: Services, numbers: Collection[str]) -> set[str]:
    last = audit.last_actions(services.database, numbers)
    return {number for number, action in last.items() if action == audit.DELETED}
