"""Pure: what somebody types behind `/ext report`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pbx.errors import Refusal
from pbx.reports.periods import Kind

USAGE = "report day|week|weekly [yesterday|last|2026-11-24] [here|off]"
IMPLIED: dict[str, Kind] = {"last": "week", "yesterday": "day"}
EXAMPLE = "type /ext report day, /ext report week last, or /ext report day 2026-11-24"


@dataclass(frozen=True)
class Asked:
    """`day`: any of the period; `here`: for the channel, not for the asker alone."""

    kind: Kind
    day: date
    here: bool = False


def parse(typed: Sequence[str], today: date, keep: timedelta) -> Asked:
    """Return what is asked for; without a word, today. `keep`: how long events are kept. Raises Refusal."""
    kinds: set[Kind] = set()
    days: set[date] = set()
    for word in (each.lower() for each in typed if each.lower() != "here"):
        if word in ("day", "week"):
            kinds.add("week" if word == "week" else "day")
        else:
            days.add(_day(word, today))
            kinds |= {IMPLIED[word]} if word in IMPLIED else set()
    if len(kinds) > 1 or len(days) > 1:
        raise Refusal(f"that is more than one day or week: {EXAMPLE}")
    day = days.pop() if days else today
    _check(day, today, keep)
    return Asked(kinds.pop() if kinds else "day", day, "here" in map(str.lower, typed))


def _day(word: str, today: date) -> date:
    """Return the day that a word means. Raises Refusal."""
    before = {"today": 0, "yesterday": 1, "last": 7}
    if word in before:
        return today - timedelta(days=before[word])
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise Refusal(
            f"“{word}” is neither day nor week, and no date such as 2026-11-24: {EXAMPLE}"
        ) from None


def _check(day: date, today: date, keep: timedelta) -> None:
    """Refuse a day of which nothing can be known."""
    if day > today:
        raise Refusal(f"{day} is yet to come: {EXAMPLE}")
    if day < today - keep:
        raise Refusal(
            f"events are kept for {keep.days} days (KEEP_EVENTS_DAYS), so that {day} is not known any more: {EXAMPLE}"
        )
