"""Master.csv is read from its end."""

from __future__ import annotations

import gzip
import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pbx.cdr import master_csv
from pbx.cdr.errors import RecordsUnreadable

FIRST = 1795708800  # epoch seconds


def line(index: int) -> str:
    """One call a minute, which lasts 10 s."""
    start, end = (
        datetime.fromtimestamp(FIRST + index * 60 + seconds, UTC).replace(tzinfo=None) for seconds in (0, 10)
    )
    return (
        f'"","101","102","from-internal","","PJSIP/101-{index:08x}","PJSIP/102-{index:08x}","Dial","","{start}",,'
        f'"{end}",10,0,"NO ANSWER","DOCUMENTATION","{FIRST + index * 60}.{index}",""\n'
    )


def read(folder: Path, index: int) -> list[str]:
    """Return the Uniqueids from that call on."""
    records, lacking = master_csv.read(folder, FIRST + index * 60, lambda _: (0.0,))
    assert lacking == ""
    return [each.uniqueid for each in records]


def read_part(folder: Path) -> tuple[int, str]:
    """Return how many calls are read, and why not all."""
    records, lacking = master_csv.read(folder, FIRST, lambda _: (0.0,))
    return len(records), lacking


def test_only_the_end_of_a_large_file_is_read(tmp_path: Path) -> None:
    with (tmp_path / "Master.csv").open("w") as file:
        file.truncate(5 << 30)  # a hole, which costs nothing unless it is read
        file.seek(0, os.SEEK_END)
        file.write("\n" + "".join(map(line, range(2000))))
    assert read(tmp_path, 1997) == [f"{FIRST + index * 60}.{index}" for index in (1997, 1998, 1999)]
    assert len(read(tmp_path, 100)) == 1900


def test_of_more_than_can_be_read_the_end_is_and_files_from_before(tmp_path: Path) -> None:
    (tmp_path / "Master.csv.1").write_text(line(0))
    with (tmp_path / "Master.csv").open("w") as file:
        file.truncate(5 << 30)
        file.seek(0, os.SEEK_END)
        file.write("\n" + line(1))
    many, lacking = read_part(tmp_path)
    assert many == 2
    assert re.search("only the last 64 MB of .*Master.csv were read.*: see if", lacking)


def test_files_that_were_rotated_away_are_read_as_far_as_needed(tmp_path: Path) -> None:
    for name, rows in (
        ("Master.csv", range(160, 180)),
        ("Master.csv.1", range(80, 160)),
        ("Master.csv-20261125", range(80)),
    ):
        (tmp_path / name).write_text("".join(map(line, rows)))
        written = FIRST + rows[-1] * 60 + 10
        os.utime(tmp_path / name, (written, written))
    assert len(read(tmp_path, 178)) == 2
    assert len(read(tmp_path, 150)) == 30
    assert len(read(tmp_path, 10)) == 170


@pytest.mark.parametrize("step", ["_files", "_tail"])
def test_a_file_that_is_rotated_while_it_is_read_is_read_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    file, real = tmp_path / "Master.csv", getattr(master_csv, step)
    file.write_text(line(0) + line(1))

    def at_that_moment(path: Path, *more: float) -> object:
        if step == "_tail" and file.exists():
            file.rename(tmp_path / "Master.csv.1")
        found = real(path, *more)
        if step == "_files" and file.exists():
            file.rename(tmp_path / "Master.csv.1")
            return []  # it was not there yet when the folder was listed, and is not in its old place any more
        return found

    monkeypatch.setattr(master_csv, step, at_that_moment)
    assert len(read(tmp_path, 0)) == 2


def test_a_folder_that_is_gone_is_no_file_that_was_rotated(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "gone", 0)


def test_no_file_has_no_calls(tmp_path: Path) -> None:
    assert read(tmp_path, 0) == []


def test_a_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "Master.csv").mkdir()
    with pytest.raises(IsADirectoryError):
        read(tmp_path, 0)


def test_what_is_no_file_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "Master.csv").write_text(line(0))
    os.mkfifo(tmp_path / "Master.csv.pipe")
    (tmp_path / "Master.csv.zero").symlink_to("/dev/zero")
    (tmp_path / "Master.csv.gone").symlink_to("/nowhere")
    (tmp_path / "Master.csv.old").mkdir()
    assert len(read(tmp_path, 0)) == 1


def test_a_fifo_in_its_place_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "Master.csv")
    (tmp_path / "Master.csv.1").write_text(line(0))
    many, lacking = read_part(tmp_path)
    assert many == 1
    assert "is no file" in lacking


@pytest.mark.parametrize("target", ["/not-mounted/Master.csv", "/etc/passwd/Master.csv", "Master.csv"])
def test_a_link_in_its_place_that_leads_nowhere_is_no_file_without_calls(tmp_path: Path, target: str) -> None:
    (tmp_path / "Master.csv").symlink_to(target)
    with pytest.raises(RecordsUnreadable, match=f"links to {target}, where no file is: mount") as refused:
        read(tmp_path, 0)
    assert refused.value.may_pass


def test_a_link_in_its_place_is_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text(line(0))
    (tmp_path / "Master.csv").symlink_to("elsewhere")
    assert len(read(tmp_path, 0)) == 1


def test_what_was_packed_in_that_time_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "Master.csv").write_text(line(2))
    (tmp_path / "Master.csv.1.gz").write_bytes(gzip.compress((line(0) + line(1)).encode()))
    assert len(read(tmp_path, 0)) == 3


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("Master.csv.1.gz", b"nothing", "cannot be unpacked"),
        ("Master.csv.1.gz", gzip.compress(bytes(1000))[:20], "cannot be unpacked"),
        ("Master.csv.1.gz", gzip.compress(bytes(master_csv.MOST_BYTES + 1)), "more than 64 MB"),
        ("Master.csv-20261126.xz", b"nothing", "otherwise than by gzip"),
    ],
    ids=["no gzip", "half a file", "too large", "xz"],
)
def test_what_cannot_be_unpacked_is_said_if_it_is_of_that_time(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    (tmp_path / "Master.csv").write_text(line(2))
    (tmp_path / name).write_bytes(content)
    many, lacking = read_part(tmp_path)
    assert many == 1
    assert reason in lacking
    os.utime(tmp_path / name, (FIRST - 86_400, FIRST - 86_400))
    assert len(read(tmp_path, 0)) == 1
