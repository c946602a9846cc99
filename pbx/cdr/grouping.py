"""Pure: puts together the records of each call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pbx.asked_calls import is_asked
from pbx.cdr.record import UNIQUEID, Record

TOGETHER = (
    2.0  # seconds between two records of one channel, at most; after a restart, names of channels come again
)


@dataclass(frozen=True)
class RecordedCall:
    """The records of one call, in order of their start."""

    linkedid: str
    records: tuple[Record, ...]

    def moved(self, seconds: float) -> RecordedCall:
        """Return it that much later."""
        return RecordedCall(self.linkedid, tuple(each.moved(seconds) for each in self.records))

    @property
    def start(self) -> float:
        return self.records[0].start

    @property
    def end(self) -> float:
        return max(each.end for each in self.records)

    @property
    def channels(self) -> set[str]:
        return {name for each in self.records for name in (each.channel, each.dstchannel) if name}

    @property
    def ids(self) -> set[str]:
        """Return the ids that Asterisk has written with it, which are never given again."""
        return {text for each in self.records for text in (each.linkedid, each.uniqueid) if text}

    @property
    def names(self) -> set[str]:
        """Return all that it may be known by: its Linkedid, those of its channels, and their names."""
        return {self.linkedid} | self.ids | self.channels


def calls(records: Iterable[Record]) -> list[RecordedCall]:
    """Return the calls, in order of their end: records with a Linkedid, a Uniqueid or a channel in common are one's.

    Names of channels come again after a restart of Asterisk, which takes about a second.
    """
    rows = sorted(records, key=lambda each: each.start)
    groups = _Groups(len(rows))
    last: dict[str, int] = {}  # by name, the record that had it last
    for index, record in enumerate(rows):
        for name, is_unique in _names(record):
            other = last.get(name)
            if other is not None and (is_unique or _is_same_channel(rows[other], record)):
                groups.join(other, index)
            if other is None or record.end >= rows[other].end:
                last[name] = index
    found = (tuple(rows[index] for index in group) for group in groups.members())
    return sorted((RecordedCall(_linkedid(group), group) for group in found), key=lambda each: each.end)


class _Groups:
    """Numbers from 0 on, each in a group of its own until two are joined."""

    def __init__(self, count: int) -> None:
        self._above = list(range(count))

    def join(self, one: int, other: int) -> None:
        first, second = sorted((self._top(one), self._top(other)))
        self._above[second] = first

    def members(self) -> Iterable[list[int]]:
        found: dict[int, list[int]] = {}
        for number in range(len(self._above)):
            found.setdefault(self._top(number), []).append(number)
        return found.values()

    def _top(self, number: int) -> int:
        while self._above[number] != number:
            self._above[number] = self._above[self._above[number]]
            number = self._above[number]
        return number


def _names(record: Record) -> Iterator[tuple[str, bool]]:
    """Return what it has in common with others of its call, and whether that is never used again."""
    for text in (record.linkedid, record.uniqueid):
        if text:
            yield text, True
    for channel in (record.channel, record.dstchannel):
        if channel:
            yield _both_ends(channel), False


def _is_same_channel(earlier: Record, record: Record) -> bool:
    """Return whether two records that name a channel mean the same one."""
    if earlier.channel == record.channel and earlier.uniqueid and record.uniqueid:
        return earlier.uniqueid == record.uniqueid
    return record.start <= earlier.end + TOGETHER and _are_of_one_life(earlier.uniqueid, record.uniqueid)


def _are_of_one_life(one: str, other: str) -> bool:
    """Return False for Uniqueids between which Asterisk was restarted: it counts channels from 0 again, and time goes on."""
    first, second = UNIQUEID.fullmatch(one), UNIQUEID.fullmatch(other)
    if not first or not second:
        return True
    seconds, counted = int(second[1]) - int(first[1]), int(second[2]) - int(first[2])
    return seconds == 0 or (counted > 0) == (seconds > 0)


def _both_ends(channel: str) -> str:
    """Return one name for both ends of a Local channel, `…;1` and `…;2`."""
    return channel[:-2] if channel.endswith((";1", ";2")) else channel


def _linkedid(group: tuple[Record, ...]) -> str:
    """Return the Linkedid: the Uniqueid of the first channel; where Asterisk writes neither, one that is always the same."""
    known = [each.linkedid for each in group if each.linkedid] or [
        each.uniqueid for each in group if each.uniqueid
    ]
    return min(known, key=_order) if known else f"cdr-{int(group[0].start)}-{group[0].channel}"


def _order(uniqueid: str) -> tuple[bool, int, int, str]:
    made = UNIQUEID.fullmatch(uniqueid)
    return not is_asked(uniqueid), int(made[1]) if made else 0, int(made[2]) if made else 0, uniqueid
