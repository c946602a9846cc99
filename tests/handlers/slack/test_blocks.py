"""The pieces of messages: within Slack's limits, and whatever comes from outside stays text."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.slack import blocks
from handlers.slack.blocks import MAX_TEXT_LENGTH, SlackMessage, cut, escape, sections
from tests.factories import NOON
from tests.handlers.rendering import NOON_SHOWN
from tests.handlers.slack.row_strategies import BROKEN_ENTITY, words

often = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@often
@given(text=words(9000), most=st.integers(100, 3000))
def test_a_cut_text_keeps_its_beginning_and_its_end(text: str, most: int) -> None:
    text = f"begin {text} end"
    short = cut(escape(text), most)
    assert len(short) <= most
    assert not BROKEN_ENTITY.search(short)
    assert (short[:5], short[-3:]) == ("begin", "end")


@often
@given(lines=st.lists(words(9000), min_size=1, max_size=5))
def test_lines_too_long_for_a_block_are_divided_and_nothing_of_them_is_lost(lines: list[str]) -> None:
    shown = [block["text"]["text"] for block in sections([escape(line) for line in lines])]
    assert not any(BROKEN_ENTITY.search(text) for text in shown)
    letters = re.sub(r"[\s–\u00ad]", "", "".join(shown))
    assert letters == re.sub(r"[\s–\u00ad]", "", "".join(map(escape, lines)))


@pytest.mark.parametrize("control", "\u202e\u202d\u2066\u2069\u200f\u061c")
def test_characters_that_reverse_the_writing_direction_do_not_reach_slack(control: str) -> None:
    assert escape(f"Snom{control}/gpj.exe") == "Snom/gpj.exe"


def test_text_within_the_limit_is_not_cut() -> None:
    assert cut("x" * 100, 100) == "x" * 100
    assert cut("abcdefghijklmnop", 12) == "abcdefgh … p"


@pytest.mark.parametrize("most", range(12, 40))
def test_no_quote_begins_where_a_text_is_cut(most: int) -> None:
    short = cut("A phone\ncalled Bob &gt;evil &gt;evil &gt;evil &gt;evil", most)
    assert not any(line.lstrip().startswith("&gt;") for line in short.splitlines())


def test_bold_words_of_a_line_that_is_cut_do_not_go_on_in_another() -> None:
    assert cut("*abcdefg hij*\n*klmnop*", 12) == "*abcdefg\n… *"


def test_no_entity_and_no_mention_is_halved() -> None:
    assert cut("1234567&amp;" + "x" * 20, 12) == "1234567 … x"
    assert cut("12<@U0BOB>" + "x" * 20, 12) == "12 … x"
    assert [cut("x" * 20 + end, 21) for end in ("&amp;1", "&lt;1", "<@U01>12")] == [
        "xxxxxxxxxxxxxx … 1", "xxxxxxxxxxxxxx … 1", "xxxxxxxxxxxxxx … 12"
    ]  # fmt: skip


def test_pieces_are_what_slack_calls_them() -> None:
    assert blocks.section("*hi*") == {
        "type": "section",
        "text": {"type": "mrkdwn", "text": "*hi*", "verbatim": True},
    }
    assert blocks.context("") == {
        "type": "context",
        "elements": [{"type": "mrkdwn", "text": "–", "verbatim": True}],
    }
    assert blocks.image("https://x/a.png", "a code") == {
        "type": "image",
        "image_url": "https://x/a.png",
        "alt_text": "a code",
    }
    assert blocks.button("Delete", "ext_delete", "101:1", style="danger") == {
        "type": "button",
        "action_id": "ext_delete",
        "value": "101:1",
        "text": {"type": "plain_text", "text": "Delete", "emoji": False},
        "style": "danger",
    }
    assert blocks.preformatted("a  <b>") == {
        "type": "rich_text",
        "elements": [{"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "a  <b>"}]}],
    }


def test_a_moment_is_shown_by_each_readers_own_clock() -> None:
    assert blocks.clock(NOON + 0.9) == NOON_SHOWN


def test_lines_share_a_block_as_long_as_they_fit() -> None:
    half = "x" * (MAX_TEXT_LENGTH // 2)
    assert [block["text"]["text"] for block in sections(["a", "b", half, half, "c"])] == [
        f"a\nb\n{half}",
        f"{half}\nc",
    ]
    assert [block["text"]["text"] for block in sections([half, half[:-1]])] == [f"{half}\n{half[:-1]}"]
    assert sections(["a"], blocks.context) == [blocks.context("a")]
    assert sections([]) == []


def test_a_line_that_is_too_long_is_divided_between_words_and_never_in_an_entity() -> None:
    words_of_it = "word " * 1000
    first, second = (block["text"]["text"] for block in sections([words_of_it.strip()]))
    assert (len(first), second[:5]) == (2999, "word ")
    for offset in range(1, 6):
        before = "x" * (MAX_TEXT_LENGTH - offset)
        first, second = (block["text"]["text"] for block in sections([f"{before}&amp;{'y' * 9}"]))
        assert (first, second) == (
            (f"{before}&amp;", "y" * 9) if offset == 5 else (before, f"&amp;{'y' * 9}")
        )
    assert [block["text"]["text"] for block in sections(["x " + "y" * MAX_TEXT_LENGTH])] == [
        "x " + "y" * (MAX_TEXT_LENGTH - 2),
        "yy",
    ]


def test_the_text_of_a_message_is_cut_to_what_slack_recommends() -> None:
    assert len(SlackMessage("x" * 4001).text) == 4000
    assert len(SlackMessage("x" * 4000).text) == 4000
    assert blocks.plain("a < b\nc") == SlackMessage("a &lt; b\nc", [blocks.plain_section("a < b\nc")])
    long = blocks.plain("word " * 2000)
    assert len(long.blocks) == 2
    assert len(long.text) == 4000


def test_a_message_without_its_blocks_has_all_their_words_and_none_of_their_buttons() -> None:
    message = SlackMessage(
        "headline",
        [
            blocks.section("one"),
            {"type": "section", "fields": [each["text"] for each in map(blocks.section, ("two", "three"))]},
            blocks.context("four"),
            blocks.preformatted("a  <b>"),
            {
                "type": "actions",
                "elements": [blocks.button("Yes", "a", "b"), blocks.button("<No>", "a", "b")],
            },
            blocks.image("https://x/a.png", "a code"),
        ],
    )
    assert message.alone() == SlackMessage(
        "one\ntwo\nthree\nfour\n```\na  &lt;b&gt;\n```\n"
        "⚠️ Slack did not take the buttons [Yes] [&lt;No&gt;]: ask for them once more, or your phone admins"
    )
    assert SlackMessage("headline", [blocks.image("https://x/a.png", "a code")]).alone() == SlackMessage(
        "headline"
    )


def test_messages_that_look_alike_have_the_same_digest() -> None:
    one = SlackMessage("a", [blocks.section("b")])
    assert one.digest() == SlackMessage("a", [blocks.section("b")]).digest()
    assert len({one.digest(), SlackMessage("a").digest(), SlackMessage("b", one.blocks).digest()}) == 3
    assert len(one.digest()) == 64
