"""Phones whose coming and going is hard to record."""

from __future__ import annotations

from pbx.events import Translator
from pbx.facts import (
    PhoneMoved,
    PhoneRegistered,
    PhoneUnregistered,
)
from tests.pbx.transcripts import is_managed
from tests.pbx.transcripts.handmade import (
    contact,
    listed,
    translate,
)


def test_a_removal_before_the_new_contact_is_a_move_too() -> None:
    steps = [
        (0, contact("Reachable", 5060)),
        (9, contact("Removed", 5060)),
        (9.1, contact("Reachable", 5062)),
    ]
    assert translate(steps)[1:] == [
        PhoneMoved(
            at=9.1, number="101", address="192.0.2.7", port=5062, old_address="192.0.2.7", old_port=5060
        )
    ]


def test_a_new_contact_reachable_before_the_removal_is_a_move_too() -> None:
    steps = [(0.0, contact("Reachable", 5060)), (9.0, contact("NonQualified", 5062))]
    steps += [(9.1, contact("Reachable", 5062, RoundtripUsec="900")), (9.2, contact("Removed", 5060))]
    assert [type(fact) for fact in translate(steps)] == [PhoneRegistered, PhoneMoved]


def test_a_phone_that_asterisk_never_reached_is_told_as_come_and_unreachable() -> None:
    kinds = [type(fact) for fact in translate([(1, contact("NonQualified")), (1.1, contact("Unreachable"))])]
    assert kinds == [PhoneRegistered, PhoneUnregistered]


def test_the_phones_of_others_are_none_of_our_business() -> None:
    translator = Translator(is_managed)
    assert translate([(1, contact("Reachable", number="trunk"))], translator) == []
    assert translator.registered() == []


def test_a_deleted_extension_is_forgotten() -> None:
    managed = {"101"}
    translator = Translator(managed.__contains__)
    translator.feed(contact("Reachable"), 1)
    assert len(translator.registered()) == 1
    managed.clear()
    assert translator.feed(contact("Removed"), 2) == []
    assert translator.registered() == []


def test_resync_tells_who_came_went_and_moved_while_away() -> None:
    translator = Translator(is_managed)
    known = [
        PhoneRegistered(at=1, number=number, address="192.0.2.7", port=5060)
        for number in ("101", "102", "103")
    ]
    translator.adopt(phones=known)
    contacts = [listed(5060), listed(5099, number="102"), listed(5060, number="104")]
    assert translator.resync(contacts, [], 100) == [
        PhoneMoved(
            at=100,
            number="102",
            address="192.0.2.7",
            port=5099,
            user_agent="Snom",
            old_address="192.0.2.7",
            old_port=5060,
        ),
        PhoneRegistered(
            at=100, number="104", address="192.0.2.7", port=5060, user_agent="Snom", round_trip_ms=1.5
        ),
        PhoneUnregistered(at=100, number="103", address="192.0.2.7", port=5060, reason="left"),
    ]
    assert translator.resync(contacts, [], 101) == []
