"""Pure: facts in memory until they are rows, and which row is which fact, whoever stored it.

A row may be read before its fact is heard, or after. Of a call, its kind and whom it rings make them the same; of a phone,
whether it comes. Clocks of two machines differ, and are not compared.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from itertools import count
from typing import NamedTuple

from models.event import CALLS, Event, EventKind
from pbx.facts import KINDS, CallAnswered, CallEnded, CallRinging, Fact, LoginFailed
from pbx.login_counts import CountedLogins

MAX_FACTS = 50_000
# Looks at the table, after which a row that nobody heard of, or a fact that its holder has not stored, is forgotten: a
# minute, far longer than a holder may not notice that it has lost Asterisk. While the database is away nobody looks, and
# nothing is forgotten.
MAX_LOOKS = 240

Key = tuple[object, ...]


class KeptFact(NamedTuple):
    """`backfilled`: found by a resync. `look`: how many there had been when it came."""

    fact: Fact
    backfilled: bool
    look: int


def key_of(fact: Fact) -> Key:
    """Return what a fact and its row have in common. Failed logins, which rows count, come in one order everywhere."""
    if isinstance(fact, LoginFailed):
        return (EventKind.LOGIN_FAILED,)
    kind = KINDS[type(fact)]
    if isinstance(fact, CallRinging):
        return kind, fact.linkedid, fact.callee
    if isinstance(fact, CallAnswered | CallEnded):
        return kind, fact.linkedid
    return _comes(kind), fact.number, fact.address, fact.port


def key_of_row(row: Event) -> Key:
    if row.kind is EventKind.LOGIN_FAILED:
        return (row.kind,)
    if row.kind is EventKind.RINGING:
        return row.kind, row.linkedid, row.number
    if row.kind in CALLS:
        return row.kind, row.linkedid
    return _comes(row.kind), row.number, row.address, row.port


def _comes(kind: EventKind) -> bool:
    """Return whether a phone comes.

    Where one process saw it move, another saw it come: its old place may have been gone before that one listened.
    """
    return kind is not EventKind.UNREGISTERED


class KeptFacts:
    """Facts by their keys, each with the number that orders it among all."""

    def __init__(self) -> None:
        self._facts: dict[int, KeptFact] = {}  # in their order
        self._places: dict[Key, deque[int]] = {}
        self._rows: dict[Key, deque[int]] = {}  # rows without a fact yet: at which look each was read
        self._logins = CountedLogins()
        self._numbers = count()
        self._look = 0

    def __len__(self) -> int:
        return len(self._facts)

    def add(self, facts: Iterable[Fact], *, backfilled: bool) -> None:
        """Keep facts, but those whose rows are known; beyond MAX_FACTS, forget the oldest."""
        for fact in facts:
            key = key_of(fact)
            if key in self._rows:
                _pop(self._rows, key)
                continue
            number = next(self._numbers)
            self._facts[number] = KeptFact(fact, backfilled, self._look)
            self._places.setdefault(key, deque()).append(number)
            if len(self._facts) > MAX_FACTS:
                self._forget(next(iter(self._facts)))

    def know_logins(self, rows: Iterable[Event]) -> None:
        """Take what these rows of failed logins count for known."""
        for row in rows:
            self._logins.count_new(row)

    def strike(self, row: Event, *, remember: bool) -> None:
        """Forget the fact of a row; without one, `remember` the row for a while: the fact may be on its way."""
        key = key_of_row(row)
        for _ in range(self._logins.count_new(row)):
            if key in self._places:
                del self._facts[_pop(self._places, key)]
            elif remember:
                self._rows.setdefault(key, deque()).append(self._look)

    def listed(self, *, logins: bool) -> dict[int, KeptFact]:
        """Return the facts in their order; `logins`: the failed logins among them."""
        return {
            number: each
            for number, each in self._facts.items()
            if logins or not isinstance(each.fact, LoginFailed)
        }

    def remove(self, numbers: Iterable[int]) -> None:
        """Forget facts that are rows now."""
        for number in numbers:
            if number in self._facts:
                self._forget(number)

    def looked(self) -> None:
        """Note that all rows there are were compared, and forget what has waited for too long."""
        self._look += 1
        last = self._look - MAX_LOOKS
        for number in [number for number, each in self._facts.items() if each.look < last]:
            self._forget(number)
        for key in [key for key, looks in self._rows.items() if looks[0] < last]:
            _pop(self._rows, key)

    def forget_rows(self) -> None:
        """Forget rows without facts: all was heard that they may be about."""
        self._rows.clear()

    def _forget(self, number: int) -> None:
        key = key_of(self._facts.pop(number).fact)
        self._places[key].remove(number)
        if not self._places[key]:
            del self._places[key]


def _pop(places: dict[Key, deque[int]], key: Key) -> int:
    first = places[key].popleft()
    if not places[key]:
        del places[key]
    return first
