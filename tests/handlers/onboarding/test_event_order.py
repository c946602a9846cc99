"""What came first, of events that come in any order."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from handlers.onboarding import event_order
from models.employee import Employee, Stage
from tests.handlers.onboarding.events import event

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def employee(**values: Any) -> Employee:
    return Employee(source="standard", external_id="e1", stage=Stage.LEFT, **values)


@pytest.mark.parametrize(
    ("kind", "field"), [("left", "joined_at"), ("changed", "occurred_at"), ("joined", "occurred_at")]
)
def test_an_event_is_stale_after_later_news(kind: str, field: str) -> None:
    known = employee(**{field: NOON})
    assert event_order.is_stale(event(kind, occurred_at=NOON - HOUR), known)
    assert not event_order.is_stale(event(kind, occurred_at=NOON), known)
    assert not event_order.is_stale(event(kind), known)
    assert not event_order.is_stale(event(kind, occurred_at=NOON - HOUR), employee())


def test_leaving_is_not_overtaken_by_a_later_change() -> None:
    assert not event_order.is_stale(event("left", occurred_at=NOON), employee(occurred_at=NOON + DAY))


def test_only_an_active_change_that_was_delivered_later_tells_of_a_return() -> None:
    left = employee(left_at=NOON)
    assert event_order.is_return_notice(event("changed", is_active=True, received_at=NOON + HOUR), left)
    assert not event_order.is_return_notice(event("changed", is_active=True, received_at=NOON), left)
    assert not event_order.is_return_notice(event("changed", received_at=NOON + HOUR), left)
    assert not event_order.is_return_notice(event("changed", is_active=True, received_at=NOON), employee())


@pytest.mark.parametrize(
    ("values", "overtaken"),
    [
        ({"occurred_at": NOON + HOUR}, False),  # it says itself that it is later
        ({"occurred_at": NOON}, True),
        ({"received_at": NOON - HOUR, "start_date": date(2099, 1, 1)}, True),  # delivered before they left
        ({"received_at": NOON + 6 * DAY}, True),  # may be a repetition
        ({"received_at": NOON + 7 * DAY}, True),
        ({"received_at": NOON + 8 * DAY}, False),
        (
            {"received_at": NOON + HOUR, "start_date": date(2026, 3, 12)},
            False,
        ),  # a first day after the last one
        ({"received_at": NOON + HOUR, "start_date": date(2026, 3, 8)}, True),
        ({}, True),
        ({"is_active": True, "received_at": NOON + HOUR}, False),
    ],
)
def test_a_joining_of_who_left_counts_if_it_is_later(values: dict[str, Any], overtaken: bool) -> None:
    assert event_order.is_overtaken(event("joined", **values), employee(left_at=NOON)) is overtaken


def test_no_event_is_overtaken_without_a_leaving() -> None:
    assert not event_order.is_overtaken(event("joined"), employee())


def test_hrs_timestamp_counts_more_than_the_time_of_delivery() -> None:
    first = event("joined", occurred_at=NOON, received_at=NOON + DAY)
    second = event("left", occurred_at=NOON + HOUR, received_at=NOON + HOUR)
    assert event_order.is_before(first, second)
    assert not event_order.is_before(second, first)
    assert not event_order.is_before(first, first)


def test_without_such_a_time_it_is_when_they_were_delivered() -> None:
    first, second = (
        event("joined", received_at=NOON),
        event("left", received_at=NOON + HOUR, occurred_at=NOON),
    )
    assert event_order.is_before(first, second)
    assert event_order.is_before(first, first)
    assert not event_order.is_before(second, first)
    assert not event_order.is_before(event("joined"), second)


def test_events_of_two_people_have_no_order() -> None:
    assert not event_order.is_before(
        event("joined", received_at=NOON), event("left", received_at=NOON + DAY, external_id="e2")
    )
