"""What people may ask for, and what they are told to type instead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from models.fields import Changes, NewExtension


def refusal(**values: object) -> str:
    """The sentence for the first field that is refused."""
    with pytest.raises(ValidationError) as caught:
        NewExtension.model_validate({"name": "Alice"} | values)
    return caught.value.errors()[0]["msg"].removeprefix("Value error, ")


def test_a_number_is_two_to_twenty_digits_of_any_script() -> None:
    assert NewExtension(number="１０１", name="Alice").number == "101"
    assert refusal(number="1O1") == "an extension number is 2 to 20 digits, such as 101"


@pytest.mark.parametrize(
    "name",
    [
        "A",
        "x" * 80,
        "O'Brien",
        "“Bob” Smith",
        'Bob "the boss"',
        "a;b",
        "[101]",
        ";--",
        "--;",
        "\\",
        "张伟",
        "🎉",
        "👩‍💻",
        "שרה",
        "سارة",
        "می‌خواهم",
        "#include x",
        "=> b",
        "${EXTEN}",
    ],
)
def test_names_in_any_script_and_with_any_sign_are_taken_as_they_are(name: str) -> None:
    assert NewExtension(name=name).name == name


def test_outer_spaces_go_and_equal_looking_letters_become_equal() -> None:
    assert NewExtension(name=" Zoe\u0308\u00a0").name == "Zo\u00eb"


@pytest.mark.parametrize("name", ["", " ", "x" * 81, "x" * 300, "\u200d", "\u200e \u200f"])
def test_a_name_that_cannot_be_seen_or_is_too_long_is_refused(name: str) -> None:
    assert refusal(name=name) == "a name is 1 to 80 characters, such as Alice or “Alice Smith”"


@pytest.mark.parametrize(
    "name", ["a\nb", "a\r\nb", "a\tb", "a\x00b", "a\x7fb", "a\x85b", "a\u2028b", "a\u2029b"]
)
def test_a_name_on_two_lines_or_with_control_characters_is_refused(name: str) -> None:
    assert refusal(name=name).endswith("type it on one line")
    assert ("has a line break" in refusal(name=name)) == (len(name.splitlines()) > 1)


@pytest.mark.parametrize("hidden", "\u202a\u202e\u2066\u2069\u061c\ufeff\u00ad\ue000\ud800")
def test_characters_that_reorder_or_hide_others_are_refused(hidden: str) -> None:
    assert refusal(name=f"Al{hidden}ice") == (
        f"has an invisible character (U+{ord(hidden):04X}); type it on one line"
    )


@pytest.mark.parametrize(
    "secret",
    [
        "12345678",
        "x" * 128,
        ">abcdefg",
        "abc;defg",
        ";--abcde",
        "#include",
        "a=b=c=d=",
        "=abcdefg",
        "[abcdef]",
    ],
)
def test_secrets_of_printable_signs_are_taken_as_they_are(secret: str) -> None:
    taken = NewExtension(name="Alice", secret=SecretStr(secret)).secret
    assert taken.get_secret_value() == secret


@pytest.mark.parametrize("secret", ["", "1234567", "x" * 129])
def test_a_secret_of_a_wrong_length_is_refused(secret: str) -> None:
    assert refusal(secret=secret) == (
        "a password has 8 to 128 characters; leave it out and a strong one is made"
    )


@pytest.mark.parametrize(
    "secret",
    [
        "abcdefgh ",
        " abcdefgh",
        "abcd efgh",
        'abcd"efgh',
        "abcd\\efgh",
        "abcdéfgh",
        "abcdefgh\n",
        "密码密码密码密码",
        "abcd\x00efgh",
    ],
)
def test_a_secret_that_phones_disagree_on_is_refused_without_repeating_it(secret: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Changes.model_validate({"secret": secret})
    assert 'no spaces, quotes (") or backslashes' in caught.value.errors()[0]["msg"]
    assert secret.strip() not in str(caught.value)
    assert secret not in repr(caught.value.errors(include_input=False))


@given(st.text(min_size=9, max_size=140) | st.text(st.characters(min_codepoint=33, max_codepoint=126)))
def test_every_secret_is_taken_exactly_or_refused_without_repeating_it(secret: str) -> None:
    assert exact_or_silent(secret)


def refusal_of(secret: str) -> str:
    with pytest.raises(ValidationError) as caught:
        Changes.model_validate({"secret": secret})
    return str(caught.value)


# Whatever the secret is, it is refused in one of these ways: none of them can hold any of it.
REFUSALS = {refusal_of("short"), refusal_of("spaces in between")}


def exact_or_silent(secret: str) -> bool:
    try:
        return Changes.model_validate({"secret": secret}).secret.get_secret_value() == secret
    except ValidationError as error:
        return str(error) in REFUSALS


ACCENTS = (
    "a" + "\u0300\u0316" * 200_000
)  # Unicode's order of them is made in a time that grows with the square


@pytest.mark.parametrize(
    ("field", "value", "advice"),
    [
        ("context", "general", "such as from-internal"),
        ("context", "GLOBALS", "such as from-internal"),
        ("context", "a]b", "such as from-internal"),
        ("context", "a\n", "such as from-internal"),
        ("context", "x" * 80, "such as from-internal"),
        ("transport", "sctp", "one of udp, tcp, tls, wss"),
        ("codecs", "mp3", "such as codecs=ulaw,alaw"),
        ("codecs", "", "such as codecs=ulaw,alaw"),
        ("codecs", "ulaw,ULAW", "each once"),
        ("max_contacts", "0", "a number from 1 to 100"),
        ("max_contacts", "101", "a number from 1 to 100"),
        ("qualify_frequency", "-1", "a number from 0 to 3600"),
        ("qualify_frequency", "3601", "a number from 0 to 3600"),
        ("email", "alice", "such as alice@example.com".removeprefix("such as ")),
        ("email", "a@b.c\nBcc: d@e.f", "on one line"),
        ("slack_user_id", "alice", "U0123456"),
        ("notes", "x" * 1001, "at most 1000 characters"),
        pytest.param("name", ACCENTS, "a name is 1 to 80 characters", id="many accents in name"),
        pytest.param("email", ACCENTS, "alice@example.com", id="many accents in email"),
        pytest.param("notes", ACCENTS, "at most 1000 characters", id="many accents in notes"),
        ("caller_id", "a\nb", "on one line"),
        ("max_contacts", "many", "max_contacts is a number from 1 to 100"),
        ("max_contacts", "2.5", "max_contacts is a number from 1 to 100"),
        ("max_contacts", "9" * 5000, "max_contacts is a number from 1 to 100"),
        ("qualify_frequency", "", "qualify_frequency (in seconds) is a number from 0 to 3600"),
        ("enabled", "perhaps", "enabled is true or false"),
        ("direct_media", "", "direct_media is true or false"),
    ],
)
def test_a_bad_setting_is_refused_with_what_to_type(field: str, value: str, advice: str) -> None:
    assert advice in refusal(**{field: value})
