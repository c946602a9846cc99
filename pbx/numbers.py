"""Which number a new extension gets, and why it may not have one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from models import audit
from models.actor import Actor
from models.extension import Extension, State
from models.extension_range import ExtensionRange
from pbx import number_rules
from pbx.ami import connected
from pbx.config import reader
from pbx.config.managed_files import ConfigOnDisk
from pbx.errors import AsteriskUnavailable, ConfigFileError, NumberTaken, Refusal
from pbx.publishing import foreign_files, row_conflicts, running_conflicts
from pbx.publishing.desired import RunningConflicts
from pbx.services import Services

MAX_AT_ONCE = 64  # numbers that Asterisk is asked for over one connection
AMI_TIMEOUT_SECONDS = 2.0  # until Asterisk counts as unavailable before saving; publish() asks again

WithRow = Callable[[Session, Extension], None]  # writes what belongs to a new row, in its transaction


def warnings(services: Services, row: Extension) -> tuple[str, ...]:
    return number_rules.warnings(services.settings, row, files(services))


def insert(
    services: Services,
    values: dict[str, Any],
    numbers: ExtensionRange,
    by: Actor,
    with_row: WithRow = lambda _session, _row: None,
) -> Extension:
    """Commit it, with its number or the next free one, and `with_row`. Raises Refusal, NumberTaken."""
    number, on_disk = values.pop("number", None), files(services)
    if number is None:
        return _insert_next_free(services, values, numbers, by, on_disk, with_row)
    if on_disk and (owned := _owned_by_another_database(services, number, on_disk)):
        raise NumberTaken(owned)
    row = Extension(number=number, **values)
    # Somebody who typed the number may take one that a pattern of the dialplan answers today.
    if row.employee_ref is not None:
        number_rules.refuse_reserved_by_pattern(row, on_disk, numbers)
    return _insert(services, row, by, on_disk, with_row)


def _insert_next_free(
    services: Services,
    values: dict[str, Any],
    numbers: ExtensionRange,
    by: Actor,
    on_disk: ConfigOnDisk | None,
    with_row: WithRow,
) -> Extension:
    for row in _free(services, values, numbers, on_disk):
        with suppress(NumberTaken):  # somebody was faster: the next one
            return _save(services, row, by, with_row)
    setting = "EXTENSION_RANGE" if numbers == services.settings.extension_range else "HR_DEPARTMENT_RANGES"
    raise Refusal(
        f"every number of {numbers} is taken, or reserved by EMERGENCY_NUMBERS or a pattern of your dialplan: name one "
        f"outside the range, such as /ext create 2001 Alice, or have {setting} widened"
    )


def next_free(services: Services) -> str | None:
    """Return the number that a new extension would get now; None where there is none."""
    with suppress(Refusal):
        rows = _free(services, {}, services.settings.extension_range, files(services))
        return next((row.number for row in rows), None)
    return None


def _free(
    services: Services, values: dict[str, Any], numbers: ExtensionRange, on_disk: ConfigOnDisk | None
) -> Iterator[Extension]:
    """Yield a row for each number that nobody has. Raises Refusal for what is so with every number."""
    with services.database.session() as session:
        taken = set(session.exec(select(Extension.number)).all())
    taken |= on_disk.blocks.endpoints.keys() if on_disk else set()
    free = (
        Extension(number=number, **values) for number in map(str, numbers.numbers()) if number not in taken
    )
    allowed = (row for row in free if _is_allowed(services, row, on_disk, numbers))
    yield from _not_in_asterisk(services, allowed, on_disk)


def _is_allowed(
    services: Services, row: Extension, on_disk: ConfigOnDisk | None, numbers: ExtensionRange
) -> bool:
    """Return whether settings and files leave it free. Raises Refusal for what is so with every number."""
    try:
        number_rules.refuse_reserved_by_pattern(row, on_disk, numbers)
        number_rules.refuse_reserved(services.settings, row, on_disk)
    except NumberTaken:
        return False
    return True


def _not_in_asterisk(
    services: Services, rows: Iterable[Extension], on_disk: ConfigOnDisk | None
) -> Iterator[Extension]:
    """Yield those that Asterisk has not. The first is asked for alone, as it mostly is free, then ever more at once."""
    rows, at_once = iter(rows), 1
    while part := list(islice(rows, at_once)):
        found = conflicts_in_asterisk(services, part, on_disk)
        yield from (row for row in part if not found.conflict(row.number, row.context))
        at_once = min(at_once * 4, MAX_AT_ONCE)


def _insert(
    services: Services, row: Extension, by: Actor, on_disk: ConfigOnDisk | None, with_row: WithRow
) -> Extension:
    number_rules.refuse_reserved(services.settings, row, on_disk)
    if conflict := conflicts_in_asterisk(services, [row], on_disk).conflict(row.number, row.context):
        # Somebody else may have made and published it after the files were read.
        raise NumberTaken(_taken(services, row.number) if find(services, row.number) else conflict)
    return _save(services, row, by, with_row)


def _save(services: Services, row: Extension, by: Actor, with_row: WithRow) -> Extension:
    """Commit it. Raises NumberTaken when somebody was faster."""
    try:
        with services.database.session() as session:
            session.add(row)
            audit.record(session, by, audit.CREATED, row.number, audit.created(row), row.revision)
            session.flush()
            with_row(session, row)
    except IntegrityError:
        raise NumberTaken(_taken(services, row.number)) from None
    return row


def not_found(services: Services, number: str) -> str:
    """Return that the database has no such extension, and who has the number else."""
    on_disk = files(services)
    if on_disk and (owned := _owned_by_another_database(services, number, on_disk)):
        return owned
    if on_disk and (places := on_disk.admin.endpoints(number)):
        return (
            f"{number} is at {places[0]}, written by hand, and none of Switchhook's extensions: change it there, or see "
            f"with /ext adopt {number} how it becomes one"
        )
    return f"there is no extension {number}: see /ext list, or make it with /ext create {number} Name"


def _owned_by_another_database(services: Services, number: str, on_disk: ConfigOnDisk) -> str | None:
    """Return why a number is not free whose lines are in the block, but whose row is in another or a later database.

    The files are read before and after the row is looked for: somebody else may make it or delete it just now.
    """
    if number not in on_disk.blocks.endpoints or find(services, number):
        return None
    return why_not_free(services, {number}).get(number)


def why_not_free(services: Services, without_rows: Collection[str]) -> dict[str, str]:
    """Return why they cannot be had, of numbers of the block that have no row, those that the files still have."""
    now = files(services) if without_rows else None
    if not now:
        return {}
    why = foreign_files.why_blocked(services) or "try again"
    return {
        number: f"{number} is a phone in Asterisk's files, but not in this database, and would lose its password: {why}"
        for number in now.blocks.endpoints.keys() & without_rows
    }


def files(services: Services) -> ConfigOnDisk | None:
    """Return None for files that cannot be read: publish() reports why."""
    try:
        return reader.read(services.settings)
    except ConfigFileError:
        return None


def conflicts_in_asterisk(
    services: Services, rows: Sequence[Extension], on_disk: ConfigOnDisk | None
) -> RunningConflicts:
    """Return what Asterisk has of them; nothing where it cannot be asked: publish() asks again."""
    unclaimed = on_disk and running_conflicts.unclaimed(rows, on_disk)
    if unclaimed:
        with (
            suppress(AsteriskUnavailable),
            connected(services.settings, timeout=AMI_TIMEOUT_SECONDS) as asterisk,
        ):
            return running_conflicts.look_up(asterisk, unclaimed)
    return RunningConflicts()


def find(services: Services, number: str) -> Extension | None:
    with services.database.session() as session:
        return session.exec(select(Extension).where(Extension.number == number)).first()


def _taken(services: Services, number: str) -> str:
    row = find(services, number)
    if row is None:
        return f"{number} has just been deleted; try again"
    if row.state is State.DELETING:
        return f"{number} is being deleted and free again as soon as Asterisk has let go of it"
    return f"{number} is taken by {row.name}: see /ext status {number}, or leave the number out and the next free one is taken"


def refuse_conflicts(services: Services, row: Extension) -> None:
    """Refuse what cannot stand beside the administrator's lines, or the route. Raises NumberTaken, Refusal."""
    number_rules.refuse_own_context(services.settings, row)
    if row_conflicts.belongs_in_asterisk(row) and (on_disk := files(services)):
        number_rules.refuse_conflicts(row, on_disk)
