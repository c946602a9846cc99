"""From a document to events: whom it is about, what happened, and what is left out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from handlers.hr.bodies import Unreadable
from handlers.hr.mapping import NO_EMPLOYEE, field_values, has_left, is_active, is_ping, parse_events
from handlers.hr.signatures import FixedToken
from handlers.hr.source import Fields, Source

AT = "2026-01-01T09:00:00Z"
FIELDS = Fields(
    external_id=("id", "data.id"), name=("name", "first+last"), email=("email",), occurred_at=("at",)
)


def source(**more: Any) -> Source:
    values: dict[str, Any] = {
        "setting": "hr_token",
        "signature": FixedToken(),
        "kind_at": ("type", "action"),
        "kinds": {"hired": "joined", "updated": "changed", "gone": "left"},
        "fields": FIELDS,
        "each": "employees",
        "left_when": {"status": "inactive", "state": "terminated"},
    }
    return Source(**values | more)


def read(document: dict[str, Any], **more: Any) -> list[tuple[str, str, str | None]]:
    events = parse_events(source(**more), document).events
    return [(event.kind, event.external_id, event.name) for event in events]


def test_one_employee_stands_in_the_document_or_in_its_list() -> None:
    assert read({"type": "hired", "id": 7, "name": "Alice"}) == [("joined", "7", "Alice")]
    listed = {"type": "hired", "employees": [{"id": "7"}, {"id": "8", "type": "gone"}]}
    assert read(listed) == [("joined", "7", None), ("left", "8", None)]
    assert read({"type": "hired", "data": {"id": "9"}}, each=None) == [("joined", "9", None)]
    assert read({"type": "hired", "employees": []}) == []


def test_the_word_for_what_happened_has_no_case_and_the_first_path_counts() -> None:
    assert read({"type": "HIRED", "action": "gone", "id": "7"})[0][0] == "joined"
    assert read({"action": "gone", "id": "7"})[0][0] == "left"


def test_a_name_of_two_parts_is_both_or_none() -> None:
    assert read({"type": "hired", "id": "7", "first": "Alice", "last": "Smith"})[0][2] == "Alice Smith"
    assert read({"type": "hired", "id": "7", "first": "Alice", "last": ""})[0][2] is None
    assert read({"type": "hired", "id": "7", "name": "", "first": "A", "last": 1})[0][2] == "A 1"


def test_values_are_texts_and_whole_numbers() -> None:
    fields = Fields(external_id=("id",), name=("name",), email=("email", "mail"), wanted_number=("ext",))
    entry = {"id": 0, "name": True, "email": ["x"], "mail": "a@example.com", "ext": 105}
    assert field_values(fields, entry) == {
        "external_id": "0",
        "name": None,
        "email": "a@example.com",
        "department": None,
        "start_date": None,
        "wanted_number": 105,
        "occurred_at": None,
    }


def test_a_moment_of_the_employee_counts_before_that_of_the_delivery() -> None:
    document = {
        "type": "hired",
        "at": AT,
        "employees": [{"id": "7", "at": "2026-01-02T09:00:00Z"}, {"id": "8"}],
    }
    events = parse_events(source(), document).events
    assert [event.occurred_at for event in events] == [
        datetime(2026, 1, 2, 9, tzinfo=UTC),
        datetime(2026, 1, 1, 9, tzinfo=UTC),
    ]


def test_a_change_to_a_status_of_leavers_is_a_leaving() -> None:
    for status in (
        {"status": "Inactive"},
        {"state": "terminated"},
        {"status": "active", "state": "TERMINATED"},
    ):
        assert read({"type": "updated", "id": "7"} | status)[0][0] == "left"
    assert read({"type": "updated", "id": "7", "status": "active"})[0][0] == "changed"
    assert read({"type": "hired", "id": "7", "status": "inactive"})[0][0] == "joined"
    assert has_left({"status": "inactive"}, {"status": "inactive"})
    assert not has_left({}, {"status": "inactive"})


def test_somebody_works_there_where_a_change_with_a_moment_says_so() -> None:
    def says(**more: str) -> bool:
        return parse_events(source(), {"type": "updated", "id": "7"} | more).events[0].is_active

    assert says(at=AT, status="Active")
    assert not says(status="active")
    assert not says(at=AT)
    assert not says(at=AT, status="active", type="hired")
    assert is_active({"status": "inactive"}, {"status": "active"})
    assert not is_active({"status": "inactive", "state": "gone"}, {"status": "active", "state": "gone"})


def test_foreign_events_are_noted_once_and_strange_words_not_repeated() -> None:
    document = {
        "employees": [{"id": str(at), "type": word} for at, word in enumerate(["Paid", "paid", "<b>"])]
    }
    found = parse_events(source(), document)
    assert found.events == ()
    assert found.notes == (
        "“paid” is no event that concerns phones",
        "what it tells of is no event that concerns phones",
    )
    longest = "a" * 60
    assert parse_events(source(), {"type": longest}).notes[0].startswith(f"“{longest}”")
    assert parse_events(source(), {"type": longest + "a"}).notes[0].startswith("what it tells of")


def test_who_cannot_be_read_is_left_out_and_noted() -> None:
    found = parse_events(source(), {"type": "hired", "employees": [{"id": "7"}, {"id": "a b"}, {"id": ""}]})
    assert [event.external_id for event in found.events] == ["7"]
    assert found.notes == (f"an employee was left out: {NO_EMPLOYEE}",)


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"id": "7"}, "the body does not say what happened: expected at type or action"),
        ({"type": "hired"}, NO_EMPLOYEE),
        ({"type": "hired", "employees": [{"id": "a b"}]}, NO_EMPLOYEE),
    ],
)
def test_a_delivery_of_which_nothing_can_be_read_is_refused(document: dict[str, Any], words: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse_events(source(), document)
    assert str(caught.value) == words


def test_one_that_also_tells_of_something_foreign_is_not_refused() -> None:
    found = parse_events(source(), {"employees": [{"id": "7", "type": "paid"}, {"type": "hired"}]})
    assert (found.events, len(found.notes)) == ((), 2)


def test_a_ping_is_recognised_by_its_word() -> None:
    assert is_ping(source(), {"type": "PING"})
    assert not is_ping(source(), {"type": "hired"})
    assert not is_ping(source(), {})
