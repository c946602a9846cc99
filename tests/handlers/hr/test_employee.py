"""What HR systems say of employees, made into types or left out with a word on why."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from handlers.hr.employee import READ, EmployeeEvent
from handlers.hr.source import Fields


def event(**values: Any) -> EmployeeEvent:
    return EmployeeEvent.model_validate({"kind": "joined", "external_id": "7", "name": "Alice", **values})


def test_a_source_can_say_where_each_value_stands() -> None:
    assert (
        {each.name for each in fields(Fields)}
        == READ.keys() | {"external_id"}
        < EmployeeEvent.model_fields.keys()
    )


HOSTILE: dict[str, list[Any]] = {
    "name": [
        "Al\nice",
        "x" * 81,
        "   ",
        "Al\x00ice",
        "\ud800",
        "\u202egnp.exe",
        7,
        ["Alice"],
        {"a": 1},
        True,
    ],
    "email": [
        "mallory",
        "mallory@",
        "a b@example.com",
        "<a@example.com>",
        "a@b.\nc",
        "é" * 300 + "@example.com",
        7,
    ],
    "department": ["Sa\rles", "d" * 81, "\ud800"],
    "start_date": [
        "01/02/2026",
        "2026-13-01",
        "2026-02-30",
        "2026-02-01x",
        "20260201",
        "٢٠٢٦-٠٢-٠١",
        20260201,
    ],
    "wanted_number": ["1", "101\n", "+101", "abc", "9" * 21, "²³", -101, 101.0, True],
    "occurred_at": ["soon", "NaN", "9" * 50, -1, 1e300],
}


@pytest.mark.parametrize(
    ("field", "value"),
    [(field, value) for field, values in HOSTILE.items() for value in values],
    ids=lambda value: ascii(value)[:20],
)
def test_an_unreadable_value_is_dropped_and_reported_without_repeating_it(field: str, value: Any) -> None:
    read = event(**{field: value})
    assert getattr(read, field) is None
    (problem,) = read.problems
    assert problem.startswith(f"{field}: ")
    assert not (isinstance(value, str) and len(value) > 3 and value.strip() and value in problem)
    assert problem.isprintable()


def test_a_number_in_the_digits_of_any_script_is_kept_in_ours() -> None:
    assert event(wanted_number="١٠١").wanted_number == "101"


@pytest.mark.parametrize("field", HOSTILE)
@pytest.mark.parametrize("value", [None, ""])
def test_an_empty_value_is_no_problem(field: str, value: Any) -> None:
    read = event(**{field: value})
    assert (getattr(read, field), read.problems) == (None, ())


def test_values_are_normalised() -> None:
    read = event(
        name="  Zoe\u0301 ",
        email=" Zoe@example.com ",
        start_date="2026-02-01T23:30:00-08:00",
        wanted_number=142,
    )
    assert (read.name, read.email) == ("Zo\u00e9", "Zoe@example.com")
    assert (read.start_date, read.wanted_number) == (date(2026, 2, 1), "142")


def test_a_date_of_zeros_is_none_and_no_problem() -> None:
    read = event(start_date="0000-00-00")
    assert (read.start_date, read.problems) == (None, ())


@pytest.mark.parametrize("external_id", ["", " ", "a b", "a\n", "\x00", "é", "x" * 129, None, 7, True])
def test_without_an_id_that_can_be_kept_there_is_no_event(external_id: Any) -> None:
    with pytest.raises(ValidationError):
        event(external_id=external_id)


def test_an_event_comes_back_from_json_as_it_was() -> None:
    read = event(email="nonsense", start_date="2026-02-01", wanted_number="101", occurred_at="1795348800")
    again = EmployeeEvent.model_validate(read.model_dump(mode="json"))
    assert again == read
    assert again.problems == read.problems != ()


def test_details_filled_in_later_are_read_as_carefully() -> None:
    stored = event(name=None).model_dump(mode="json")
    assert EmployeeEvent.model_validate(stored | {"name": "Alice"}).needs_details is False
    assert EmployeeEvent.model_validate(stored | {"name": "Al\nice"}).needs_details is True


def test_who_joins_needs_a_name_who_changes_or_leaves_does_not() -> None:
    assert event(name=None).needs_details
    assert not event().needs_details
    assert not event(kind="left", name=None).needs_details
    assert not event(kind="changed", name=None, department="Sales").needs_details


def test_a_change_without_anything_changed_says_nothing() -> None:
    assert event(kind="changed", name=None).has_no_details
    assert not event(kind="changed", name=None, email="a@example.com").has_no_details
    assert not event(kind="left", name=None).has_no_details


def test_nothing_is_known_of_an_event_but_what_it_says() -> None:
    event = EmployeeEvent(kind="joined", external_id="e1")
    assert (event.looked_up, event.is_active, event.problems) == (False, False, ())
    assert (event.choice, event.name) == (None, None)


def test_a_moment_after_its_receipt_is_that_of_the_receipt_and_of_a_leaving_not_known() -> None:
    happened = datetime(2026, 11, 26, 14, 3, tzinfo=UTC)
    left, joined = (event(kind=kind, occurred_at=happened.isoformat()) for kind in ("left", "joined"))
    for each in (left, joined):  # clocks differ
        assert each.as_received(happened - timedelta(minutes=3)).occurred_at == happened
        assert each.as_received(happened + timedelta(days=1)).occurred_at == happened
    received = happened - timedelta(hours=1)
    assert left.as_received(received).occurred_at is None
    assert joined.as_received(received).occurred_at == received
