"""Failed logins are few rows, however many attempts and addresses there are."""

from __future__ import annotations

from datetime import UTC, datetime

from models.event import Event, EventKind
from pbx import login_counts
from pbx.facts import LoginFailed
from tests.factories import NOON, login_failed


def test_thousands_of_spoofed_addresses_are_a_few_rows_a_minute() -> None:
    facts = (
        LoginFailed(
            at=NOON + place / 100,
            account=str(place),
            address=f"10.{place >> 8}.{place % 256}",
            reason="unknown account",
        )
        for place in range(5_000)
    )
    counted = list(login_counts.counted(facts, []).values())
    assert len(counted) == login_counts.MAX_ADDRESSES + 1
    assert sum(row.count for row in counted) == 5_000
    assert counted[-1].address == login_counts.MANY
    assert all(len(row.accounts or []) <= login_counts.MAX_ACCOUNTS for row in counted)


def test_a_row_says_what_is_known_of_the_attempts_of_its_minute() -> None:
    first = LoginFailed(at=NOON + 1, account="a" * 40, address="192.0.2.1", reason="unknown account")
    last = LoginFailed(at=NOON + 2, account="102", address="192.0.2.1", reason="wrong secret")
    (row,) = login_counts.counted([first, first, last], []).values()
    assert row == Event(
        at=datetime.fromtimestamp(NOON + 2, UTC),
        kind=EventKind.LOGIN_FAILED,
        number="a" * 40,
        address="192.0.2.1",
        reason="wrong secret",
        count=3,
        accounts=["a" * 32, "102"],
    )


def test_a_count_continues_within_its_minute_and_begins_anew_in_the_next() -> None:
    before = login_counts.counted([login_failed(at=NOON + 59)], []).values()
    grown = login_counts.counted([login_failed(at=NOON + 59.9), login_failed(at=NOON + 60)], before)
    assert {place: row.count for place, row in grown.items()} == {
        (login_counts.minute_of(NOON), "203.0.113.9"): 2,
        (login_counts.minute_of(NOON) + 1, "203.0.113.9"): 1,
    }


def test_an_address_that_has_a_row_keeps_it_when_many_others_come() -> None:
    known = [login_failed(f"10.0.0.{place}") for place in range(login_counts.MAX_ADDRESSES)]
    before = login_counts.counted(known, []).values()
    grown = login_counts.counted([login_failed("10.0.0.1"), login_failed("10.9.9.9")], before)
    assert [(place[1], row.count) for place, row in grown.items()] == [
        ("10.0.0.1", 2),
        (login_counts.MANY, 1),
    ]
