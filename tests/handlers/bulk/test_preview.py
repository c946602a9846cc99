"""What is shown of each row before it is done."""

from __future__ import annotations

from typing import Any

from pydantic import SecretStr

from handlers.bulk import preview
from handlers.bulk.preview import Change, PreviewRow
from models.extension import Extension
from models.fields import Changes
from pbx.bulk.rows import Fault, Outcome, Row, RowStatus, refused

SECRET = SecretStr("SecurePass123")


def outcome(place: int, number: str, status: RowStatus, **more: Any) -> Outcome:
    extension = Extension(number=number, name="Alice", encrypted_secret="", slack_user_id="U0ALICE01")
    return Outcome(Row(place, number, Changes(name="Alice")), status, extension=extension, **more)


CREATED = outcome(
    2, "101", RowStatus.CREATED, changes={"name": [None, "Alice"]}, new_secret=SECRET, made_secret=True
)
CHANGED = outcome(
    3,
    "102",
    RowStatus.CHANGED,
    changes={"codecs": [["ulaw", "alaw"], ["ulaw"]], "email": ["a@example.com", None], "secret": None},
    new_secret=SECRET,
    seen_revision=4,
)
UNCHANGED = outcome(4, "103", RowStatus.UNCHANGED)
REFUSED = refused(
    Row(5, "112", Changes(name="Help")),
    Fault("extension_number", "112 is an emergency number"),
    Fault("", "x"),
)
ALL = [CREATED, CHANGED, UNCHANGED, REFUSED]


def test_each_row_says_what_would_become_of_it_and_no_password() -> None:
    created, changed, unchanged, wrong = preview.of(ALL)
    assert created == PreviewRow(
        2,
        "101",
        "Alice",
        RowStatus.CREATED,
        [],
        [],
        [Change("name", "", "Alice")],
        revision=1,
        makes_password=True,
        user="U0ALICE01",
    )
    assert (changed.revision, changed.user) == (5, "")
    assert changed.changes == [
        Change("codecs", "ulaw, alaw", "ulaw"),
        Change("email", "a@example.com", ""),
        Change("password", "", ""),
    ]
    assert (unchanged.is_to_save, unchanged.changes) == (False, [])
    assert (wrong.name, wrong.why) == ("Help", ["extension_number: 112 is an emergency number", "x"])
    assert SECRET.get_secret_value() not in preview.as_json(preview.of(ALL))


def test_it_comes_back_from_json_as_it_was() -> None:
    rows = preview.of(ALL)
    assert preview.from_json(preview.as_json(rows)) == rows


def test_what_needs_somebody_is_on_top() -> None:
    warned = outcome(6, "0101", RowStatus.CREATED, warnings=("101 is there already",))
    rows = preview.in_order(preview.of([*ALL, warned]))
    assert [each.number for each in rows] == ["112", "0101", "102", "101", "103"]
    assert list(preview.counts(rows).items()) == [
        (RowStatus.REFUSED, 1),
        (RowStatus.CHANGED, 1),
        (RowStatus.CREATED, 2),
        (RowStatus.UNCHANGED, 1),
    ]


def test_what_differs_from_the_preview_before_is_marked_and_has_another_digest() -> None:
    before = preview.of(ALL)
    taken = refused(CREATED.row, Fault("extension_number", "101 is taken"))
    after = preview.compared(preview.of([taken, CHANGED, UNCHANGED, REFUSED]), before)
    assert [each.is_other for each in after] == [True, False, False, False]
    assert preview.digest(after) != preview.digest(before)
    again = preview.compared(before, after)
    assert [each.is_other for each in again] == [True, False, False, False]
    assert preview.digest(again) == preview.digest(before)
    assert [each.number for each in preview.in_order(after)][:2] == ["101", "112"]
