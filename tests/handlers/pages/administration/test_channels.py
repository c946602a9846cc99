"""The channels that the app is in, as Slack says them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from handlers.pages.administration import channels
from settings import Settings
from tests.server import quiet_settings
from tests.slack_stand_in import SlackStandIn


@pytest.fixture(scope="module")
def slack() -> Iterator[SlackStandIn]:
    with SlackStandIn() as running:
        for number in range(250):
            running.add_channel(f"C0{number:03}", f"team-{number:03}")
        yield running


@pytest.fixture
def settings(tmp_path: Path, slack: SlackStandIn) -> Iterator[Settings]:
    yield quiet_settings(tmp_path / "it.db", slack)
    slack.clear_faults()


def test_all_are_known_however_many_pages_slack_has_of_them(settings: Settings) -> None:
    found = channels.look(settings)
    assert list(found.names.values()) == [f"team-{number:03}" for number in range(250)]
    assert (found.called("C0017"), found.called("C0ELSE"), found.problem) == ("#team-017", "C0ELSE", "")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"error": "missing_scope"}, "lacks the scopes channels:read and groups:read"),
        ({"error": "invalid_auth"}, "(invalid_auth): type a channel's ID"),
        ({"status": 500}, "Slack does not say right now"),
        ({"status": 429, "retry_after": 30}, "Slack does not say right now"),
    ],
)
def test_what_keeps_them_from_being_known_is_said(
    settings: Settings, slack: SlackStandIn, fault: dict[str, str], said: str
) -> None:
    slack.fail_until_cleared("users.conversations", **fault)  # type: ignore[arg-type] # of several types
    found = channels.look(settings)
    assert said in found.problem
    assert found.names == {}


def test_slack_may_be_away(settings: Settings) -> None:
    found = channels.look(settings.model_copy(update={"slack_api_url": "http://127.0.0.1:1/api/"}))
    assert "type a channel's ID" in found.problem
