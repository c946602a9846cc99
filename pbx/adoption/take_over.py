"""What a take-over does for phones that were written by hand: they come back instead of going."""

from __future__ import annotations

from models.actor import Actor
from models.number import by_size
from pbx import config_files
from pbx.adoption import release
from pbx.config import reader
from pbx.publishing import plan, planning, results
from pbx.publishing.desired import RunningConflicts
from pbx.services import Services


def give_back(services: Services, *, by: Actor, typed: str) -> None:
    """Give their own lines back to those of which a take-over would take Switchhook's away.

    Others whose lines are comments stay so: they may have been locked out. `typed`: what root is to type where this process
    may not replace the files.
    Raises Refusal, AsteriskUnavailable, ConfigFileError.
    """
    with config_files.locked(services.settings.asterisk_config_dir):
        rows, on_disk = planning.rows_of(services), reader.read(services.settings)
        numbers = sorted(planning.left_by(rows, on_disk) & on_disk.blocks.endpoints.keys(), key=by_size)
        if not numbers:
            return
        # The blocks are written as a whole: who else changes by that is verified, and locked out, as if published.
        todo = planning.plan_of(services, rows, on_disk, RunningConflicts())
        results.mark_pending(services, plan.drifted(rows, todo, on_disk.blocks, on_disk.admin))
        release.give_back(services, numbers, by=by, typed=typed, take_over=True)
