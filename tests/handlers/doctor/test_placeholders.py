"""What an example has in the place of a value is told from a value."""

from __future__ import annotations

import pytest
from dotenv import dotenv_values

from handlers.doctor.placeholders import is_placeholder
from tests.server import PROJECT


@pytest.mark.parametrize(
    "value",
    [
        "a-long-random-string",
        "change-me",
        "CHANGEME",
        "https://YOUR-HOST",
        "your-signing-secret",
        "<step 4.4: xoxb-…>",
        "xoxb-…",
        "xoxb-...",
        "xoxb-xxxxxxxx",
        "U0123456789",
        "https://acme.bamboohr.com",
        "pbx.example.com",
        "https://phones.example.com",
        "postgresql+psycopg://user:password@host/name",
        "fill in",
        "replace-me",
    ],
)
def test_the_text_of_an_example_is_no_value(value: str) -> None:
    assert is_placeholder(value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "pbx.firm.net",
        "192.168.1.10:5060",
        "xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcHrzqqgy",
        "U024BE7LH,S0PHONES",
        "fourteen-yours-exchange-meadow",
        "postgresql+psycopg://switchhook:u8@db.firm.net/switchhook",
        "Sales=200-249",
    ],
)
def test_a_value_is_one(value: str) -> None:
    assert not is_placeholder(value)


def test_no_default_of_the_example_is_taken_for_a_placeholder() -> None:
    values = dotenv_values(PROJECT / ".env.example")
    assert [name for name, value in values.items() if is_placeholder(value or "")] == []
