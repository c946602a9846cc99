"""Phones that come and go become messages: one for a burst, and by the events' own clock."""

from __future__ import annotations

import json

import pytest

from handlers.alerts import phones, routing
from models.lease import LeaseHolder
from pbx.facts import Fact
from pbx.services import Services
from tests.factories import (
    NOON,
    PHONES,
    login_failed,
    mark_all_posted,
    moved,
    outbox_messages,
    outbox_texts,
    registered,
    store_and_alert,
    unregistered,
)
from tests.handlers.alerts import alerting
from tests.handlers.alerts.alerting import route, texts

holder = alerting.holder


# Registrations


def test_registrations_close_together_are_one_message_and_later_ones_another(
    quiet: Services, holder: LeaseHolder
) -> None:
    store_and_alert(quiet, holder, registered("101"), registered("102", NOON + 29))
    assert texts(quiet) == ["✅ Extensions 101, 102 registered"]
    store_and_alert(quiet, holder, registered("103", NOON + 60))
    assert texts(quiet) == ["✅ Extensions 101, 102 registered", "✅ Extension 103 registered"]
    store_and_alert(quiet, holder, unregistered("101", NOON + 61), moved("102", NOON + 62))
    assert texts(quiet)[1:] == [
        "✅ Extension 103 registered\n↪️ Extension 102 moved",
        "⚫ Extension 101 offline",
    ]


def test_a_burst_that_does_not_end_is_another_message_every_ten_minutes(
    quiet: Services, holder: LeaseHolder
) -> None:
    for minute in range(25):
        numbers = [registered(str(100 + minute), NOON + 60 * minute + half) for half in (0, 30)]
        store_and_alert(quiet, holder, *numbers)
    assert len(outbox_texts(quiet)) == 3


def failures(at: float) -> list[Fact]:
    return [login_failed(at=at + place) for place in range(3)]


def test_after_the_clock_was_set_back_nothing_hides_in_an_old_message(
    quiet: Services, holder: LeaseHolder
) -> None:
    store_and_alert(quiet, holder, registered("101"), *failures(NOON))
    store_and_alert(quiet, holder, registered("102", NOON - 7200), *failures(NOON - 7200))
    assert texts(quiet) == [
        "✅ Extension 101 registered",
        "🚨 3 failed phone logins from 203.0.113.9",
        "✅ Extension 102 registered",
        "🚨 3 failed phone logins from 203.0.113.9",
    ]


def test_after_a_power_cut_300_phones_are_two_messages_with_numbers_and_counts(
    quiet: Services, holder: LeaseHolder
) -> None:
    numbers = [str(number) for number in range(100, 400)]
    store_and_alert(quiet, holder, *[registered(number, NOON - 86_400) for number in numbers])
    mark_all_posted(quiet)
    before = len(outbox_texts(quiet))
    dead = [
        unregistered(number, NOON + place / 10, reason="unreachable") for place, number in enumerate(numbers)
    ]
    back = [registered(number, NOON + 90 + place / 10, port=6000) for place, number in enumerate(numbers)]
    for start in range(0, 300, 7):
        store_and_alert(quiet, holder, *dead[start : start + 7])
    for start in range(0, 300, 50):
        store_and_alert(quiet, holder, *back[start : start + 50])
    first_twenty = ", ".join(numbers[:20])
    assert texts(quiet)[before:] == [
        f"⚫ 300 extensions offline: {first_twenty} and 280 more",
        f"✅ 300 extensions registered: {first_twenty} and 280 more",
    ]


def test_registrations_go_where_their_extension_is_routed(quiet: Services, holder: LeaseHolder) -> None:
    route(quiet, routing.REGISTRATIONS, "100-149", "C-HOUSE")
    route(quiet, routing.REGISTRATIONS, "101", "")
    store_and_alert(quiet, holder, registered("101"), registered("102"), registered("150"))
    assert outbox_texts(quiet) == [
        ("C-HOUSE", "✅ Extension 102 registered"),
        (PHONES, "✅ Extension 150 registered"),
    ]


def test_one_of_two_phones_that_goes_does_not_make_the_extension_offline(
    quiet: Services, holder: LeaseHolder
) -> None:
    store_and_alert(quiet, holder, registered("101", port=1), registered("101", port=2))
    store_and_alert(quiet, holder, unregistered("101", NOON + 100, port=1))
    assert texts(quiet)[1] == "📴 Extension 101 lost a phone, still registered with another"
    store_and_alert(quiet, holder, unregistered("101", NOON + 200, port=2))
    assert texts(quiet)[2] == "⚫ Extension 101 offline"


def test_the_last_message_about_a_phone_says_how_it_is(quiet: Services, holder: LeaseHolder) -> None:
    store_and_alert(quiet, holder, registered("101"), registered("102"), registered("103"))
    mark_all_posted(quiet)
    store_and_alert(quiet, holder, unregistered("101", NOON + 10))
    store_and_alert(quiet, holder, registered("101", NOON + 20), registered("104", NOON + 21))
    store_and_alert(quiet, holder, unregistered("102", NOON + 25))
    assert texts(quiet) == [
        "✅ Extensions 101, 102, 103 registered",
        "⚫ Extensions 101, 102 offline",
        "✅ Extensions 101, 104 registered",
    ]
    store_and_alert(quiet, holder, unregistered("101", NOON + 28))
    assert texts(quiet)[1:] == [
        "⚫ Extensions 101, 102 offline",
        "✅ Extensions 101, 104 registered",
        "⚫ Extension 101 offline",
    ]


def test_a_message_above_one_that_is_over_is_not_edited_any_more(
    quiet: Services, holder: LeaseHolder
) -> None:
    """101 came and went; others keep the first message alive, and the second one ends."""
    store_and_alert(quiet, holder, registered("101"), unregistered("101", NOON + 5))
    store_and_alert(
        quiet, holder, *[registered(str(200 + second), NOON + second) for second in range(10, 60, 10)]
    )
    store_and_alert(quiet, holder, unregistered("300", NOON + 55))
    store_and_alert(quiet, holder, registered("101", NOON + 60))
    assert texts(quiet)[-1] == "✅ Extension 101 registered"


def test_a_phone_that_is_back_when_its_going_is_processed_is_not_called_another(
    quiet: Services, holder: LeaseHolder
) -> None:
    store_and_alert(quiet, holder, registered("101"))
    store_and_alert(quiet, holder, unregistered("101", NOON + 100), registered("101", NOON + 110))
    assert texts(quiet)[1:] == ["⚫ Extension 101 offline", "✅ Extension 101 registered"]


def test_thousands_of_phones_are_counted_once_each_in_a_message_of_bounded_size(
    quiet: Services, holder: LeaseHolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phones, "MAX_PHONES", 1500)
    numbers = [str(number) for number in range(10_000, 12_000)]
    store_and_alert(quiet, holder, *[registered(number) for number in numbers[:1200]])
    store_and_alert(quiet, holder, *[registered(number, NOON + 1) for number in numbers])
    shown = [text.partition(":")[0] for text in texts(quiet)]
    assert shown == ["✅ 1500 extensions registered", "✅ 500 extensions registered"]
    assert max(len(json.dumps(row.content)) for row in outbox_messages(quiet)) < 40 * 1500
