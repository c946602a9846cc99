"""What is given for each of many extensions becomes a row, with a fault for each field that is wrong."""

from __future__ import annotations

from handlers.bulk import rows
from handlers.bulk.csv_text import CsvRow
from pbx.bulk.rows import Fault, Row


def test_a_row_has_the_fields_that_are_given_and_no_others() -> None:
    row = rows.of_fields(3, {"number": "１０１", "name": " Alice ", "codecs": "ulaw alaw", "enabled": "no"})
    assert (row.place, row.number, row.faults) == (3, "101", ())
    assert row.given is not None
    assert row.given.given() == {"name": "Alice", "codecs": ["ulaw", "alaw"], "enabled": False}


def test_each_wrong_field_is_a_fault_that_does_not_repeat_its_value() -> None:
    row = rows.of_fields(1, {"name": "Alice", "secret": "hush", "colour": "red"})
    assert row.given is None
    details = dict(row.faults)
    assert set(details) == {"extension_number", "secret", "colour"}
    assert "a password has 8 to 128 characters" in details["secret"]
    assert "there is no such field" in details["colour"]
    assert "hush" not in repr(row)


def test_what_is_no_number_is_not_repeated_as_one() -> None:
    given = [{"extension_number": text} for text in ("SecurePass123", "\x1b]0;mine\x07101", "101\n", "101")]
    refused = rows.of_csv_rows(CsvRow(2, values, "too many cells") for values in given)
    assert [row.number for row in refused] == ["", "", "", "101"]


def test_rows_of_csv_keep_their_lines_and_what_is_wrong_with_their_cells() -> None:
    found = rows.of_csv_rows([CsvRow(2, {"extension_number": "101"}, "too many cells"), CsvRow(4, {})])
    assert found[0] == Row(2, "101", None, (Fault("", "too many cells"),))
    assert (found[1].place, found[1].faults) == (4, (Fault("extension_number", "this is needed"),))
