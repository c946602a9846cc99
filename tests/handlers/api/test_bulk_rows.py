"""What is given for each of many extensions becomes a row, with a fault for each field that is wrong."""

from __future__ import annotations

from pydantic import SecretStr

from handlers.api import bulk_rows
from handlers.api.bulk_csv import CsvRow
from models.fields import Changes
from pbx.bulk.rows import Fault, Row


def test_a_row_has_the_fields_that_are_given_and_no_others() -> None:
    row = bulk_rows.of_fields(
        3, {"number": "１０１", "name": " Alice ", "codecs": "ulaw alaw", "enabled": "no"}
    )
    assert (row.place, row.number, row.faults) == (3, "101", ())
    assert row.given is not None
    assert row.given.given() == {"name": "Alice", "codecs": ["ulaw", "alaw"], "enabled": False}


def test_a_row_of_json_is_the_same() -> None:
    given = {"extension_number": "101", "secret": "SecurePass123", "email": None, "max_contacts": 2}
    changes = {"secret": SecretStr("SecurePass123"), "email": None, "max_contacts": 2}
    assert bulk_rows.of_json([given | {"codecs": None, "transport": "transport-udp"}, given]) == [
        Row(1, "101", Changes(**changes, transport="udp")),
        Row(2, "101", Changes(**changes)),
    ]


def test_each_wrong_field_is_a_fault_that_does_not_repeat_its_value() -> None:
    row = bulk_rows.of_fields(1, {"name": "Alice", "secret": "hush", "colour": "red"})
    assert row.given is None
    details = dict(row.faults)
    assert set(details) == {"extension_number", "secret", "colour"}
    assert "a secret has 8 to 128 characters" in details["secret"]
    assert "there is no such field" in details["colour"]
    assert "hush" not in repr(row)


def test_what_is_no_number_is_not_repeated_as_one() -> None:
    given = [{"extension_number": text} for text in ("SecurePass123", "\x1b]0;mine\x07101", "101\n", "101")]
    assert [row.number for row in bulk_rows.of_json(given[:3])] == ["", "", ""]
    refused = bulk_rows.of_csv_rows(CsvRow(2, values, "too many cells") for values in given)
    assert [row.number for row in refused] == ["", "", "", "101"]


def test_types_of_json_are_not_guessed() -> None:
    first, second = bulk_rows.of_json(
        [
            {"extension_number": 101, "max_contacts": "2", "name": "Alice"},
            {"extension_number": "101", "secret": "hush"},
        ]
    )
    assert {field for field, _ in first.faults} == {"extension_number", "max_contacts"}
    assert [field for field, _ in second.faults] == ["secret"]


def test_thousands_of_rows_with_unknown_fields_make_no_answer_larger_than_what_was_sent() -> None:
    names = [f"nam{number}" for number in range(90)]
    rows = bulk_rows.of_json([{"extension_number": "101", **dict.fromkeys(names, 1)}] * 1000)
    assert len(rows[0].faults) == bulk_rows.MAX_FAULTS + 1
    assert rows[0].faults[0].detail.startswith("there is no such field; did you mean name? The fields are ")
    assert rows[-1].faults[0].detail == "there is no such field"
    assert rows[-1].faults[-1] == Fault("", "and 85 more")
    assert sum(len(repr(fault)) for row in rows for fault in row.faults) < 1000 * len(repr(names))


def test_rows_of_csv_keep_their_lines_and_what_is_wrong_with_their_cells() -> None:
    rows = bulk_rows.of_csv_rows([CsvRow(2, {"extension_number": "101"}, "too many cells"), CsvRow(4, {})])
    assert rows[0] == Row(2, "101", None, (Fault("", "too many cells"),))
    assert (rows[1].place, rows[1].faults) == (4, (Fault("extension_number", "this is needed"),))
