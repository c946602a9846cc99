"""What is refused of a command's text, word by word: it says what to type instead."""

from __future__ import annotations

import pytest

from handlers.slack import command_text
from handlers.slack.command_text import Arguments
from models.actor import Actor
from models.fields import Changes
from pbx.errors import Refusal

SETTINGS = ", ".join(name for name in Changes.model_fields if name != "slack_user_id")  # typed as @alice


def refusal_of(text: str, *, of_set: bool = False) -> str:
    """`text`: what stands behind `/ext create` or `/ext set`."""
    read = command_text.changes if of_set else command_text.new_extension
    with pytest.raises(Refusal) as refused:
        read(command_text.arguments(command_text.split(text)))
    return str(refused.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("101 Al\tice", "a command is one line of text; type it again without line breaks or tabs"),
        (
            '101 Dave "unclosed',
            'the quote at “unclosed” has no partner: put one at both ends, such as name="Alice Smith"',
        ),
        (
            "101 @dave",
            "Slack did not make a mention of @dave: pick the person from the list that it shows while you type @, or leave "
            "@dave out. If it never does, switch on “Escape channels, users, and links” of /ext in the app's settings",
        ),
        ("101 name=A name=B", "name= stands there twice; say it once"),
        (
            "101 Alice codec=ulaw",
            f"there is no setting “codec” (did you mean “codecs”?); settings are {SETTINGS}",
        ),
        ("101 Alice Q=ulaw", f"there is no setting “Q”; settings are {SETTINGS}"),
        ("101-105 Alice", "“101-105” is a range, and a command makes one extension: /ext create 101 Alice"),
        ("101-105, Alice", "“101-105,” is a range, and a command makes one extension: /ext create 101 Alice"),
        (
            "Alice Smith, 101",
            "is 101 the number? Then type /ext create 101 Alice Smith. If it is part of the name, put quotes around all of "
            'it: /ext create "Alice Smith 101"',
        ),
        (
            "101 name=Alice Smith 2nd",
            "what does “Smith 2nd” belong to? Put quotes around a value of several words, such as "
            'name="Alice Smith" notes="desk at the window"',
        ),
        ("", "who is it for? Type a name behind the number, such as /ext create 101 Alice"),
        ("205", "who is it for? Type a name behind the number, such as /ext create 205 Alice"),
        ("1 Alice", "number: an extension number is 2 to 20 digits, such as 101"),
        (
            "101 Alice enabled=x transport=x",
            "enabled is true or false; transport: a transport is one of udp, tcp, tls, wss",
        ),
    ],
)
def test_a_refusal_says_what_to_type_instead(text: str, said: str) -> None:
    assert refusal_of(text) == said


def test_a_change_of_nothing_is_asked_for_something() -> None:
    assert refusal_of("101", of_set=True) == (
        f"set what? Settings are {SETTINGS}, such as /ext set 101 name=Alice"
    )


def test_a_change_is_what_was_given_and_a_mention_is_the_slack_user() -> None:
    given = command_text.arguments(command_text.split("101 name=Bob <@U123|alice>"))
    assert command_text.changes(given).given() == {"name": "Bob", "slack_user_id": "U123"}
    made = command_text.new_extension(command_text.arguments(["101", "Bob", "<@U123>"]))
    assert made.slack_user_id == "U123"


def test_one_number_is_asked_for_where_one_is_needed() -> None:
    assert Arguments(("１０１,",), {}).one_number("/ext status 101") == "101"
    for words in ((), ("101", "102")):
        with pytest.raises(Refusal) as refused:
            Arguments(words, {}).one_number("/ext status 101")
        assert str(refused.value) == "that takes one extension, by number, name or @user: /ext status 101"
    with pytest.raises(Refusal) as refused:
        command_text.number("Alice")
    assert str(refused.value) == "“Alice” is no extension number; one is 2 to 20 digits, such as 101"


def test_the_user_and_channel_of_a_command_are_kept() -> None:
    given = command_text.arguments(["101"], "U123", "C1")
    assert (given.by, given.asked_in) == (Actor.slack("U123"), "C1")
    nobody = command_text.arguments(["101"])
    assert (nobody.asked_by, nobody.asked_in, nobody.slack_user_id) == ("", "", None)


@pytest.mark.parametrize(
    ("word", "is_so"), [("1", True), ("１０１:", True), ("101a", False), ("", False), ("101-102", False)]
)
def test_digits_are_digits_of_any_script(word: str, is_so: bool) -> None:
    assert command_text.is_digits(word) is is_so


def test_words_that_do_not_go_on_stay_apart() -> None:
    assert command_text.split("101 email= <@U123>") == ["101", "email=", "<@U123>"]
    assert command_text.split("101 notes=a, b") == ["101", "notes=a,", "b"]
    assert command_text.split("101 codecs=ulaw alaw") == ["101", "codecs=ulaw", "alaw"]
    assert command_text.split("101 other = 2") == ["101", "other", "=", "2"]
    assert command_text.split("name Alice") == ["name", "Alice"]
    assert command_text.split("101 \u200e Alice") == ["101", "Alice"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("<https://a.example/x|a.example>", "a.example"),
        ("<http://a.example|a.example>", "a.example"),
        ("<tel:101|101>", "101"),
        ("<tel:101>", "101"),
        ("&amp;lt;", "&lt;"),
        ("a\u00adb", "ab"),
    ],
)
def test_values_that_slack_wraps_are_unwrapped(text: str, word: str) -> None:
    assert command_text.split(text) == [word]


def test_the_nearest_word_is_offered_if_one_is_near() -> None:
    assert command_text.nearest("stats", ["status", "set"]) == " (did you mean “status”?)"
    assert command_text.nearest("xyz", ["status", "set"]) == ""
