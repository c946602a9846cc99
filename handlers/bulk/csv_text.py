"""Pure: extensions as CSV, as spreadsheets write and read it.

A spreadsheet takes a cell that begins with = + - or @ for a formula. Such a value is written with an apostrophe before it,
which is taken off when it is read; one that has apostrophes there of its own gets one more, so that every value comes
back as it was.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import islice
from typing import NamedTuple

from handlers.wording import shorten
from models.fields import Changes
from pbx.bulk.rows import MAX_ROWS

NUMBER = "extension_number"
COLUMNS = (NUMBER, *Changes.model_fields)
OTHER_NAMES = {
    "number": NUMBER,
    "extension": NUMBER,
    "nummer": NUMBER,
    "durchwahl": NUMBER,
    "nebenstelle": NUMBER,
    "e_mail": "email",
    "password": "secret",
    "passwort": "secret",
    "kennwort": "secret",
    "slack_user": "slack_user_id",
    "voicemail": "voicemail_enabled",
}
MAX_COLUMNS = 100  # most of them without a name
MAX_LINES = 10 * MAX_ROWS  # the empty ones among them: looking at millions takes a while
DELIMITERS = ",;\t"
FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
MAX_SHOWN = 80  # characters of a name that is repeated
UTF_16 = b"\xff\xfe", b"\xfe\xff"  # how it begins
WORKBOOKS = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"  # .xlsx and .ods, which are ZIP archives, and .xls
SAVE_AS = "in Excel, save it as “CSV UTF-8”; in Google Sheets, choose File, Download, Comma Separated Values"
WINDOWS = "cp1252"  # in which Excel saves what it calls “CSV”, in Western Europe and America


class Unreadable(ValueError):
    """It is no CSV that can be taken; says what would be right."""


class OtherEncoding(Unreadable):
    """It is text, in neither UTF-8 nor UTF-16."""


class CsvRow(NamedTuple):
    """A row below the header. `line`: where it begins. `values`: of cells that are not empty, by column."""

    line: int
    values: dict[str, str]
    fault: str = ""  # why its cells cannot be told apart


def decoded(content: bytes) -> str:
    """Return the text of UTF-8, with or without a BOM, or of UTF-16 with one. Raises Unreadable."""
    if content.startswith(WORKBOOKS):
        raise Unreadable(f"this is a workbook, and no CSV: {SAVE_AS}")
    is_utf_16 = content.startswith(UTF_16)
    if b"\0" in content and not is_utf_16:
        raise Unreadable(f"this is no text: {SAVE_AS}")
    try:
        return content.decode("utf-16" if is_utf_16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise OtherEncoding(f"line {line} is not UTF-8: {SAVE_AS}") from None


def guessed(content: bytes) -> tuple[str, bool]:
    """Return the text, and whether it was guessed to be Windows-1252: fit for whom it is shown to before it counts.

    Raises Unreadable.
    """
    try:
        return decoded(content), False
    except OtherEncoding as error:
        try:
            return content.decode(WINDOWS), True
        except UnicodeDecodeError:
            raise error from None


def read(text: str) -> list[CsvRow]:
    """Return the rows below the header, without empty ones; what is too much is not looked at. Raises Unreadable."""
    lines = _lines(text)
    _, header = next(lines, (0, []))
    columns = _columns(header)
    rows = [_row(line, cells, columns) for line, cells in islice(lines, MAX_ROWS + 1)]
    if len(rows) > MAX_ROWS:
        raise Unreadable(f"the file has more than {MAX_ROWS} rows, which are the most at once: divide it")
    return rows


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the line where each row begins, and its cells; nothing for an empty row. Raises Unreadable."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    line = 1
    try:
        for cells in islice(reader, MAX_LINES):
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
        if next(reader, None) is not None:
            raise Unreadable(f"the file has more than {MAX_LINES} lines, most of them empty: take those out")
    except csv.Error as error:
        raise Unreadable(
            f"the row that begins in line {line} cannot be read ({error}): has every quote its partner?"
        ) from None


def _delimiter(text: str) -> str:
    """Return what stands most often in the first line that is not empty; Excel writes semicolons in half of Europe."""
    header = re.search(r"\S[^\r\n]*", text)
    return max(DELIMITERS, key=header[0].count) if header else DELIMITERS[0]


def _columns(header: Sequence[str]) -> list[str]:
    """Return the names of the columns, empty for those without. Raises Unreadable."""
    if not header:
        raise Unreadable(f"there is nothing in it: the first line names the columns, such as {NUMBER},name")
    if len(header) > MAX_COLUMNS:
        raise Unreadable(
            f"the first line has {len(header)} columns, and {MAX_COLUMNS} are the most: take out empty ones"
        )
    columns = [_name(cell) for cell in header]
    if NUMBER not in columns:  # it may be no header at all, but a row with a secret: nothing of it is said
        raise Unreadable(f"no column is named {NUMBER} (or number): the first line names the columns")
    if unknown := next((each for each in columns if each and each not in COLUMNS), None):
        raise Unreadable(_no_such_column(unknown))
    named = [column for column in columns if column]
    if twice := next((column for column in named if named.count(column) > 1), None):
        raise Unreadable(f"the column {twice} stands there twice: take one out")
    return columns


def _name(cell: str) -> str:
    name = re.sub(r"[\s-]+", "_", cell.strip().lower())
    return OTHER_NAMES.get(name, name)


def _no_such_column(name: str) -> str:
    """Return what to say of it, fit for a terminal whatever it holds."""
    shown = "".join(each if each.isprintable() else "?" for each in shorten(name, MAX_SHOWN))
    close = get_close_matches(shown, COLUMNS, n=1, cutoff=0.5)
    meant = f" (did you mean {close[0]}?)" if close else ""
    return f"there is no column “{shown}”{meant}; there are {', '.join(COLUMNS)}"


def _row(line: int, cells: Sequence[str], columns: Sequence[str]) -> CsvRow:
    found = dict(zip(columns, cells, strict=False))
    values = {name: _unescaped(cell) for name, cell in found.items() if name and cell.strip()}
    if len(cells) != len(columns):
        fault = (
            f"this row has {len(cells)} cells, and the header has {len(columns)}: a value with a comma or semicolon needs "
            'quotes, such as "ulaw,alaw"'
        )
        return CsvRow(line, values, fault)
    if "" in columns and any(cell.strip() for cell, name in zip(cells, columns, strict=True) if not name):
        return CsvRow(line, values, "a value stands in a column without a name")
    return CsvRow(line, values)


def write(rows: Iterable[Mapping[str, object]], columns: Sequence[str]) -> str:
    """Return the rows below a header; lists with spaces between, as `read` and the rules of the fields take them."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(column)) for column in columns] for row in rows)
    return text.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"  # true and false, spreadsheets save in the language of their user
    text = " ".join(value) if isinstance(value, list) else str(value)
    return f"'{text}" if FORMULA.match(text) else text


def _unescaped(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell
