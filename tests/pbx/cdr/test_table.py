"""A table of calls that others made: whatever stands in it costs one call at most."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from pbx.cdr import table
from pbx.cdr.errors import RecordsUnreadable
from pbx.cdr.record import Record
from tests.ordinary_user import nobody

CDR = (
    "CREATE TABLE cdr (start {kind}, answer {kind}, channel TEXT, dstchannel TEXT, disposition TEXT, duration, "
    "billsec, uniqueid TEXT)"
)
ROW = "INSERT INTO cdr VALUES (?, ?, 'PJSIP/101-1', 'PJSIP/102-2', ?, ?, ?, ?)"
AT = 1795708800  # 2026-11-26 16:00:00


def read(path: Path) -> list[Record]:
    return table.read(f"sqlite:///{path}", AT - 3600, lambda _: (0.0,))


@pytest.mark.parametrize("kind", ["DATETIME", "TIMESTAMP", "TEXT"])
def test_a_row_that_cannot_be_read_hides_no_other(tmp_path: Path, kind: str) -> None:
    with sqlite3.connect(path := tmp_path / "cdr.db") as connection:
        connection.execute(CDR.format(kind=kind))
        for row in (
            ("2026-11-26 16:00:00", "", "NO ANSWER", 5, 0, f"{AT}.1"),
            ("yesterday", "1e", "NO ANSWER", 5, 0, f"{AT}.2"),
            ("9999-12-31 23:59:59", "", "ANSWERED", "inf", "1e300", f"{AT}.3"),
            ("2026-11-26 16:00:01", "", "ANSWERED", "inf", "1e300", f"{AT + 1}.4"),
            ("2026-11-26 16:00:02", None, "ANSWERED", 5, "nan", f"{AT + 2}.5"),
        ):
            connection.execute(ROW, row)
    found = {each.uniqueid.partition(".")[2]: each for each in read(path)}
    assert found.keys() == {"1", "4", "5"}
    assert (found["1"].answer, found["1"].end) == (None, AT + 5)


def test_a_call_in_which_the_clock_was_put_back_has_its_end(tmp_path: Path) -> None:
    with sqlite3.connect(path := tmp_path / "cdr.db") as connection:
        connection.execute(
            "CREATE TABLE cdr (start, end, channel, dstchannel, disposition, duration, billsec)"
        )
        row = "INSERT INTO cdr VALUES (?, ?, 'PJSIP/101-1', '', 'ANSWERED', 1200, 1190)"
        connection.execute(row, ("2026-11-26 16:50:00", "2026-11-26 16:10:00"))
    (found,) = read(path)
    assert found.answer is not None
    assert (found.start, found.answer, found.end) == (AT + 3000, AT + 3010, AT + 4200)


def test_a_name_that_is_no_utf_8_hides_no_call(tmp_path: Path) -> None:
    """SQLite keeps whatever bytes a phone has sent."""
    with sqlite3.connect(path := tmp_path / "cdr.db") as connection:
        connection.execute("CREATE TABLE cdr (start, clid, channel, dstchannel, disposition)")
        row = "INSERT INTO cdr VALUES ('2026-11-26 16:00:00', {}, 'PJSIP/101-1', '', 'BUSY')"
        for how, name in (
            ("CAST(? AS TEXT)", "Jörg".encode("latin-1")),
            ("?", "Jörg".encode("latin-1")),
            ("?", "Jörg"),
        ):
            connection.execute(row.format(how), (name,))
    assert [each.clid for each in read(path)] == ["J\ufffdrg", "J\ufffdrg", "Jörg"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user for a while")
def test_a_folder_that_may_not_be_entered_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with nobody(), pytest.raises(RecordsUnreadable, match="may not be read by this user"):
        read(tmp_path / "cdr.db")
