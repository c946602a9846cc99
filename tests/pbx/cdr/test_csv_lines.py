"""What is read of Master.csv, with whatever options it was written, and whatever stands in it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbx.cdr import csv_lines
from pbx.cdr.record import Record
from tests.pbx.cdr import written

VALUES = written.ANSWERED.rstrip("\n").split(",")
BASE = ",".join(written.ANSWERED.rstrip("\n").split(",")[:17])  # one comma stands in `PJSIP/102,3`
CHOSEN = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)


def quoted(text: str) -> str:
    """As Asterisk writes a value."""
    return '"' + text.replace('"', '""') + '"'


def test_a_line_of_asterisks_is_read() -> None:
    (found,) = csv_lines.records(written.ANSWERED)
    assert (found.src, found.dst, found.channel, found.dstchannel) == (
        "101",
        "102",
        "PJSIP/101-00000000",
        "PJSIP/102-00000001",
    )
    assert found.clid == '"N101 O\'x" <101>'
    assert (found.end - found.start, found.answer) == (1.0, found.start)
    assert (found.disposition, found.uniqueid, found.linkedid) == ("ANSWERED", "1795708414.0", "1795708414.0")


@pytest.mark.parametrize(
    ("more", "uniqueid", "linkedid"),
    [
        ("", "", ""),
        (',"1795708414.0"', "1795708414.0", ""),
        (',"pbx-1-1795708414.0"', "pbx-1-1795708414.0", ""),
        (',"a note"', "", ""),
        (',"1795708414.3","a note"', "1795708414.3", ""),
        (',"","1795708414.0",7', "", "1795708414.0"),
        (',"a note","","1795708414.0",7', "", "1795708414.0"),
        (',"1795708414.3","a note","","1795708414.0",7', "1795708414.3", "1795708414.0"),
    ],
)
def test_each_set_of_options_is_known_by_its_columns(more: str, uniqueid: str, linkedid: str) -> None:
    (found,) = csv_lines.records(f"{BASE}{more}\n")
    assert (found.uniqueid, found.linkedid) == (uniqueid, linkedid)


def test_a_last_line_that_is_being_written_waits_for_its_end() -> None:
    for cut in (len(written.CANCELLED) - 1, 200, 60, 1):
        (found,) = csv_lines.records(written.ANSWERED + written.CANCELLED[:cut])
        assert found.disposition == "ANSWERED"


def test_half_a_line_costs_none_of_the_lines_behind_it() -> None:
    for cut in (1, 60, 130, 250):
        found = list(csv_lines.records(f"{written.ANSWERED[:cut]}\n{written.CANCELLED}{written.ANSWERED}"))
        assert [each.disposition for each in found][-2:] == ["NO ANSWER", "ANSWERED"]


@given(name=CHOSEN, userfield=CHOSEN)
def test_what_callers_choose_forges_no_records(name: str, userfield: str) -> None:
    line = written.ANSWERED.replace('"""N101 O\'x"" <101>"', quoted(name)).replace(
        '0","","","', f'0",{quoted(userfield)},"","'
    )
    found = list(csv_lines.records(line + written.CANCELLED))
    assert [each.channel for each in found] == ["PJSIP/101-00000000", "PJSIP/101-00000004"]


def test_a_line_break_in_a_name_forges_no_record() -> None:
    line = written.ANSWERED.replace("N101 O'x", f"x\n{written.CANCELLED.replace(chr(34), chr(34) * 2)}")
    assert [each.disposition for each in csv_lines.records(line)] == ["ANSWERED"]


@pytest.mark.parametrize("line", ['"\n', '"' + "\n" * 19, "\n", f'"{"," * 5000}"\n'])
def test_lines_that_cannot_be_records_are_not_parsed_one_by_one_and_cost_none_of_those_around_them(
    monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    """Each takes so long that a file of millions would have its reader busy for minutes."""
    parsed, real = [], csv_lines.of_line

    def of_line(text: str) -> Record | None:
        parsed.append(text)
        return real(text)

    monkeypatch.setattr(csv_lines, "of_line", of_line)
    for count in (0, 1, 19, 20, 21, 400):
        parsed.clear()
        found = list(csv_lines.records(written.CANCELLED + line * count + "\n" + written.ANSWERED))
        assert [each.disposition for each in found] == ["NO ANSWER", "ANSWERED"]
        assert len(parsed) < 40 + line.count("\n") * count / 10


@given(st.text(max_size=300))
def test_nothing_else_is_a_record(text: str) -> None:
    assert list(csv_lines.records(f"{text}\n")) == []


@pytest.mark.parametrize("time", ["", "yesterday", "2026-02-31 10:00:00", "9999-12-31 23:59:59"])
def test_a_line_without_its_times_is_no_record(time: str) -> None:
    assert csv_lines.of_line(written.ANSWERED.replace("2026-11-26 15:53:35", time).strip()) is None


@pytest.mark.parametrize("put_forward", [3600, -3600, -1800])
def test_a_call_has_its_length_also_where_the_clock_was_put_forward_or_back_in_it(put_forward: int) -> None:
    """Of a call of 20 min the lengths are right in any zone."""
    begin = datetime(2026, 10, 25, 2, 50)
    end = begin + timedelta(seconds=1201 + put_forward)  # Asterisk cuts parts of seconds off
    values = dict(zip(csv_lines.COLUMNS, VALUES, strict=False)) | {"start": str(begin), "end": str(end)}
    values |= {"channel": "PJSIP/101-1", "disposition": "ANSWERED", "duration": "1200", "billsec": "600"}
    for answer in (begin + timedelta(seconds=600), end - timedelta(seconds=600)):
        found = csv_lines.record_of(values | {"answer": str(answer)})
        assert found
        assert found.answer is not None
        assert found.end - found.start == 1201
        assert found.end - found.answer in (600, 601)


def test_other_differences_between_times_and_lengths_are_no_change_of_the_clock() -> None:
    for duration in ("0", "", "many", "nan", "inf", "-1", "3000"):
        line = written.ANSWERED.replace("2026-11-26 15:53:35", "2026-11-26 16:33:34")
        (found,) = csv_lines.records(line.replace('",1,1,"', f'",{duration},{duration},"'))
        assert (found.end - found.start, found.answer) == (2400, found.start)


def test_a_value_is_one_line_as_long_as_a_row_may_have_it_and_without_nul() -> None:
    values = dict(zip(csv_lines.COLUMNS, VALUES, strict=False)) | {
        "channel": "\0x" * 300,
        "clid": '"a\r\nb\u2028c" <101>',
    }
    found = csv_lines.record_of(values | {"start": "2026-11-26 15:53:34", "end": "2026-11-26 15:53:34"})
    assert found
    assert (found.channel, found.clid) == ("x" * csv_lines.LONGEST_TEXT, '"a b c" <101>')
