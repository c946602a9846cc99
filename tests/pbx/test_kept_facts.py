"""Facts in memory until they are rows, whichever comes first."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from models.event import Event
from pbx import kept_facts, login_counts
from pbx.facts import Fact, LoginFailed
from pbx.kept_facts import KeptFacts
from tests.factories import (
    ONE_OF_EACH,
    answered,
    ended,
    event_of,
    login_failed,
    moved,
    registered,
    ringing,
    unregistered,
)


def row_of(fact: Fact) -> Event:
    return login_counts.counted([fact], []).popitem()[1] if isinstance(fact, LoginFailed) else event_of(fact)


def kept(*facts: Fact) -> KeptFacts:
    made = KeptFacts()
    made.add(facts, backfilled=False)
    return made


def left(facts: KeptFacts, logins: bool = True) -> list[Fact]:
    return [each.fact for each in facts.listed(logins=logins).values()]


def strike(facts: KeptFacts, stored: Iterable[Fact]) -> None:
    for fact in stored:
        facts.strike(row_of(fact), remember=True)


def test_of_each_kind_a_row_is_its_fact_whichever_comes_first() -> None:
    before, after = kept(*ONE_OF_EACH), KeptFacts()
    strike(before, ONE_OF_EACH)
    strike(after, ONE_OF_EACH)
    after.add(ONE_OF_EACH, backfilled=True)
    assert left(before) == left(after) == []
    after.add(ONE_OF_EACH, backfilled=False)  # it happens once more
    assert left(after) == ONE_OF_EACH


def test_facts_keep_their_order_and_clocks_do_not_count() -> None:
    facts = kept(ringing(), answered(at=1.0), ringing("2.1", "103"), registered("101"), ended(at=2.0))
    strike(facts, [answered(at=7.0), ringing("2.1", "102")])
    assert left(facts) == [ringing(), ringing("2.1", "103"), registered("101"), ended(at=2.0)]


def test_a_phone_that_comes_and_goes_is_told_apart_by_its_address() -> None:
    facts = kept(registered("101"), unregistered("101"), registered("101", port=6060))
    strike(facts, [registered("101"), registered("102")])
    assert left(facts) == [unregistered("101"), registered("101", port=6060)]


def test_a_phone_that_one_process_saw_move_and_another_come_is_there_once() -> None:
    saw_it_move = kept(moved("101", port=5061), unregistered("101", port=5061))
    strike(saw_it_move, [registered("101", port=5061), unregistered("101", port=5061)])
    assert left(saw_it_move) == []


def test_failed_logins_are_counted_as_rows_grow() -> None:
    facts = kept(*[login_failed(account=str(number)) for number in range(5)])
    row = row_of(login_failed())
    for count in (1, 3):
        row.count = count
        facts.strike(row, remember=True)
    assert left(facts) == [login_failed(account=account) for account in ("3", "4")]
    assert left(facts, logins=False) == []
    known = kept(login_failed())
    known.know_logins([row])
    known.strike(row, remember=True)
    assert left(known) == [login_failed()]


def test_what_was_stored_is_removed_and_no_row_is_remembered_that_nobody_can_hear_of() -> None:
    facts = kept(ringing(), answered())
    facts.remove(list(facts.listed(logins=True))[:1])
    assert left(facts) == [answered()]
    facts.strike(event_of(ended()), remember=False)
    strike(facts, [registered("101")])
    facts.forget_rows()
    facts.add([ended(), registered("101")], backfilled=False)
    assert left(facts) == [answered(), ended(), registered("101")]


def test_what_waits_for_very_long_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_facts, "MAX_LOOKS", 2)
    facts = kept(ringing())
    strike(facts, [ended()])
    facts.looked()
    facts.add([answered()], backfilled=False)
    facts.looked()
    assert left(facts) == [ringing(), answered()]
    facts.looked()
    facts.add([ended()], backfilled=False)
    assert left(facts) == [answered(), ended()]


def test_of_very_many_facts_the_oldest_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_facts, "MAX_FACTS", 2)
    facts = kept(ringing(), answered(), ended())
    assert left(facts) == [answered(), ended()]
    assert len(facts) == 2
    strike(facts, [ringing(), ended()])
    assert left(facts) == [answered()]
