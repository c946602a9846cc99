"""Answers that cannot be are refused with what is needed, and never shown."""

from __future__ import annotations

import pytest

from installation import answers
from installation.facts import Answers


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("host", "PBX.example.com", "pbx.example.com"),
        ("host", " https://pbx.example.com/ ", "pbx.example.com"),
        ("sip_domain", "192.168.1.5:5070", "192.168.1.5:5070"),
        ("extension_range", "2000-2999", "2000-2999"),
        ("slack_bot_token", " xoxb-1-Ab\n", "xoxb-1-Ab"),
        ("slack_signing_secret", "it's;a#secret", "it's;a#secret"),
        ("slack_admins", "U0ABC,S0DEF", "U0ABC,S0DEF"),
    ],
)
def test_what_can_be_is_taken(name: str, text: str, wanted: str) -> None:
    assert getattr(answers.checked(**{name: text}), name) == wanted


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("host", "localhost"),
        ("host", "pbx.example.com:443"),
        ("host", "pbx.example.com/x"),
        ("host", "http://pbx.example.com"),
        ("host", "192.168.1.5"),
        ("host", "pbx.example.com;reboot"),
        ("host", "pbx.example.com\nserver_name evil"),
        ("host", f"{'a' * 64}.example.com"),
        ("host", "-a.example.com"),
        ("sip_domain", "pbx example"),
        ("sip_domain", "127.0.0.1:5160"),
        ("sip_domain", "pbx\nSECRET_KEY=x"),
        ("extension_range", "199-100"),
        ("slack_bot_token", "xoxp-user-token"),
        ("slack_bot_token", "xoxb-1\nSLACK_ADMINS=U0EVIL"),
        ("slack_signing_secret", "two words"),
        ("slack_signing_secret", "short"),
        ("slack_signing_secret", "with${HOME}inside"),
        ("slack_signing_secret", "line\nbreak-in-it"),
        ("slack_admins", "alice"),
    ],
)
def test_what_cannot_be_is_refused_by_its_option_and_not_shown(name: str, text: str) -> None:
    with pytest.raises(ValueError, match=f"^{answers.option(name)} (needs|has)") as refused:
        answers.checked(**{name: text})
    assert text not in str(refused.value)


def test_nothing_is_no_answer() -> None:
    assert answers.checked(host="", slack_admins="") == Answers()
