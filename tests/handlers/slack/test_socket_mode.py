"""Socket Mode: what reaches the program through its own connections to Slack, and how it keeps them."""

from __future__ import annotations

import os
import signal
import time

import pytest
import requests

from tests.server import WORKERS, Switchhook
from tests.slack_stand_in import SlackStandIn, SlackUser, as_text
from tests.waiting import wait_for

CONNECTED_AT = "switchhook_slack_socket_connected_timestamp_seconds"


@pytest.fixture(scope="module")
def way() -> str:
    return "socket"


def test_a_command_is_answered_through_a_websocket(admin: SlackUser) -> None:
    acknowledged = admin.command("/ext", "status")
    assert (acknowledged.status, acknowledged.body) == (200, "")
    assert "0 extensions" in as_text(admin.replies(acknowledged)[0])


def test_readyz_and_the_metrics_say_that_it_is_connected(switchhook: Switchhook) -> None:
    wait_for(
        lambda: requests.get(f"{switchhook.url}/readyz", timeout=60).json()["slack"] == "connected",
        switchhook.log_text,
    )
    lines = requests.get(f"{switchhook.url}/metrics", timeout=60).text.splitlines()
    (found,) = [line for line in lines if line.startswith(CONNECTED_AT)]
    assert time.time() - float(found.split()[1]) < 60


def test_http_is_refused_without_a_signing_secret(admin: SlackUser) -> None:
    answer = admin.send("command=%2Fext&text=list")
    assert (answer.status, answer.body) == (503, "SLACK_SIGNING_SECRET is not set")


def test_a_command_of_the_command_line_opens_no_connection(
    switchhook: Switchhook, slack: SlackStandIn
) -> None:
    before = len(slack.called("apps.connections.open"))
    assert switchhook.flask_process("version").returncode == 0
    assert len(slack.called("apps.connections.open")) == before


def test_a_reload_replaces_both_connections_and_no_command_is_lost(
    switchhook: Switchhook, slack: SlackStandIn, admin: SlackUser
) -> None:
    before = slack.sockets.connections()
    switchhook.web.send_signal(signal.SIGHUP)
    wait_for(lambda: set(slack.sockets.connections()).isdisjoint(before) and acknowledged(admin))
    slack.sockets.wait_for_connections(2)
    assert acknowledged(admin)


def test_what_a_killed_process_has_not_acknowledged_another_takes(
    switchhook: Switchhook, slack: SlackStandIn, admin: SlackUser
) -> None:
    wait_for(lambda: len(switchhook.workers()) == WORKERS)  # those that were reloaded have ended
    killed = switchhook.workers()[0]
    os.kill(killed, signal.SIGSTOP)  # its connection looks open, and it answers nothing
    asked = [admin.command("/ext", "help") for _ in range(2)]
    os.kill(killed, signal.SIGKILL)
    assert [each.status for each in asked] == [200, 200]
    assert all(admin.replies(each) for each in asked)
    slack.sockets.wait_for_connections(2)


def test_what_was_acknowledged_is_finished_when_the_program_is_ended(
    switchhook: Switchhook, slack: SlackStandIn, admin: SlackUser
) -> None:
    asked = admin.command("/ext", "create 130 Zoe")
    switchhook.web.terminate()
    assert "130" in as_text(admin.replies(asked)[0])
    assert switchhook.web.wait(60) == 0
    slack.sockets.wait_for_connections(0)
    logged = switchhook.log_text()
    assert slack.sockets.app_token not in logged
    assert not [url for url in slack.sockets.urls if url.partition("ticket=")[2].partition("&")[0] in logged]


def acknowledged(user: SlackUser) -> bool:
    return user.command("/ext", "help").status == 200
