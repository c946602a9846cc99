"""Pure: what came of many extensions, in words; for the API and the command line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pbx.bulk.rows import Outcome, RowStatus

MAX_LINES = 50  # of one kind
# status → what stands behind the number of rows; what would, in a dry run
WORDS = {
    RowStatus.CREATED: ("created", "would be created"),
    RowStatus.CHANGED: ("changed", "would be changed"),
    RowStatus.UNCHANGED: ("unchanged", "are so already"),
    RowStatus.REFUSED: ("refused", "would be refused"),
    RowStatus.SAVED: ("saved, not live yet", "saved, not live yet"),
}


def summary(outcomes: Sequence[Outcome], *, dry_run: bool = False) -> str:
    """Return `12 rows: 10 created, 2 refused.`"""
    counts = Counter(each.status for each in outcomes)
    parts = [f"{counts[status]} {words[dry_run]}" for status, words in WORDS.items() if counts[status]]
    rows = "1 row" if len(outcomes) == 1 else f"{len(outcomes)} rows"
    nothing = " Nothing was changed." if dry_run else ""
    return f"{rows}: {', '.join(parts) or 'nothing to do'}.{nothing}"


def unasked(count: int) -> str:
    """Say of how many owners Slack did not say whether they can be one; empty where it said it of all."""
    are = "is" if count == 1 else "are"
    return (
        f"Slack was not asked, or does not say, whether {count:,} of the Slack users in the rows {are} in this workspace: "
        "look at their member IDs"
        if count
        else ""
    )


def refusals(outcomes: Sequence[Outcome]) -> list[str]:
    """Return a line for each row that was refused, the first MAX_LINES of them."""
    return _cut([f"{_where(each)}: {_faults(each)}" for each in outcomes if each.status is RowStatus.REFUSED])


def waiting(outcomes: Sequence[Outcome]) -> list[str]:
    """Return a line for each reason why rows are not live, with their numbers."""
    rows: dict[str, list[str]] = {}
    for each in outcomes:
        if each.status is RowStatus.SAVED:
            rows.setdefault(each.reason or "", []).append(each.row.number)
    return _cut([f"{_some(numbers)}: {reason}" for reason, numbers in rows.items()])


def warnings(outcomes: Sequence[Outcome]) -> list[str]:
    return _cut([f"{_where(each)}: {warning}" for each in outcomes for warning in each.warnings])


def _where(outcome: Outcome) -> str:
    number = f", {outcome.row.number}" if outcome.row.number else ""
    return f"line {outcome.row.place}{number}"


def _faults(outcome: Outcome) -> str:
    return "; ".join(
        f"{fault.field}: {fault.detail}" if fault.field else fault.detail for fault in outcome.faults
    )


def _some(numbers: Sequence[str]) -> str:
    return f"{len(numbers)} of them" if len(numbers) > 10 else ", ".join(numbers)


def _cut(lines: Sequence[str]) -> list[str]:
    more = len(lines) - MAX_LINES
    return [*lines[:MAX_LINES], f"… and {more} more"] if more > 0 else list(lines)
