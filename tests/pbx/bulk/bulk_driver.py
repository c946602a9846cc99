"""What the tests of many extensions at once say over and over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from models.fields import Changes
from pbx.bulk import upsert
from pbx.bulk.check import check
from pbx.bulk.rows import Outcome, Row
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.slash_commands import TESTER


def row(number: str, place: int = 1, name: str | None = "Alice", **more: Any) -> Row:
    return Row(place, number, Changes(**({"name": name} if name else {}), **more))


def many(numbers: Iterable[int], **more: Any) -> list[Row]:
    return [row(str(number), place, **more) for place, number in enumerate(numbers, start=1)]


def upserted(services: Services, rows: Sequence[Row]) -> list[Outcome]:
    return carried_out(services, check(services, rows))


def carried_out(services: Services, outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Commit what check() found good, publish once, and return what became of each row."""
    return upsert.publish_all(services, upsert.commit(services, outcomes, by=TESTER))


def statuses(outcomes: Iterable[Outcome]) -> dict[str, str]:
    return {each.row.number: str(each.status) for each in outcomes}


def only(outcomes: Sequence[Outcome]) -> Outcome:
    (found,) = outcomes
    return found


def fault(outcomes: Sequence[Outcome]) -> tuple[str, str]:
    """Field and detail of the one row, which is refused with one fault."""
    (found,) = only(outcomes).faults
    return found


def reloads(asterisk: Asterisk) -> tuple[int, int]:
    """How often Asterisk has reloaded its phones and its dialplan."""
    counts = asterisk.reload_counts()
    return counts["res_pjsip.so"], counts["pbx_config.so"]
