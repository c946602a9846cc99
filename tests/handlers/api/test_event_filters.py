"""What may be asked about events, and what is said of the rest."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from handlers.api.event_filters import EventQuery, StreamQuery, kinds_of


def test_a_whole_query_is_read() -> None:
    query = EventQuery.model_validate(
        {
            "since": "2027-01-15T09:00:00.5+01:00",
            "kind": "registered,moved",
            "extension": "101",
            "limit": "7",
            "cursor": "5",
        }
    )
    assert query.since == datetime(2027, 1, 15, 8, 0, 0, 500_000, tzinfo=UTC)
    assert kinds_of(query.kind) == {"registered", "moved"}
    assert (query.extension, query.limit, query.cursor) == ("101", 7, "5")


def test_nothing_need_be_given() -> None:
    assert StreamQuery.model_validate({}).last_event_id is None
    assert EventQuery.model_validate({}).limit == 100
    assert kinds_of(None) == frozenset()


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("kind", "rang", "there is no kind “rang”; the kinds are registered, unregistered"),
        ("kind", "registered, moved", "there is no kind “ moved”"),
        ("kind", "", "there is no kind “”"),
        ("since", "1800000000", "write a time as 2027-01-15T08:00:00Z"),
        ("since", "2027-01-15T08:00:00", "write a time as"),
        ("since", "2027-01-15T08:00:00 01:00", "written %2B"),
        ("since", "2027-02-30T08:00:00Z", "day value is outside"),
        ("extension", "", "match"),
        ("extension", "a\x00b", "match"),
        ("limit", "0", "greater than or equal to 1"),
        ("limit", "501", "less than or equal to 500"),
        ("cursor", "-1", "match"),
        ("cursor", "1" * 19, "match"),
        ("cursor", "٣", "match"),
        ("token", "x", "Extra inputs"),
    ],
)
def test_what_is_wrong_is_refused(name: str, value: str, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        EventQuery.model_validate({name: value})
