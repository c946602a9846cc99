"""The administrator's dialplan as we search it, and as the real Asterisk does."""

from __future__ import annotations

from pathlib import Path

import pytest

from pbx.config import parser
from pbx.config.admin_dialplan import AdminDialplan
from pbx.config.parser import BLOCK
from pbx.config.reader import expand_glob

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


def test_the_dialplan_knows_the_priorities_of_an_exten() -> None:
    text = "[a]\nexten => 7,1,NoOp()\n same => n(again),Dial(PJSIP/7,30)\nexten => 7,hint,PJSIP/7\nexten => 8,4,NoOp()\n"
    dialplan = read(text)
    assert dialplan.priorities("7", "a") == {"1", "2", "hint"}
    assert dialplan.priorities("8", "a") == {"4"}
    assert dialplan.priorities("7", "b") == set()


def test_steps_before_any_exten_and_other_options_are_none() -> None:
    dialplan = read("[a]\nsame => n,NoOp()\nswitch => Realtime\nexten => 7,n,NoOp()\nSAME = n,NoOp()\n")
    assert dialplan.priorities("7", "a") == {"1", "2"}
    assert dialplan.places("7", "a") == ["extensions.conf:4"]
    assert dialplan.places("", "a") == []


def test_an_exten_that_stands_twice_in_a_line_of_a_file_has_one_place() -> None:
    text = "[t](!)\nexten => 7,1,NoOp()\n[a](t,t)\nexten => 7,2,NoOp()\n"
    assert read(text).places("7", "a") == ["extensions.conf:2", "extensions.conf:4"]


def test_a_context_is_known_and_has_content_or_not() -> None:
    dialplan = read("[a]\nexten => 7,1,NoOp()\n[b]\ninclude => a\n[c]\n[d](!)\nexten => 7,1,NoOp()\n")
    assert [name for name in "abcde" if dialplan.has_context(name)] == ["a", "b", "c"]
    assert [name for name in "abcde" if dialplan.has_content(name)] == ["a", "b"]


def test_includes_are_searched_in_their_order_each_once() -> None:
    dialplan = read(
        "[a]\ninclude => b\ninclude => c|9:00\n[b]\ninclude => d\n[c]\ninclude => b\nexten => 7,1,NoOp()\n"
        "[d]\nexten => 7,1,NoOp()\n[a](+)\nexten => 7,1,NoOp()\n"
    )
    assert places(dialplan, "7", "a") == ["extensions.conf:12", "extensions.conf:10", "extensions.conf:8"]
    assert places(dialplan, "7", "nowhere") == []


def test_of_a_reserving_pattern_the_first_place_is_named_and_an_exten_is_none() -> None:
    dialplan = read("[a]\nexten => _11X,1,NoOp()\nexten => _11X,2,NoOp()\nexten => 113,1,NoOp()\n")
    assert [(each.exten, each.place) for each in dialplan.reserving("113", "a", RANGE)] == [
        ("_11X", "extensions.conf:2")
    ]


def test_the_first_late_include_is_named() -> None:
    text = f"[{BLOCK}]\n[a]\nexten => 7,1,NoOp()\nInclude => b\ninclude => c\n"
    assert read(text).late_include("a") == "extensions.conf:4"
    assert read("[a]\ninclude => b\n").late_include("a") is None


def test_what_answers_a_number_is_the_first_that_is_found_by_name_before_patterns() -> None:
    dialplan = read(
        "[a]\ninclude => b\nexten => _11X,1,NoOp()\nexten => 112,1,NoOp()\n[b]\nexten => 113,1,NoOp()\n"
        "exten => _9.,1,NoOp()\n"
    )
    found = [dialplan.answer(number, "a") for number in ("112", "113", "911", "150")]
    assert [each and (each.exten, each.place) for each in found] == [
        ("112", "extensions.conf:4"),
        ("_11X", "extensions.conf:3"),
        ("_9.", "extensions.conf:7"),
        None,
    ]
    assert dialplan.answer("112", "nowhere") is None


def test_includes_of_a_context_and_what_reaches_it() -> None:
    dialplan = read("[a]\ninclude => b\n[b]\ninclude => c\n[d]\ninclude => c,9:00-17:00\n[c]\n")
    assert dialplan.includes_of("c") == ["extensions.conf:4", "extensions.conf:6"]
    assert dialplan.includes_of("a") == []
    assert [name for name in "abcd" if dialplan.reaches(name, "c")] == ["a", "b", "c", "d"]
    assert not dialplan.reaches("d", "b")
    assert dialplan.place_of("d") == "extensions.conf:5"
    assert dialplan.place_of("e") is None
