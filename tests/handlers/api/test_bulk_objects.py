"""Many extensions of JSON become rows, with a fault for each field that is wrong."""

from __future__ import annotations

from pydantic import SecretStr

from handlers.api import bulk_objects
from handlers.bulk import rows as bulk_rows
from models.fields import Changes
from pbx.bulk.rows import Fault, Row


def test_a_row_of_json_is_the_same() -> None:
    given = {"extension_number": "101", "secret": "SecurePass123", "email": None, "max_contacts": 2}
    changes = {"secret": SecretStr("SecurePass123"), "email": None, "max_contacts": 2}
    assert bulk_objects.of_json([given | {"codecs": None, "transport": "transport-udp"}, given]) == [
        Row(1, "101", Changes(**changes, transport="udp")),
        Row(2, "101", Changes(**changes)),
    ]


def test_what_is_no_number_is_not_repeated_as_one() -> None:
    given = [{"extension_number": text} for text in ("SecurePass123", "\x1b]0;mine\x07101", "101\n")]
    assert [row.number for row in bulk_objects.of_json(given)] == ["", "", ""]


def test_types_of_json_are_not_guessed() -> None:
    first, second = bulk_objects.of_json(
        [
            {"extension_number": 101, "max_contacts": "2", "name": "Alice"},
            {"extension_number": "101", "secret": "hush"},
        ]
    )
    assert {field for field, _ in first.faults} == {"extension_number", "max_contacts"}
    assert [field for field, _ in second.faults] == ["secret"]


def test_thousands_of_rows_with_unknown_fields_make_no_answer_larger_than_what_was_sent() -> None:
    names = [f"nam{number}" for number in range(90)]
    rows = bulk_objects.of_json([{"extension_number": "101", **dict.fromkeys(names, 1)}] * 1000)
    assert len(rows[0].faults) == bulk_rows.MAX_FAULTS + 1
    assert rows[0].faults[0].detail.startswith("there is no such field; did you mean name? The fields are ")
    assert rows[-1].faults[0].detail == "there is no such field"
    assert rows[-1].faults[-1] == Fault("", "and 85 more")
    assert sum(len(repr(fault)) for row in rows for fault in row.faults) < 1000 * len(repr(names))
