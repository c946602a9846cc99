"""Socket Mode: what reaches the program through its own connections to Slack, and how it keeps them."""

from __future__ import annotations

import time

import pytest
import requests

from tests.server import Switchhook
from tests.slack_stand_in import SlackUser, as_text

CONNECTED_AT = "switchhook_slack_socket_connected_timestamp_seconds"


@pytest.fixture(scope="module")
def way() -> str:
    return "socket"


def test_a_command_is_answered_through_a_websocket(admin: SlackUser) -> None:
    acknowledged = admin.command("/ext", "status")
    assert (acknowledged.status, acknowledged.body) == (200, "")
    assert "0 extensions" in as_text(admin.replies(acknowledged, timeout=30)[0])


def test_readyz_and_the_metrics_say_that_it_is_connected(switchhook: Switchhook) -> None:
    assert requests.get(f"{switchhook.url}/readyz", timeout=5).json()["slack"] == "connected"
    lines = requests.get(f"{switchhook.url}/metrics", timeout=5).text.splitlines()
    (found,) = [line for line in lines if line.startswith(CONNECTED_AT)]
    assert time.time() - float(found.split()[1]) < 60


def test_http_is_refused_without_a_signing_secret(admin: SlackUser) -> None:
    answer = admin.send("command=%2Fext&text=list")
    assert (answer.status, answer.body) == (503, "SLACK_SIGNING_SECRET is not set")
