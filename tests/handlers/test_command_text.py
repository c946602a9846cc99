"""The text behind /ext, as Slack sends it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import command_text
from handlers.command_text import Arguments
from pbx.errors import Refusal


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("create 101 Alice", ["create", "101", "Alice"]),
        ("  create   101\u00a0Alice ", ["create", "101", "Alice"]),
        ("create “Alice Smith”", ["create", "“Alice Smith”"]),
        ("create O'Brien", ["create", "O'Brien"]),
        ("set 101 name=„Alice Smith“ notes=«a b»", ["set", "101", "name=„Alice Smith“", "notes=«a b»"]),
        ("set 101 name=&lt;Al &amp; Bo&gt;", ["set", "101", "name=<Al", "&", "Bo>"]),
        ("set 101 email=<mailto:a@b.example|a@b.example>", ["set", "101", "email=a@b.example"]),
        ("set 101 email=<mailto:a@b.example>", ["set", "101", "email=a@b.example"]),
        ('say "unfinished business', ["say", '"unfinished', "business"]),
    ],
)
def test_words_are_split_at_spaces_outside_double_quotes(text: str, words: list[str]) -> None:
    assert command_text.split(text) == words


def test_quotes_are_taken_off_and_escaped_ones_stay() -> None:
    found = command_text.arguments(command_text.split(r'101 "Al \"Ace\" Smith" notes="a=b"'))
    assert found == Arguments(("101", 'Al "Ace" Smith'), {"notes": "a=b"})


def test_a_mention_is_the_slack_user() -> None:
    assert command_text.arguments(["101", "Alice", "<@U123|alice>"]).slack_user_id == "U123"
    assert command_text.arguments(["101", "Alice", "<@U456>"]).slack_user_id == "U456"


def test_what_looks_like_a_number_comes_first_and_the_rest_is_the_name() -> None:
    new = command_text.new_extension(command_text.arguments(["101", "Alice", "Smith", "2nd"]))
    assert (new.number, new.name) == ("101", "Alice Smith 2nd")
    assert command_text.new_extension(command_text.arguments(["Alice"])).number is None


@pytest.mark.parametrize("text", ["a\nb", "a\tb", "a\x00b", "a\x7fb", "101\n"])
def test_control_characters_are_refused(text: str) -> None:
    with pytest.raises(Refusal, match="one line of text"):
        command_text.split(text)


@pytest.mark.parametrize("word", ["1", "1" * 21, "१०१", "101a", "", "１０１"])
def test_a_number_is_two_to_twenty_ascii_digits(word: str) -> None:
    with pytest.raises(Refusal, match="no extension number"):
        command_text.number(word)


def test_a_refusal_never_repeats_a_secret() -> None:
    with pytest.raises(Refusal) as refused:
        command_text.new_extension(command_text.arguments(["Alice", "secret=hunter2"]))
    assert "hunter2" not in str(refused.value)
    assert "hunter2" not in repr(refused.value.__cause__)


@given(st.text())
def test_any_text_is_split_or_refused(text: str) -> None:
    try:
        found = command_text.arguments(command_text.split(text))
    except Refusal:
        return
    assert all(found.words) or '""' in text or any(quote in text for quote in command_text.QUOTES)


@given(
    st.text(
        st.characters(blacklist_categories=("C", "Z"), blacklist_characters="=<>&\\" + command_text.QUOTES),
        min_size=1,
    )
)
def test_a_quoted_name_comes_back_as_it_was_typed(name: str) -> None:
    assert command_text.arguments(command_text.split(f"“{name} {name}”")).words == (f"{name} {name}",)
