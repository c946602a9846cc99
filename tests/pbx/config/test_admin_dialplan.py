"""The administrator's dialplan as we search it, and as the real Asterisk does."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbx.config import parser
from pbx.config.admin_dialplan import AdminDialplan, pattern
from pbx.config.parser import BLOCK
from pbx.config.reader import expand_glob
from tests.asterisk_bed import Asterisk

RANGE = ["_1XX"]


def read(text: str) -> AdminDialplan:
    path = Path("extensions.conf")
    return AdminDialplan(parser.sections(lambda _path, _by: text, expand_glob, path))


def places(dialplan: AdminDialplan, number: str, context: str = "from-internal") -> list[str]:
    return [answer.place for answer in dialplan.exact(number, context)]


def test_an_exten_is_found_by_file_and_line_in_its_context_alone() -> None:
    dialplan = read(
        "[from-internal]\nexten => 1011,1,Answer()\nEXTEN = 101/555,1,Answer()\n same => n,Hangup()\n"
        "[lab]\nexten => 101,hint,PJSIP/x\n[from-internal](+)\nexten => 102,1,Answer()\n"
    )
    assert places(dialplan, "101") == ["extensions.conf:3"]
    assert places(dialplan, "101", "lab") == ["extensions.conf:6"]
    assert places(dialplan, "102") == ["extensions.conf:8"]
    assert places(dialplan, "103") == places(dialplan, "102", "lab") == []
    assert dialplan.places("101", "lab")
    assert not dialplan.places("102", "lab")


def test_an_exten_is_found_through_includes_of_includes_and_circles_end() -> None:
    dialplan = read(
        "[from-internal]\ninclude => outbound,9:00-17:00,mon-fri,*,*\n[outbound]\ninclude => emergency\n"
        "[emergency]\nexten => 112,1,Dial(PJSIP/112@trunk)\ninclude => from-internal\n"
    )
    assert places(dialplan, "112") == places(dialplan, "112", "outbound") == ["extensions.conf:6"]


def test_templates_global_variables_and_dashes_are_read_as_asterisk_reads_them() -> None:
    dialplan = read(
        "[globals]\nHELP=117\n[short](!)\nexten => 150,1,Answer()\n[from-internal](short)\n"
        "exten => ${HELP},1,Answer()\nexten => 1-1-6,1,Answer()\n"
    )
    assert [places(dialplan, number) for number in ("117", "116", "150", "151")] == [
        ["extensions.conf:6"],
        ["extensions.conf:7"],
        ["extensions.conf:4"],
        [],
    ]


@pytest.mark.parametrize(
    ("exten", "is_apart"),
    [
        ("_11X", True),
        ("_113", True),
        ("_1[0-1]Z", True),
        ("_11.", True),
        ("_X.", False),
        ("_1!", False),
        ("_1XX", False),
        ("_[0-9]XX", False),
        ("_12X", False),
        ("_113X", False),
    ],
)
def test_a_pattern_sets_a_number_apart_when_it_answers_it_and_not_the_whole_range(
    exten: str, is_apart: bool
) -> None:
    dialplan = read(f"[from-internal]\ninclude => outbound\n[outbound]\nexten => {exten},1,Answer()\n")
    found = dialplan.reserving("113", "from-internal", RANGE)
    assert [(answer.exten, answer.place) for answer in found] == [(exten, "extensions.conf:4")] * is_apart


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (f"[from-internal]\ninclude => a\n[{BLOCK}]\n", None),
        (f"[{BLOCK}]\n[from-internal]\ninclude => a\n", "extensions.conf:3"),
        (f"[from-internal]\n[{BLOCK}]\n[from-internal](+)\ninclude => a\n", None),
        (f"[{BLOCK}]\n[elsewhere]\ninclude => a\n", None),
    ],
)
def test_an_include_below_the_block_is_noticed_where_asterisk_searches_it_later(
    text: str, place: str | None
) -> None:
    assert read(text).late_include("from-internal") == place


PATTERNS = [
    "_1XX",
    "_Z[1-35]N",
    "_11.",
    "_1!",
    "_1-2-X",
    "_x1z",
    "112",
    "1-1-3",
    "_[79]n.",
    "_1[13]",
    "_1 1X",
]


def test_asterisk_matches_patterns_as_we_do(asterisk: Asterisk) -> None:
    numbers = ["1", "11", "13", "100", "111", "112", "113", "123", "129", "199", "211", "258", "712", "9211"]
    contexts = "".join(f"[p{place}]\nexten => {each},1,Hangup()\n" for place, each in enumerate(PATTERNS))
    (asterisk.config_dir / "extensions.conf").write_text(contexts)
    asterisk.cli("dialplan reload")
    for place, exten in enumerate(PATTERNS):
        matched = [n for n in numbers if "Hangup" in asterisk.cli(f"dialplan show {n}@p{place}")]
        assert [n for n in numbers if pattern(exten).covers(pattern(n))] == matched, exten


@given(st.text("_XZN[]-.!0123456789 ", max_size=12), st.text("0123456789", min_size=1, max_size=6))
def test_whatever_stands_there_is_read(exten: str, number: str) -> None:
    pattern(exten).covers(pattern(number))


def test_it_knows_at_which_priorities_an_exten_stands() -> None:
    text = "[a]\nexten => 7,1,NoOp()\n same => n(again),Dial(PJSIP/7,30)\nexten => 7,hint,PJSIP/7\nexten => 8,4,NoOp()\n"
    dialplan = read(text)
    assert dialplan.priorities("7", "a") == {"1", "2", "hint"}
    assert dialplan.priorities("8", "a") == {"4"}
    assert dialplan.priorities("7", "b") == set()
