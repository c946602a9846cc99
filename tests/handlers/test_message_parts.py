"""Numbers and names that strangers choose, in few words."""

from __future__ import annotations

from handlers.message_parts import MAX_LIST_LENGTH, alert, bold, caller, extensions, some
from handlers.slack.blocks import SlackMessage, context, escape, section


def test_a_caller_is_shown_as_far_as_they_are_known() -> None:
    assert caller("101", "Alice") == "101 Alice"
    assert caller("101", "101") == "101"
    assert caller("101", "") == "101"
    assert caller("", "") == "an unknown caller"
    assert caller("", "Alice") == "Alice"
    assert caller("1" * 65, "x" * 81) == f"{'1' * 63}… {'x' * 79}…"
    assert caller("1" * 64, "x" * 80) == f"{'1' * 64} {'x' * 80}"


def test_many_numbers_are_the_first_and_a_count() -> None:
    numbers = [str(number) for number in range(100, 122)]
    assert extensions(numbers[:1]) == "Extension 100"
    assert extensions(numbers[:2]) == "Extensions 100, 101"
    assert some(numbers[:20]) == ", ".join(numbers[:20])
    assert some(numbers) == f"{', '.join(numbers[:20])} and 2 more"
    assert some(["1" * 65]) == f"{'1' * 63}…"


def test_numbers_that_others_chose_are_left_out_where_they_would_be_too_long_for_slack() -> None:
    shown, _, left_out = some(["<" * 64] * 20).partition(" and ")
    assert len(escape(shown)) <= MAX_LIST_LENGTH < len(escape(f"{shown}, {'<' * 64}"))
    assert left_out == "15 more"
    fits = ["&" * 60] * 4 + [
        "x" * 64,
        "x" * 64,
        "x" * 64,
        "x" * 64,
        "x" * 28,
    ]  # 1,500 with what stands between
    assert len(escape(", ".join(fits))) == MAX_LIST_LENGTH
    assert some(fits) == ", ".join(fits)


def test_an_alert_is_a_headline_with_a_smaller_line_below() -> None:
    assert alert(bold("a <b>"), "c") == SlackMessage(
        "*a &lt;b&gt;*", [section("*a &lt;b&gt;*"), context("c")]
    )
    assert alert("a") == SlackMessage("a", [section("a")])
    assert alert("a", backfilled=True).blocks[1:] == [context("while we were away")]
    assert alert("a", "b", backfilled=True).blocks[1:] == [context("b (while we were away)")]
