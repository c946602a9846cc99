"""What app_voicemail writes beside a recording is read, and nothing that a caller claims forges it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbx.voicemail_envelope import MAX_LENGTH, Envelope, parse
from tests import voicemail_files

AT = datetime(2026, 11, 26, 6, 15, 3, tzinfo=UTC)
ID = "1795673703-00000000"


def of(caller: str) -> Envelope:
    found = parse(voicemail_files.text(ID, caller, AT, 12))
    assert found
    return found


def test_a_message_is_read() -> None:
    assert of('"Alice Smith" <101>') == Envelope(ID, AT, "101", "Alice Smith", 12, "PJSIP/101-00000000")


@pytest.mark.parametrize(
    ("caller", "number", "name"),
    [
        ("101", "101", ""),
        ("<101>", "101", ""),
        ("Alice <101>", "101", "Alice"),
        ("Unknown", "", ""),
        ('"Anonymous" <anonymous>', "", "Anonymous"),
        ("", "", ""),
        ('"A <b> c" <101>', "101", "A <b> c"),
        ("\x00\u202e101\x07", "101", ""),
        ('"' + "x" * 500 + '" <101>', "101", "x" * MAX_LENGTH),
        ("\udcff".encode("utf-8", "surrogateescape").decode("latin-1") + "101", "ÿ101", ""),
    ],
)
def test_who_called_is_told_fit_to_be_stored_and_shown(caller: str, number: str, name: str) -> None:
    assert (of(caller).caller, of(caller).caller_name) == (number, name)


def test_a_caller_whose_name_has_lines_forges_nothing() -> None:
    forged = of("101\nmsg_id=forged\norigtime=1\nduration=99")
    assert (forged.id, forged.recorded_at, forged.seconds) == (ID, AT, 12)


def test_without_an_id_the_time_serves() -> None:
    content = voicemail_files.text(ID, at=AT).replace(f"msg_id={ID}\n".encode(), b"")
    found = parse(content)
    assert found
    assert found.id == f"at-{int(AT.timestamp())}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"duration=2\n", b""),
        (b"origtime=", b"origtime=x"),
        (b"origtime=", b"no="),
        (b"msg_id=", b"msg_id=../../"),
        (b"msg_id=", b"msg_id=\x00"),
        (b"msg_id=", b"msg_id=" + b"9" * 65),
    ],
)
def test_what_is_not_whole_or_not_asterisks_is_no_message(before: bytes, after: bytes) -> None:
    content = voicemail_files.text(ID)
    assert before in content
    assert parse(content.replace(before, after)) is None


def test_an_impossible_length_or_time_is_no_error() -> None:
    content = voicemail_files.text(ID, at=AT)
    long = parse(content.replace(b"duration=2", b"duration=999999999999"))
    late = parse(content.replace(str(int(AT.timestamp())).encode(), b"999999999999"))
    none = parse(content.replace(b"duration=2", b"duration=-1"))
    assert long
    assert late
    assert none
    assert (long.seconds, late.recorded_at.year, none.seconds) == (1_000_000, 9999, 0)


@given(st.binary(max_size=300), st.integers(0, 250), st.binary(max_size=3))
def test_any_bytes_are_read_without_an_error(anything: bytes, at: int, instead: bytes) -> None:
    parse(anything)
    content = voicemail_files.text(ID)
    parse(content[:at] + instead + content[at + 1 :])
