"""Works out the plan of this database for the files: to carry it out, or to look at what it would do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlmodel import col, select

from models import nat, transport
from models.extension import Extension
from pbx import pjsip
from pbx.config.managed_files import ConfigOnDisk, Provenance
from pbx.outbound_route import NOTHING_ASKED, CallsOut
from pbx.publishing import guard, plan
from pbx.publishing.desired import Inputs, RunningConflicts
from pbx.publishing.plan import Plan
from pbx.services import Services


def rows_of(services: Services) -> Sequence[Extension]:
    with services.database.session() as session:
        return session.exec(select(Extension).order_by(col(Extension.number))).all()


def left_by(rows: Iterable[Extension], on_disk: ConfigOnDisk) -> set[str]:
    """Return the numbers that were adopted and that none of these rows has: their own lines are comments."""
    return on_disk.admin.commented.keys() - {row.number for row in rows}


def plan_of(
    services: Services,
    rows: Sequence[Extension],
    on_disk: ConfigOnDisk,
    running: RunningConflicts,
    calls_out: CallsOut = NOTHING_ASKED,
) -> Plan:
    preserved = pjsip.preserved(on_disk.blocks.endpoints)
    with services.database.session() as session:
        addresses, binds = nat.current(session), transport.binds(session)
    inputs = Inputs(
        on_disk.admin,
        services.cipher.decrypt,
        preserved,
        running,
        addresses,
        binds,
        calls_out,
        on_disk.voicemail_obstacle,
    )
    return plan.build(rows, inputs, services.settings.extension_range, services.settings.sip_bind)


def has_work(todo: Plan, on_disk: ConfigOnDisk, have_rows: bool, ours: Provenance) -> bool:
    """Return whether rows wait, or the files or the running route have to change.

    A block is begun with the first extension, with NAT, or with a transport.
    """
    if todo.changes or not todo.calls_out.is_running:
        return True
    begins = have_rows or todo.has_transport_lines
    if on_disk.pjsip.block is None and on_disk.extensions.block is None and not begins:
        return False
    is_ours = all(file.is_of(ours) for file, _ in on_disk.texts(todo.blocks))
    return todo.blocks != on_disk.blocks or not is_ours or guard.is_later(ours, on_disk)
