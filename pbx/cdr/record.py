"""Pure: one record of Asterisk's CDR, and whose time its clock shows.

Asterisk writes a record for each pair of channels that it dialled, and all those of a channel when that one hangs up.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import NamedTuple

QUARTER = 900  # seconds: what the offsets of time zones are multiples of
FARTHEST = 14 * 3600  # seconds from UTC, of any time zone
SAME_MOMENT = 2  # seconds between the making of a channel and the start of its first record, at most
UNIQUEID = re.compile(
    r"(?:.*-)?(\d{9,11})\.(\d{1,12})"
)  # `1795708414.0`, behind a system's name where it has one

# Returns the offset in seconds of the machine's own time zone at a clock's time; of an hour that comes twice both.
Offsets = Callable[[float], tuple[float, ...]]


@dataclass(frozen=True, kw_only=True)
class Record:
    """Times are epoch seconds once located() has put them right; before, what the clock showed, taken as UTC's.

    `answer`: when `channel` was answered, which may be earlier than `dstchannel`; None: it was not. `uniqueid` and
    `linkedid` are "" where Asterisk does not write them.
    """

    channel: str
    dstchannel: str
    src: str
    dst: str
    clid: str
    lastapp: str
    start: float
    answer: float | None
    end: float
    disposition: str
    uniqueid: str = ""
    linkedid: str = ""

    @property
    def is_answered(self) -> bool:
        return self.disposition == "ANSWERED" and self.answer is not None

    def moved(self, seconds: float) -> Record:
        """Return it that much later."""
        answer = None if self.answer is None else self.answer + seconds
        return replace(self, start=self.start + seconds, answer=answer, end=self.end + seconds)


class Recorded(NamedTuple):
    """What was read of records. `lacking`: why there may be more, behind a colon what to do; "": that is all."""

    records: list[Record]
    lacking: str = ""


def located(
    records: Iterable[Record], fallback: Offsets, since: float = 0.0, until: float = math.inf
) -> list[Record]:
    """Put the times of records right, which are in the order in which they were written.

    `since`: what is looked for ended after it; `until`: when the last one was written (epoch seconds).
    A Uniqueid begins with the second in which its channel was made, in UTC: it shows how far Asterisk's clock is from
    that, on any machine, in any zone, summer or winter. One that shows nothing has the offset of the one before, unless it
    has no Uniqueid and would be too early or too late with that: Asterisk was told since to write none, or other times.
    Of an hour that comes twice, without Uniqueids, the second is taken if the first would be too early to be looked for.
    """
    records = list(records)
    shown = _offsets(records)
    latest = next((each for each in shown if each is not None), None)
    found = []
    for record, offset in zip(records, shown, strict=True):
        latest = latest if offset is None else offset
        readings = _readings(record, latest, fallback)
        first = next(readings)
        fitting = (each for each in chain((first,), readings) if since <= each.end <= until + SAME_MOMENT)
        found.append(next(fitting, first))
    return found


def _readings(record: Record, latest: float | None, fallback: Offsets) -> Iterator[Record]:
    """Return a record at the times that it may mean, at least one, the likeliest first."""
    if latest is not None:
        yield record.moved(-latest)
    if latest is None or not record.uniqueid:
        yield from (record.moved(-each) for each in fallback(record.start))


def _offsets(records: Iterable[Record]) -> list[float | None]:
    """Return what each record, or the first of its channel that shows it, shows: a later one may begin a quarter of an hour later."""
    first: dict[str, float] = {}
    for record in records:
        if (offset := _offset(record)) is not None:
            first.setdefault(record.uniqueid, offset)
    return [first.get(each.uniqueid) for each in records]


def _offset(record: Record) -> float | None:
    """Return by how many seconds the clock is ahead of UTC; None: the record is not the first of its channel, or has no Uniqueid."""
    made = UNIQUEID.fullmatch(record.uniqueid)
    return quarters(record.start - int(made[1])) if made else None


def quarters(seconds: float) -> float | None:
    """Return the quarters of an hour, in seconds, by which two clocks differ that differ by a time zone's offset, else None."""
    near = round(seconds / QUARTER) * QUARTER
    return near if abs(seconds - near) <= SAME_MOMENT and abs(near) <= FARTHEST else None
