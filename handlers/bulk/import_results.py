"""Pure: what came of each row of an import, by how its extension is now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from handlers import wording
from handlers.bulk.preview import PreviewRow
from models.extension import State
from pbx.bulk.rows import RowStatus


class Came(StrEnum):
    """What came of a row; in this order they are shown."""

    REFUSED = "refused"  # nothing of it was saved
    FAILED = "failed"  # saved, and Asterisk did not take it
    GONE = "gone"  # deleted since
    WAITING = "waiting"  # saved, not live yet
    LIVE = "live"
    UNCHANGED = "unchanged"


class Now(NamedTuple):
    """How an extension is now. `is_changed`: since the import saved it."""

    id: int
    state: State
    reason: str | None
    enabled: bool = True
    is_changed: bool = False


class Result(NamedTuple):
    """A row, what came of it, and what to say of that."""

    row: PreviewRow
    came: Came
    words: str


def of(
    rows: Iterable[PreviewRow], saved: Mapping[str, Sequence[int]], there: Mapping[str, Now]
) -> list[Result]:
    """Return what came of the rows, with those on top that need somebody.

    `saved`: number → [id, revision] as it was saved; `there`: the extensions that there are.
    """
    found = [_result(row, saved.get(row.number), there.get(row.number)) for row in rows]
    order = list(Came)
    return sorted(found, key=lambda each: (order.index(each.came), each.row.place))


def _result(row: PreviewRow, saved: Sequence[int] | None, found: Now | None) -> Result:
    if row.status is RowStatus.REFUSED:
        return Result(row, Came.REFUSED, "; ".join(row.why))
    if not row.is_to_save or saved is None:
        return Result(row, Came.UNCHANGED, f"It was so already.{_besides(found)}")
    if found is None or found.id != saved[0]:
        return Result(row, Came.GONE, "Somebody has deleted it since.")
    if found.state is State.FAILED:
        return Result(row, Came.FAILED, f"Saved, but not live. {wording.ended(found.reason)}")
    if found.state is State.DELETING:
        return Result(row, Came.GONE, "Somebody is deleting it.")
    if found.state is not State.LIVE:
        return Result(row, Came.WAITING, f"Saved, not live yet. {wording.ended(found.reason)}")
    return Result(row, Came.LIVE, _live(row, found))


def _besides(found: Now | None) -> str:
    """Say why one that was not changed is not live either."""
    if found is None or found.state is State.LIVE:
        return ""
    return f" It is not live: {wording.ended(found.reason)}"


def _live(row: PreviewRow, found: Now) -> str:
    done = "Created" if row.status is RowStatus.CREATED else "Changed"
    verified = ", and verified in Asterisk." if found.enabled else ". It is disabled: no phone can use it."
    besides = f" {wording.ended(found.reason)}" if found.reason else ""
    since = " It has been changed since." if found.is_changed else ""
    return f"{done}{verified}{besides}{since}"


def counts(results: Iterable[Result]) -> Mapping[Came, int]:
    """Return how many rows came to what, in order."""
    found = Counter(each.came for each in results)
    return {came: found[came] for came in Came if found[came]}


def to_download(rows: Iterable[PreviewRow], saved: Mapping[str, Sequence[int]], hands_over: bool) -> set[str]:
    """Return the numbers whose passwords were made, and are sent to nobody. `hands_over`: to those who have a Slack user."""
    return {
        each.number
        for each in rows
        if each.makes_password and each.number in saved and not (hands_over and each.user)
    }
