"""What publishing would do to the phones in the files, looked at without doing it."""

from __future__ import annotations

from collections.abc import Callable

from sqlmodel import select

from command_lines import as_user
from models.extension import Extension
from pbx.config import reader
from pbx.config.managed_files import ConfigOnDisk
from pbx.errors import ConfigFileError
from pbx.publishing import guard, identity, planning
from pbx.publishing.desired import RunningConflicts
from pbx.publishing.guard import Effect
from pbx.services import Services
from pbx.settling import notice

_UNTIL = "Nothing is written to Asterisk until "
_SETTLE = f"somebody says which counts: on the server, {as_user('flask settle')} shows what differs, and asks"
SETTLE = f"{_UNTIL}{_SETTLE}"
OTHER = f"{_UNTIL}DATABASE_URL names the database that wrote them, or, if it is to be this one, {_SETTLE}"


def conflict(services: Services) -> str | None:
    """Return why publish() refuses; None when it does not. Raises ConfigFileError."""
    return _conflict(services, reader.read(services.settings))


def why_blocked(services: Services) -> str | None:
    """Return why publish() writes nothing at all; None when it does."""
    try:
        return conflict(services)
    except ConfigFileError as error:
        return str(error)


def preview(services: Services) -> tuple[str | None, Effect]:
    """Return why publish() refuses, if it does, and what would become of each phone. Raises ConfigFileError."""
    on_disk = reader.read(services.settings)
    return _conflict(services, on_disk), _effect(services, on_disk)


def _conflict(services: Services, on_disk: ConfigOnDisk) -> str | None:
    ours = identity.current(services.database)
    with services.database.session() as session:
        numbers = session.exec(select(Extension.number)).all()
    conflict = guard.conflict(ours, numbers, on_disk, lambda: _effect(services, on_disk))
    return with_remedy(services, conflict, lambda: _effect(services, on_disk))


def with_remedy(services: Services, conflict: str | None, would: Callable[[], Effect]) -> str | None:
    """Return why nothing is published, and what to do about it; None: it is.

    After an older state was put back that is the reason, also where no phone differs. `would`: as in guard.conflict().
    """
    if unsettled := notice.reason(services):
        with services.database.session() as session:
            begun = notice.begun(session)
        remedy = f"{_UNTIL}it is: on the server, {as_user(begun.command)} carries it out" if begun else SETTLE
        return f"{': '.join(filter(None, (unsettled, str(would()))))}. {remedy}"
    return f"{conflict}. {OTHER}" if conflict else None


def parts(reason: str) -> tuple[str, str]:
    """Return the reason without what to do, and that."""
    problem, until, remedy = reason.partition(f". {_UNTIL}")
    return (problem, f"{_UNTIL}{remedy}") if until else (reason, "")


def _effect(services: Services, on_disk: ConfigOnDisk) -> Effect:
    rows = planning.rows_of(services)
    wanted = planning.plan_of(services, rows, on_disk, RunningConflicts())
    return guard.effect(wanted.blocks, on_disk.blocks, planning.left_by(rows, on_disk))
