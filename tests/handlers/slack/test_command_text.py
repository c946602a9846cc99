"""The text behind /ext, as Slack sends it."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.slack import command_text
from handlers.slack.command_text import Arguments
from models.fields import NewExtension
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


def test_a_number_comes_first_and_the_rest_is_the_name() -> None:
    new = command_text.new_extension(command_text.arguments(["101", "Alice", "Smith", "2nd"]))
    assert (new.number, new.name) == ("101", "Alice Smith 2nd")
    assert command_text.new_extension(command_text.arguments(["Alice"])).number is None


def new(text: str) -> NewExtension:
    """What `/ext create …` asks for."""
    return command_text.new_extension(command_text.arguments(command_text.split(text)[1:]))


@pytest.mark.parametrize(
    ("text", "number", "name"),
    [
        ("create ١٠١ Arabic", "101", "Arabic"),
        ("create ۱۰۱ Persian", "101", "Persian"),
        ("create १०१ Devanagari", "101", "Devanagari"),
        ("create １０１ Full-width", "101", "Full-width"),
        ("create 101, Alice", "101", "Alice"),
        ("create 101: Alice Smith", "101", "Alice Smith"),
        ("create 101\u00a0Alice\u202fSmith", "101", "Alice Smith"),
        ("create \u200b101\u200b \ufeffAlice\u2060", "101", "Alice"),
        ("create \u2066101\u2069 \u200eAlice\u200f", "101", "Alice"),
        ("create 101 “Alice\u00a0Smith”", "101", "Alice Smith"),
        ("create 101 O’Brien", "101", "O’Brien"),
        ("create 101 'Alice Smith'", "101", "Alice Smith"),
        ("create 101 ‘Alice Smith’", "101", "Alice Smith"),
        ("create 101 علی\u200cرضا ٢", "101", "علی\u200cرضا ٢"),
        ("ext create 101 Alice", "101", "Alice"),
        ("/ext create 101 Alice", "101", "Alice"),
        ("CREATE 101 Alice", "101", "Alice"),
        ('create "Room 12"', None, "Room 12"),
        ("create alice@example.com", None, "alice@example.com"),
    ],
)
def test_commands_are_read_as_people_type_them(text: str, number: str | None, name: str) -> None:
    assert (new(text).number, new(text).name) == (number, name)


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("set 101 max_contacts = 2", {"max_contacts": "2"}),
        ("set 101 max_contacts= 2", {"max_contacts": "2"}),
        ("set 101 max_contacts =2", {"max_contacts": "2"}),
        ("set 101 codecs=ulaw, alaw", {"codecs": "ulaw,alaw"}),
        ("set 101 codecs = ulaw , alaw , g722 notes=x", {"codecs": "ulaw,alaw,g722", "notes": "x"}),
        ("set 101 email= notes=x", {"email": "", "notes": "x"}),
        ("set 101 email=", {"email": ""}),
        ('set 101 notes = "a = b"', {"notes": "a = b"}),
        ("set 101 Name=Alice", {"name": "Alice"}),
    ],
)
def test_spaces_around_equals_and_behind_commas_do_not_count(text: str, settings: dict[str, str]) -> None:
    given = command_text.arguments(command_text.split(text)[1:])
    assert (given.words, given.settings) == (("101",), settings)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('create 104 Dave unopened"', "the quote at “unopened” has no partner"),
        ('create 104 Dave notes="unclosed and more', "the quote at “unclosed” has no partner"),
        ("create 104 “Dave Miller", "has no partner: put one at both ends"),
        ("create 104 Dave ＠dave", "Slack did not make a mention of ＠dave"),
        ("create Alice, 101", "is 101 the number? Then type /ext create 101 Alice."),
        ("create Alice ١٠١", 'put quotes around all of it: /ext create "Alice 101"'),
        ("create 101–105 Alice", "is a range, and a command makes one extension"),
        ("create 101 name=Al notes=hello world", "what does “world” belong to?"),
        ("create ٢٥٠", "such as /ext create 250 Alice"),
        ("create 101 Alice direct_media=2", "direct_media is true or false"),
    ],
)
def test_an_ambiguous_command_is_refused_with_what_to_type(text: str, said: str) -> None:
    with pytest.raises(Refusal) as refused:
        new(text)
    assert said in str(refused.value)


@pytest.mark.parametrize("word", ["101", "101,", "１０１", "۱۰۱"])
def test_a_number_is_read_in_every_script(word: str) -> None:
    assert command_text.number(word) == "101"


@pytest.mark.parametrize("text", ["100–149", "100 - 149", "１００—１４９", "100-149"])
def test_a_range_is_read_with_every_dash(text: str) -> None:
    assert command_text.plain_range(text) == "100-149"


WORDS = [
    "create",
    "set",
    "101",
    "101-105",
    "١٠١",
    "max_contacts",
    "=",
    "codecs=ulaw,",
    "alaw",
    '"',
    "“",
    "”",
    "@dave",
]
WORDS += [
    "<@U123|alice>",
    "<mailto:a@b.c|a@b.c>",
    "notes=",
    "\\",
    "ext",
    "'",
    "\u200b",
    "\u00a0",
    ",",
    "&lt;",
    "enabled=no",
]
typed = st.lists(st.sampled_from(WORDS) | st.text(max_size=4), max_size=8).map(" ".join)


@given(typed)
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (command_text.new_extension, command_text.changes):
        with suppress(Refusal):
            read(command_text.arguments(command_text.split(text)[1:]))


@given(typed)
def test_a_number_is_stored_in_ascii_or_not_at_all(text: str) -> None:
    with suppress(Refusal):
        found = new(f"create {text}").number
        assert found is None or (found.isascii() and found.isdecimal())


@pytest.mark.parametrize("text", ["a\nb", "a\tb", "a\x00b", "a\x7fb", "101\n"])
def test_control_characters_are_refused(text: str) -> None:
    with pytest.raises(Refusal, match="one line of text"):
        command_text.split(text)


@pytest.mark.parametrize("word", ["1", "1" * 21, "101a", "", "²³"])
def test_a_number_is_two_to_twenty_digits(word: str) -> None:
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


@pytest.mark.parametrize(
    "typed",
    [
        "set media=<http://pbx.example.com|pbx.example.com> local=192.168.1.0/24,10.0.0.0/8",
        "set media = pbx.example.com local = 192.168.1.0/24, 10.0.0.0/8",
        "SET LOCAL=192.168.1.0/24 ,10.0.0.0/8 Media=“pbx.example.com”",
    ],
)
def test_the_settings_of_nat_are_read_as_slack_sends_them(typed: str) -> None:
    verb, *words = command_text.split(typed)
    given = command_text.arguments(words, known=command_text.NAT_SETTINGS)
    assert (verb.lower(), given.words) == ("set", ())
    assert given.settings["media"] == "pbx.example.com"
    assert given.settings["local"] == "192.168.1.0/24,10.0.0.0/8"


@pytest.mark.parametrize(
    "text", ["alice", "a b", 'a "b"', "a=b", "back\\slash", "“smart” «quotes»", "page=2"]
)
def test_words_of_any_kind_are_one_argument_when_quoted(text: str) -> None:
    words = command_text.split(f"page=3 {command_text.quoted(text)}")
    given = command_text.arguments(words, known=("page",))
    assert (given.words, given.settings) == ((text,), {"page": "3"})
