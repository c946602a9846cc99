"""What is said about a Slack status that follows a phone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from handlers.oncall import messages
from handlers.oncall.messages import StatusDisconnected

AT = datetime.fromtimestamp(1_800_000_000, UTC)


def test_the_link_is_a_button() -> None:
    message = messages.ask("https://slack.com/oauth/v2/authorize?a=1&b=2")
    [button] = message.blocks[1]["elements"]
    assert button["url"] == "https://slack.com/oauth/v2/authorize?a=1&b=2"
    assert "works once, for ten minutes" in str(message.blocks)


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        (["101"], "follows extension 101*"),
        (["101", "102"], "follows extension 101 and 102*"),
        ([], "follows an extension, once one is yours again*"),
    ],
)
def test_who_is_connected_reads_which_phone_and_since_when(numbers: list[str], words: str) -> None:
    shown = messages.shown(AT, numbers, is_offered=True)
    assert words in shown.text
    assert "since <!date^1800000000^" in shown.text
    assert "/ext mystatus disconnect" in str(shown.blocks)


@pytest.mark.parametrize(("is_offered", "words"), [(True, "/ext mystatus connect"), (False, "flask doctor")])
def test_who_is_not_connected_reads_what_to_do(is_offered: bool, words: str) -> None:
    assert words in str(messages.shown(None, ["101"], is_offered).blocks)


def test_it_says_whether_slack_has_taken_the_permission_back() -> None:
    assert "given its permission back to Slack" in messages.disconnected(is_given_back=True).text
    assert "goes on trying" in messages.disconnecting().text


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("token_revoked", "by you in Slack's settings or by an admin"),
        ("missing_scope", "the app's permissions"),
        ("something_new", "was taken back"),
    ],
)
def test_a_connection_that_slack_has_ended_is_explained(reason: str, words: str) -> None:
    message = StatusDisconnected(reason=reason).render()
    assert words in message.text
    assert "goes away" not in message.text
    assert "/ext mystatus connect" in str(message.blocks)
    left = StatusDisconnected(reason=reason, shown_until=1_800_000_000).render()
    assert "goes away by itself at <!date^1800000000^" in left.text


def test_app_home_says_whether_and_offers_the_other() -> None:
    connected, other = messages.section(AT), messages.section(None)
    assert "since <!date^1800000000^" in connected["text"]["text"]
    assert connected["accessory"]["value"] == ":mystatus disconnect"
    assert other["accessory"]["value"] == ":mystatus connect"
