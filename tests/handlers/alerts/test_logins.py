"""Failed logins become messages: one an address, one for very many, and told when it matters."""

from __future__ import annotations

import pytest

from handlers.alerts.logins import MAX_ATTACKS, milestone
from models.lease import LeaseHolder
from models.outbox import Priority
from pbx import login_counts
from pbx.facts import Fact
from pbx.services import Services
from tests.factories import (
    NOON,
    PHONES,
    login_failed,
    mark_all_posted,
    outbox_messages,
    outbox_texts,
    store_and_alert,
)
from tests.handlers.alerts import alerting
from tests.handlers.alerts.alerting import texts

holder = alerting.holder


def attempts(count: int, at: float = NOON, address: str = "203.0.113.9") -> list[Fact]:
    return [login_failed(address, at=at + place) for place in range(count)]


def test_failed_logins_are_reported_from_three_on_at_milestones(quiet: Services, holder: LeaseHolder) -> None:
    sent = []
    for count in range(1, 51):
        store_and_alert(quiet, holder, *attempts(1, NOON + count))
        if any(row.due for row in outbox_messages(quiet)):
            sent.append(count)
            mark_all_posted(quiet)
    assert sent == [3, 5, 10, 20, 50]
    assert texts(quiet) == ["🚨 50 failed phone logins from 203.0.113.9"]


def test_an_attack_after_an_hour_of_silence_is_a_new_message(quiet: Services, holder: LeaseHolder) -> None:
    store_and_alert(quiet, holder, *attempts(3), *attempts(3, NOON + 3700))
    assert texts(quiet) == ["🚨 3 failed phone logins from 203.0.113.9"] * 2


def test_attempts_that_are_stored_in_one_go_are_all_counted(quiet: Services, holder: LeaseHolder) -> None:
    store_and_alert(quiet, holder, *attempts(4))
    store_and_alert(quiet, holder, *attempts(1000, NOON + 5), *attempts(500, NOON + 59.9))
    assert texts(quiet) == ["🚨 1504 failed phone logins from 203.0.113.9"]


@pytest.mark.parametrize(
    ("count", "expected"),
    [(2, 0), (3, 3), (4, 3), (5, 5), (9, 5), (10, 10), (19, 10), (49, 20), (7321, 5000)],
)
def test_milestones_are_few(count: int, expected: int) -> None:
    assert milestone(count) == expected


def flood(addresses: int, each: int = 3, at: float = NOON, net: int = 0) -> list[Fact]:
    names = [f"10.{net}.{place // 250}.{place % 250}" for place in range(addresses)]
    return [login_failed(name, at=at + place / 100) for place in range(each) for name in names]


def test_beyond_a_few_addresses_an_attack_is_one_message_behind_all_others(
    quiet: Services, holder: LeaseHolder
) -> None:
    store_and_alert(quiet, holder, *flood(300))
    rows = [row for row in outbox_messages(quiet) if row.due]
    assert len(rows) == MAX_ATTACKS + 1
    assert [row.priority for row in rows] == [Priority.FIRST] * MAX_ATTACKS + [Priority.FLOOD]
    assert texts(quiet)[-1] == f"🚨 {900 - 3 * MAX_ATTACKS} failed phone logins from many addresses"
    store_and_alert(quiet, holder, *flood(300, at=NOON + 120))
    assert len([row for row in outbox_messages(quiet) if row.due]) == MAX_ATTACKS + 1
    assert texts(quiet)[-1] == f"🚨 {2 * (900 - 3 * MAX_ATTACKS)} failed phone logins from many addresses"


def test_a_flood_that_comes_bit_by_bit_is_one_message_too(quiet: Services, holder: LeaseHolder) -> None:
    for fact in flood(12):
        store_and_alert(quiet, holder, fact)
    assert len([row for row in outbox_messages(quiet) if row.due]) == MAX_ATTACKS + 1
    assert texts(quiet)[-1] == f"🚨 {3 * (12 - MAX_ATTACKS)} failed phone logins from many addresses"


def test_one_attempt_from_each_of_very_many_addresses_is_reported_too(
    quiet: Services, holder: LeaseHolder
) -> None:
    """None of them alone would be worth telling."""
    for minute in range(2):
        store_and_alert(quiet, holder, *flood(2000, each=1, at=NOON + 60 * minute, net=minute))
    ((channel, text),) = outbox_texts(quiet)
    assert (channel, text) == (
        PHONES,
        f"🚨 {4_000 - login_counts.MAX_ADDRESSES} failed phone logins from many addresses",
    )
    assert len(outbox_messages(quiet)) <= 2 * login_counts.MAX_ADDRESSES


def test_one_attacker_is_reported_beside_a_few_typing_errors(quiet: Services, holder: LeaseHolder) -> None:
    store_and_alert(quiet, holder, *flood(10, each=1), *attempts(200))
    assert texts(quiet) == ["🚨 200 failed phone logins from 203.0.113.9"]


def test_after_a_flood_a_single_attacker_has_a_message_again(quiet: Services, holder: LeaseHolder) -> None:
    store_and_alert(quiet, holder, *flood(300))
    store_and_alert(quiet, holder, *attempts(3, NOON + 700))
    assert "🚨 3 failed phone logins from 203.0.113.9" in texts(quiet)


def test_in_a_flood_an_address_with_many_attempts_a_minute_has_a_message(
    quiet: Services, holder: LeaseHolder
) -> None:
    store_and_alert(quiet, holder, *flood(300))
    store_and_alert(
        quiet, holder, *(login_failed("203.0.113.9", at=NOON + 60 + place) for place in range(50))
    )
    (told_of,) = [text for text in texts(quiet) if "203.0.113.9" in text]
    assert told_of == "🚨 50 failed phone logins from 203.0.113.9"


def test_the_message_of_a_flood_is_edited_every_few_minutes(quiet: Services, holder: LeaseHolder) -> None:
    store_and_alert(quiet, holder, *flood(300))
    mark_all_posted(quiet)
    store_and_alert(quiet, holder, *flood(8, each=1, at=NOON + 60, net=1))
    assert [row for row in outbox_messages(quiet) if row.due] == []
    store_and_alert(quiet, holder, *flood(8, each=1, at=NOON + 240, net=2))
    assert [row.content["kind"] for row in outbox_messages(quiet) if row.due] == ["flood"]
