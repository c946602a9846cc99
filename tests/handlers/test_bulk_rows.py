"""What is given for each of many extensions becomes a row, with a fault for each field that is wrong."""

from __future__ import annotations

from pydantic import SecretStr

from handlers import bulk_rows
from handlers.bulk_csv import CsvRow
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
    assert bulk_rows.of_json(1, given | {"codecs": None, "transport": "transport-udp"}) == Row(
        1, "101", Changes(secret=SecretStr("SecurePass123"), email=None, max_contacts=2, transport="udp")
    )
    row = bulk_rows.of_json(1, given)
    assert row == Row(1, "101", Changes(secret=SecretStr("SecurePass123"), email=None, max_contacts=2))


def test_each_wrong_field_is_a_fault_that_does_not_repeat_its_value() -> None:
    row = bulk_rows.of_fields(1, {"name": "Alice", "secret": "hush", "colour": "red"})
    assert row.given is None
    details = dict(row.faults)
    assert set(details) == {"extension_number", "secret", "colour"}
    assert "a secret has 8 to 128 characters" in details["secret"]
    assert "there is no such field" in details["colour"]
    assert "hush" not in repr(row)


def test_types_of_json_are_not_guessed() -> None:
    row = bulk_rows.of_json(1, {"extension_number": 101, "max_contacts": "2", "name": "Alice"})
    assert {field for field, _ in row.faults} == {"extension_number", "max_contacts"}
    assert bulk_rows.of_json(1, {"extension_number": "101", "secret": "hush"}).faults[0].field == "secret"


def test_rows_of_csv_keep_their_lines_and_what_is_wrong_with_their_cells() -> None:
    rows = bulk_rows.of_csv_rows([CsvRow(2, {"extension_number": "101"}, "too many cells"), CsvRow(4, {})])
    assert rows[0] == Row(2, "101", None, (Fault("", "too many cells"),))
    assert (rows[1].place, rows[1].faults) == (4, (Fault("extension_number", "this is needed"),))
