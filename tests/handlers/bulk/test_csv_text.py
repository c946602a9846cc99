"""CSV as spreadsheets write it is read, and what is written comes back as it was."""

from __future__ import annotations

import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.bulk.csv_text import (
    COLUMNS,
    MAX_LINES,
    NUMBER,
    CsvRow,
    Unreadable,
    decoded,
    guessed,
    read,
    write,
)
from pbx.bulk.rows import MAX_ROWS

PEOPLE = [CsvRow(2, {NUMBER: "101", "name": "Zoë"}), CsvRow(3, {NUMBER: "102", "name": "Bob"})]
TEXT = "number,name\n101,Zoë\n102,Bob\n"


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "\t").encode("utf-8-sig"),
        TEXT.replace("number,name", "Extension Number, NAME ").encode(),
        TEXT.replace("Bob", '"Bob"').rstrip().encode(),
        TEXT.replace("\n", ",\n").encode(),
        TEXT.replace(",", "\t").replace("\n", "\r\n").encode("utf-16"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        TEXT.replace("number", "Durchwahl").encode(),
    ],
    ids=[
        "plain",
        "BOM",
        "CRLF",
        "semicolons",
        "tabs",
        "other names",
        "quotes, no last newline",
        "empty column",
        "Excel's Unicode text",
        "UTF-16, the other way round",
        "German",
    ],
)
def test_what_spreadsheets_write_is_read(content: bytes) -> None:
    assert read(decoded(content)) == PEOPLE


def test_windows_1252_is_guessed_for_whom_it_is_shown_to() -> None:
    text, is_guess = guessed(TEXT.replace("Bob", "“Bob”").encode("cp1252"))
    assert (read(text)[0], is_guess) == (PEOPLE[0], True)
    assert read(text)[1].values["name"] == "“Bob”"
    assert guessed(TEXT.encode()) == (TEXT, False)


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"a\0\xff", b"number\n\x81"])
def test_what_is_no_text_of_windows_is_not_guessed(content: bytes) -> None:
    with pytest.raises(Unreadable):
        guessed(content)


def test_lines_are_counted_over_newlines_in_quotes_and_empty_rows() -> None:
    rows = read('number,notes\r\n101,"two\nlines"\r\n\r\n,x\r\n,\r\n102,x\r\n')
    assert [(row.line, row.values.get(NUMBER)) for row in rows] == [(2, "101"), (5, None), (7, "102")]


def test_empty_cells_are_not_given() -> None:
    assert read("number,name,email\n101, ,a@example.com\n")[0].values == {
        NUMBER: "101",
        "email": "a@example.com",
    }


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "there is nothing in it"),
        (b"name,email\nAlice,a@example.com\n", "no column is named extension_number"),
        (b"number,nmae\n101,Alice\n", "there is no column “nmae” (did you mean name?)"),
        (b"101,Alice,SecurePass123\n", "no column is named extension_number (or number)"),
        (b"number,n\x1b]0;mine\x07" + b"x" * 99, "there is no column “n?]0;mine?xxx"),
        (b"number,colour\n", "there is no column “colour”; there are extension_number, name, secret"),
        (b"number,extension_number\n", "the column extension_number stands there twice"),
        (b'number,name\n101,Alice\n102,"Bob\n', "the row that begins in line 3 cannot be read"),
        ("number,name\n101,Zoë\n".encode("latin-1"), "line 2 is not UTF-8: in Excel"),
        ("number,name\n".encode("utf-16")[:-1], "line 1 is not UTF-8"),
        ("number,name\n".encode("utf-16-le"), "this is no text: in Excel"),
        (b"PK\x03\x04\x14\0\x06\0", "this is a workbook, and no CSV: in Excel, save it as “CSV UTF-8”"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "this is a workbook"),
        (b"number,name" + b"," * 100, "the first line has 102 columns, and 100 are the most"),
        (b"number\n" + b"\n" * MAX_LINES, "the file has more than 100000 lines, most of them empty"),
        (b"number\n" + b"101\n" * (MAX_ROWS + 1), "the file has more than 10000 rows"),
    ],
)
def test_what_cannot_be_taken_says_what_would_be_right(content: bytes, said: str) -> None:
    with pytest.raises(Unreadable) as error:
        read(decoded(content))
    assert said in str(error.value)
    assert len(str(error.value)) < 400
    assert str(error.value).isprintable()


def test_of_millions_of_rows_no_more_are_made_than_it_takes_to_refuse_them() -> None:
    text = "number\n" + "101\n" * 1_000_000
    tracemalloc.start()
    try:
        with pytest.raises(Unreadable):
            read(text)
        assert tracemalloc.get_traced_memory()[1] < 10 * len(text)  # bytes; all rows would be 700 MB
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("101,Alice,ulaw,alaw", "this row has 4 cells, and the header has 3"),
        ("101,Alice", "this row has 2 cells, and the header has 3"),
        ("101,Alice,x", "a value stands in a column without a name"),
    ],
)
def test_cells_that_belong_to_no_column_are_a_fault_of_their_row(row: str, said: str) -> None:
    found = read(f"number,name,\n{row}\n")[0]
    assert (found.line, found.values[NUMBER]) == (2, "101")
    assert said in found.fault


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30", "'+49 30"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1", "'＝1"),
        ("'=1", "''=1"),
        ("'tis", "'tis"),
        ("O'Brien", "O'Brien"),
        (["ulaw", "alaw"], "ulaw alaw"),
        (True, "yes"),
        (False, "no"),
        (60, "60"),
        (None, ""),
    ],
)
def test_no_cell_is_a_formula(value: Any, cell: str) -> None:
    assert write([{"notes": value}], ["notes", "name"]) == f"notes,name\n{cell},\n"


# No field takes control characters.
VALUES = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20)


@given(st.lists(st.dictionaries(st.sampled_from(COLUMNS[1:]), VALUES), max_size=4))
def test_every_value_comes_back_as_it_was(rows: list[dict[str, str]]) -> None:
    rows = [{NUMBER: "101"} | {name: value for name, value in row.items() if value.strip()} for row in rows]
    assert [
        row.values for row in read(decoded(write(rows, COLUMNS).encode("utf-8", "surrogatepass")))
    ] == rows
