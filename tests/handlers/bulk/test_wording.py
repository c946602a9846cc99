"""What came of many extensions, in words."""

from __future__ import annotations

from handlers.bulk import wording
from models.fields import Changes
from pbx.bulk.rows import Fault, Outcome, Row, RowStatus, refused


def outcome(place: int, status: RowStatus, reason: str | None = None) -> Outcome:
    return Outcome(Row(place, str(100 + place), Changes()), status, reason=reason)


DONE = [
    outcome(1, RowStatus.CREATED),
    outcome(2, RowStatus.CREATED),
    outcome(3, RowStatus.CHANGED),
    outcome(4, RowStatus.UNCHANGED),
    refused(
        Row(5, "112", None), Fault("extension_number", "an emergency number"), Fault("", "too many cells")
    ),
    outcome(6, RowStatus.SAVED, "Asterisk is away"),
    outcome(7, RowStatus.SAVED, "Asterisk is away"),
]


def test_the_summary_counts_each_status() -> None:
    assert wording.summary(DONE) == (
        "7 rows: 2 created, 1 changed, 1 unchanged, 1 refused, 2 saved, not live yet."
    )
    assert wording.summary(DONE[:1], dry_run=True) == "1 row: 1 would be created. Nothing was changed."
    assert wording.summary([]) == "0 rows: nothing to do."


def test_of_whom_slack_said_nothing_is_counted() -> None:
    assert wording.unasked(0) == ""
    assert "whether 1 of the Slack users in the rows is in this workspace" in wording.unasked(1)
    assert "whether 1,200 of the Slack users in the rows are in this workspace" in wording.unasked(1200)


def test_a_refusal_names_line_number_and_fields() -> None:
    assert wording.refusals(DONE) == ["line 5, 112: extension_number: an emergency number; too many cells"]
    assert wording.refusals([refused(Row(9, "", None), Fault("name", "this is needed"))]) == [
        "line 9: name: this is needed"
    ]


def test_what_waits_is_told_once_for_each_reason() -> None:
    assert wording.waiting(DONE) == ["106, 107: Asterisk is away"]
    many = [outcome(place, RowStatus.SAVED, "Asterisk is away") for place in range(11)]
    assert wording.waiting(many) == ["11 of them: Asterisk is away"]


def test_warnings_are_told_by_line_and_thousands_of_lines_are_cut() -> None:
    warned = [
        Outcome(Row(place, "101", Changes()), RowStatus.CREATED, warnings=("outside the range",))
        for place in range(60)
    ]
    lines = wording.warnings(warned)
    assert (lines[0], lines[-1], len(lines)) == ("line 0, 101: outside the range", "… and 10 more", 51)
