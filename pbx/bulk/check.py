"""What would become of each of many rows. Files and database are read once, and Asterisk is asked once for all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr
from sqlmodel import col, select

from models import audit
from models.adopted_options import without_overridden
from models.employee import DEPARTED_STAGES, Employee
from models.encryption import generate_secret
from models.errors import SecretUnreadable
from models.extension import Extension, State
from models.fields import Changes
from pbx import leavers, mailboxes, number_rules, numbers
from pbx.bulk.rows import Fault, Outcome, Row, RowStatus, refused
from pbx.config.managed_files import ConfigOnDisk
from pbx.errors import Refusal
from pbx.publishing import row_conflicts
from pbx.services import Services

NAME_MISSING = Fault("name", "this is needed for a new extension")


@dataclass(frozen=True)
class Known:
    """What the rows are checked against."""

    services: Services
    on_disk: ConfigOnDisk | None
    existing: Mapping[str, Extension]
    bare: Mapping[str, str]  # number without the zeros in front → one that is there
    foreign: Mapping[str, str]  # number in the block, but not in the database → why it cannot be had
    departed: frozenset[str]  # numbers of employees who left


def check(services: Services, rows: Sequence[Row]) -> list[Outcome]:
    """Return what would become of each row; nothing is changed."""
    known = _known(services)
    places: dict[str, int] = {}
    outcomes = [_first_of_its_number(row, places) or _outcome(known, row) for row in rows]
    return _without_conflicts(known, outcomes)


def _known(services: Services) -> Known:
    on_disk = numbers.files(services)
    with services.database.session() as session:
        existing = {row.number: row for row in session.exec(select(Extension))}
        left = select(Employee.number).where(col(Employee.stage).in_(DEPARTED_STAGES))
        departed = frozenset(number for number in session.exec(left) if number)
    # The files are read before and after the rows: somebody else may delete one just now.
    without_rows = on_disk.blocks.endpoints.keys() - existing.keys() if on_disk else set()
    foreign = numbers.why_not_free(services, without_rows)
    bare = {number.lstrip("0"): number for number in existing}
    return Known(services, on_disk, existing, bare, foreign, departed)


def _first_of_its_number(row: Row, places: dict[str, int]) -> Outcome | None:
    """Refuse what cannot be read, and a number that stood in a row before, which `places` remembers."""
    if row.faults or row.given is None:
        return refused(row, *row.faults)
    first = places.setdefault(row.number, row.place)
    if first != row.place:
        return refused(row, Fault("extension_number", f"{row.number} stands there twice: first at {first}"))
    return None


def _outcome(known: Known, row: Row) -> Outcome:
    """Return what would become of a row."""
    assert row.given is not None  # noqa: S101 # as _first_of_its_number() has seen
    seen = known.existing.get(row.number)
    try:
        return _changed(known, row, row.given, seen) if seen else _created(known, row, row.given)
    except Refusal as error:
        return refused(row, Fault("extension_number", str(error)))


def _created(known: Known, row: Row, given: Changes) -> Outcome:
    """Raises Refusal."""
    if row.number in known.foreign:
        return refused(row, Fault("extension_number", known.foreign[row.number]))
    if "name" not in given.model_fields_set:
        return refused(row, NAME_MISSING)
    values = given.given()
    is_given = "secret" in values
    secret: SecretStr = values.pop("secret", None) or generate_secret()
    wanted = Extension(number=row.number, encrypted_secret="", **values)
    settings = known.services.settings
    number_rules.refuse_reserved(settings, wanted, known.on_disk)
    warnings = (*number_rules.warnings(settings, wanted, known.on_disk), *_of_zeros(known, wanted))
    return Outcome(
        row,
        RowStatus.CREATED,
        warnings=warnings,
        extension=wanted,
        changes=audit.created(wanted),
        new_secret=secret,
        made_secret=not is_given,
    )


def _of_zeros(known: Known, wanted: Extension) -> tuple[str, ...]:
    """Warn of a number that differs from one that is there in the zeros in front alone."""
    number = known.bare.get(wanted.number.lstrip("0"))
    if number is None:
        return ()
    return (
        f"{number} is there already, which this may be meant to be: spreadsheets take zeros in front of a number away, "
        "unless its column is formatted as text",
    )


def _changed(known: Known, row: Row, given: Changes, seen: Extension) -> Outcome:
    """Raises Refusal."""
    if seen.state is State.DELETING:
        return refused(
            row, Fault("extension_number", "it is being deleted, and free again when Asterisk has let it go")
        )
    values = given.given()
    secret = values.pop("secret", None)
    if secret is not None and not _is_secret_of(known.services, seen, secret):
        values["encrypted_secret"] = ""  # until it is saved
    before = audit.settings_of(seen)
    found = audit.differences(before, values)
    if not found:
        return Outcome(row, RowStatus.UNCHANGED, extension=seen)
    wanted = _with(seen, values, list(found))
    if leaver := _let_in_again(known, wanted, found):
        return refused(row, Fault("enabled", leaver))
    _refuse_beside_files(known, wanted)
    return Outcome(
        row,
        RowStatus.CHANGED,
        warnings=leavers.given_away(wanted, found) + mailboxes.warnings(wanted, found),
        extension=wanted,
        seen_revision=wanted.revision,
        changes=found,
        new_secret=secret if "secret" in found else None,
    )


def _is_secret_of(services: Services, row: Extension, secret: SecretStr) -> bool:
    try:
        return services.cipher.decrypt(row.encrypted_secret) == secret
    except SecretUnreadable:
        return False


def _with(row: Extension, values: dict[str, Any], changed: list[str]) -> Extension:
    if row.adopted_options:
        values["adopted_options"] = without_overridden(row.adopted_options, changed)
    row.sqlmodel_update(values)
    return row


def _let_in_again(known: Known, wanted: Extension, changes: audit.Differences) -> str | None:
    """Return why not: an old file must not let somebody in again who has left since."""
    is_let_in = changes.get("enabled") == [False, True] and "secret" not in changes
    if not is_let_in or wanted.number not in known.departed:
        return None
    with known.services.database.session() as session:
        leaver = leavers.who_knows_the_secret(session, wanted)
    if leaver is None:
        return None
    number = wanted.number
    return f"{leavers.warning(leaver, wanted)}, and then flask ext enable {number} lets its phone in"


def _refuse_beside_files(known: Known, wanted: Extension) -> None:
    """Raises Refusal for what cannot stand beside the administrator's lines, or the route."""
    number_rules.refuse_own_context(known.services.settings, wanted)
    if known.on_disk and row_conflicts.belongs_in_asterisk(wanted):
        number_rules.refuse_conflicts(wanted, known.on_disk)


def _without_conflicts(known: Known, outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Refuse new numbers that Asterisk has from elsewhere."""
    new = [
        each.extension for each in outcomes if each.status is RowStatus.CREATED and each.extension is not None
    ]
    found = numbers.conflicts_in_asterisk(known.services, new, known.on_disk)
    return list(
        _with_conflicts(outcomes, {row.number: found.conflict(row.number, row.context) for row in new})
    )


def _with_conflicts(outcomes: Sequence[Outcome], conflicts: Mapping[str, str | None]) -> Iterator[Outcome]:
    for each in outcomes:
        conflict = conflicts.get(each.row.number) if each.status is RowStatus.CREATED else None
        yield refused(each.row, Fault("extension_number", conflict)) if conflict else each
