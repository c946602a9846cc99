"""`.env`: what is there stays, and what is added is read as it was meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation import env_file
from installation.machine import env_values

EXAMPLE = "# Older ones\nSECRET_KEY_OLD=\n# Who may\nSLACK_ADMINS=\n# Two\n# lines\nSECRET_KEY=\nPORT=8000\n"
VALUES = st.text(st.characters(exclude_categories=["C"]), min_size=1).filter(lambda text: "${" not in text)


@given(VALUES)
def test_every_value_is_read_as_it_was_meant(value: str) -> None:
    assert env_values(env_file.filled(None, {"SECRET_KEY": value}, EXAMPLE).encode()) == {"SECRET_KEY": value}


@pytest.mark.parametrize("value", ["a\nSLACK_ADMINS=U0EVIL", "a\rb", "a\x00", "${HOME}", "\x7f"])
def test_a_value_that_it_cannot_hold_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="cannot hold"):
        env_file.quoted(value)


@pytest.mark.parametrize(
    "value", ["a;b", "a#b", "a b", "it's", 'say "x"', "back\\slash", "$HOME", "'", "\\'", "ü"]
)
def test_hostile_values_stand_between_quotes(value: str) -> None:
    text = env_file.filled("", {"AMI_SECRET": value}, EXAMPLE)
    assert "AMI_SECRET='" in text
    assert env_values(text.encode()) == {"AMI_SECRET": value}


def test_comments_order_and_values_stay() -> None:
    before = "# mine\nPORT=9000\n\n  export SECRET_KEY=\nSLACK_ADMINS=''  \n# end"
    after = env_file.filled(before, {"SECRET_KEY": "k", "AMI_SECRET": "s"}, EXAMPLE)
    assert after == "# mine\nPORT=9000\n\n  export SECRET_KEY=k\nSLACK_ADMINS=''  \n# end\n\nAMI_SECRET=s\n"


def test_an_empty_line_is_filled_once() -> None:
    assert env_file.filled('PORT=\nPORT=""\n', {"PORT": "1"}, EXAMPLE) == 'PORT=1\nPORT=""\n'


def test_what_is_added_has_the_comment_of_the_example() -> None:
    after = env_file.filled("A=1\n", {"SECRET_KEY": "k", "PORT": "1"}, EXAMPLE)
    assert after == "A=1\n\n# Two\n# lines\nSECRET_KEY=k\n\nPORT=1\n"


def test_a_setting_without_a_comment_is_added_alone() -> None:
    assert env_file.filled("", {"UNKNOWN": "1"}, EXAMPLE) == "\nUNKNOWN=1\n"


def test_a_new_file_says_what_it_is() -> None:
    assert env_file.filled(None, {"PORT": "1"}, EXAMPLE).startswith(
        "# Settings of Switchhook; docs/settings.md has all"
    )
