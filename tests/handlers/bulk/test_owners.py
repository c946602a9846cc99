"""Rows that would give an extension to somebody who cannot have one are refused."""

from __future__ import annotations

from typing import Any

from handlers.bulk import owners
from pbx.bulk.rows import Outcome, Row, RowStatus

UNFIT = {"U0GONE001": "is deactivated in Slack"}


def outcome(status: RowStatus, changes: dict[str, Any] | None = None) -> Outcome:
    return Outcome(Row(2, "101", None), status, changes=changes)


def given_to(before: str | None, after: str | None, status: RowStatus = RowStatus.CHANGED) -> Outcome:
    return outcome(status, {"slack_user_id": [before, after]})


def test_owners_are_those_who_would_become_it() -> None:
    rows = [
        given_to(None, "U0BOB0001", RowStatus.CREATED),
        given_to("U0BOB0001", "U0ALICE01"),
        given_to("U0BOB0001", None),
        given_to(None, "U0BOB0001"),
        given_to(None, "U0NEVER01", RowStatus.REFUSED),
        outcome(RowStatus.CHANGED, {"name": ["Bob", "Bobby"], "secret": None}),
        outcome(RowStatus.UNCHANGED),
    ]
    assert owners.new_owners(rows) == ["U0BOB0001", "U0ALICE01"]


def test_who_cannot_be_one_is_refused_with_why() -> None:
    fit, unfit = owners.without_unfit([given_to(None, "U0BOB0001"), given_to(None, "U0GONE001")], UNFIT)
    assert fit.status is RowStatus.CHANGED
    assert unfit.status is RowStatus.REFUSED
    assert unfit.faults[0].field == "slack_user_id"
    assert unfit.faults[0].detail.startswith("U0GONE001 is deactivated in Slack: ")
