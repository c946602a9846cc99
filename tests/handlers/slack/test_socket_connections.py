"""A connection of Socket Mode is lost, refused or ended in every way that there is, and one is had again."""

from __future__ import annotations

import logging
import re
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from handlers.onboarding.modals import details_modal
from handlers.retry import jitter
from handlers.slack import socket_connection, socket_mode
from handlers.slack.socket_mode import CONNECTED, SOCKET, SocketMode
from tests.server import quiet_settings
from tests.slack_stand_in import SlackStandIn, SlackUser, as_text, sockets
from tests.waiting import SECONDS, wait_for

OPEN = "apps.connections.open"


class Process:
    """What a web process of gunicorn has of Socket Mode; `end()` is what SIGTERM does."""

    def __init__(self, app: Flask) -> None:
        self.socket: SocketMode = app.extensions[SOCKET]
        self._is_alive = True

    def start(self) -> None:
        self.socket.start(lambda: self._is_alive)

    def end(self) -> None:
        self._is_alive = False

    def connect(self, slack: SlackStandIn) -> None:
        self.start()
        slack.sockets.wait_for_connections(1)
        wait_for(lambda: self.socket.state == CONNECTED, lambda: self.socket.state)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes seconds takes tenths of them; how soon others answer on a busy machine says nothing."""
    monkeypatch.setattr("logs.configure", lambda: None)  # it would write to a stream that ends with this test
    monkeypatch.setattr(socket_mode, "TICK_SECONDS", 0.02)
    monkeypatch.setattr(socket_mode, "FIRST_PAUSE", 0.2)
    monkeypatch.setattr(socket_connection, "PING_SECONDS", 0.2)
    monkeypatch.setattr(socket_connection, "SILENT_SECONDS", SECONDS)
    monkeypatch.setattr(socket_connection, "HELLO_SECONDS", SECONDS)
    monkeypatch.setattr(sockets, "ACKNOWLEDGED_WITHIN", SECONDS)


@pytest.fixture
def slack(fresh_slack: SlackStandIn) -> SlackStandIn:
    fresh_slack.socket_mode = True
    return fresh_slack


@pytest.fixture
def database(tmp_path: Path, migrated_once: Path) -> Path:
    path = tmp_path / "switchhook.db"
    path.write_bytes(migrated_once.read_bytes())
    return path


@pytest.fixture
def process(slack: SlackStandIn, database: Path) -> Iterator[Process]:
    process = Process(create_app(quiet_settings(database, slack, slack_app_token=slack.sockets.app_token)))
    yield process
    process.end()
    slack.sockets.wait_for_connections(0)
    assert slack.sockets.violations == []


@pytest.fixture
def user(slack: SlackStandIn) -> SlackUser:
    return SlackUser(slack, "http://127.0.0.1:1")  # nothing listens there


def is_answered(user: SlackUser) -> bool:
    return "/ext" in as_text(user.replies(user.command("/ext", "help"))[0])


def reasons(caplog: pytest.LogCaptureFixture, words: str) -> list[str]:
    return [each.__dict__["reason"] for each in caplog.records if words in each.message]


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
def test_the_next_connection_is_open_before_slack_ends_the_last(
    process: Process, slack: SlackStandIn, user: SlackUser, reason: str
) -> None:
    process.connect(slack)
    (before,) = slack.sockets.connections()
    slack.sockets.disconnect(reason, seconds=30)
    (after,) = slack.sockets.wait_until_replaced(before)
    assert after is not before
    assert process.socket.state == CONNECTED
    assert is_answered(user)


def test_after_slack_hung_up_without_a_word_there_is_another_connection(
    process: Process, slack: SlackStandIn, user: SlackUser
) -> None:
    process.connect(slack)
    (before,) = slack.sockets.connections()
    before.cut()
    slack.sockets.wait_until_replaced(before)
    assert is_answered(user)


def test_a_connection_that_answers_no_ping_is_replaced(
    process: Process, slack: SlackStandIn, user: SlackUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    process.connect(slack)
    (before,) = slack.sockets.connections()
    before.freeze()
    with monkeypatch.context() as hasty:
        hasty.setattr(socket_connection, "SILENT_SECONDS", 1.0)
        wait_for(lambda: any(each is not before for each in slack.sockets.connections()))
    wait_for(lambda: process.socket.state == CONNECTED)
    assert is_answered(user)
    before.thaw()


def test_a_server_that_opens_a_connection_and_never_says_hello_is_left(
    process: Process, slack: SlackStandIn, user: SlackUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack.sockets.sends_hello = False
    with monkeypatch.context() as hasty:
        hasty.setattr(socket_connection, "HELLO_SECONDS", 0.5)
        process.start()
        wait_for(lambda: process.socket.state == "no connection (Slack opens a WebSocket and says nothing)")
    slack.sockets.sends_hello = True
    wait_for(lambda: process.socket.state == CONNECTED)
    assert is_answered(user)


def test_while_slack_is_gone_it_is_tried_less_and_less_and_found_when_it_is_back(
    process: Process,
    slack: SlackStandIn,
    user: SlackUser,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pauses = list[float]()

    def noted(pause: float) -> float:
        pauses.append(pause)
        return jitter(pause)

    monkeypatch.setattr(socket_mode, "jitter", noted)
    process.connect(slack)
    slack.sockets.stop()
    wait_for(lambda: len(slack.called(OPEN)) >= 4)
    assert pauses[:4] == [0.2, 0.4, 0.8, 1.6]
    assert process.socket.state.startswith("no connection (")
    slack.sockets.start()
    wait_for(lambda: process.socket.state == CONNECTED)
    assert is_answered(user)
    assert caplog.text.count("no connection to Slack") == len(slack.called(OPEN)) - 2


def test_a_connection_that_ends_as_soon_as_it_is_open_is_no_tight_loop(
    process: Process, slack: SlackStandIn
) -> None:
    process.connect(slack)
    began = time.monotonic()
    for _ in range(3):
        (now,) = slack.sockets.wait_for_connections(1)
        now.cut()
        slack.sockets.wait_until_replaced(now)
    assert time.monotonic() - began > 0.1 + 0.2, "pauses of 0.2, 0.4 and 0.8 s, of which at most half is cut"


def test_slacks_wish_to_be_left_alone_is_obeyed(
    process: Process, slack: SlackStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    slack.fail_next(OPEN, status=429, retry_after=2)
    process.start()
    wait_for(lambda: process.socket.state == CONNECTED)
    assert reasons(caplog, "no connection to Slack") == ["ratelimited"]
    first, second = slack.called(OPEN)
    assert second.at - first.at >= 2


def test_a_token_that_slack_refuses_is_given_up_and_said_loudly(
    process: Process, slack: SlackStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    slack.fail_until_cleared(OPEN, error="invalid_auth")
    process.start()
    (record,) = wait_for(lambda: [each for each in caplog.records if each.levelno == logging.ERROR])
    assert process.socket.state == "Slack refuses SLACK_APP_TOKEN: invalid_auth"
    assert "nothing comes by Socket Mode: run flask doctor" in record.getMessage()
    time.sleep(0.5)  # longer than the first pause of what may pass
    assert len(slack.called(OPEN)) == 1


def test_when_socket_mode_is_switched_off_in_slack_that_is_said(
    process: Process, slack: SlackStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    process.connect(slack)
    slack.fail_until_cleared(OPEN, error="invalid_auth")
    (last,) = slack.sockets.connections()
    last.announce("link_disabled")
    wait_for(lambda: len(slack.called(OPEN)) == 2)  # so it has heard why
    last.close()
    wait_for(lambda: process.socket.state == "Slack refuses SLACK_APP_TOKEN: invalid_auth")
    assert reasons(caplog, "is lost") == ["link_disabled"]


def test_what_is_being_answered_when_the_process_is_to_end_is_answered(
    process: Process, slack: SlackStandIn, user: SlackUser, database: Path
) -> None:
    process.connect(slack)
    connection = wait_for(lambda: process.socket._connection)
    with closing(sqlite3.connect(database)) as other, ThreadPoolExecutor(1) as person:
        other.execute("BEGIN IMMEDIATE")
        submitted = person.submit(user.submit, details_modal("standard 1"))
        wait_for(lambda: connection._answering)
        process.end()
        time.sleep(0.3)
        other.rollback()
        assert submitted.result().status == 200


# slack_sdk leaves a socket whose handshake was refused to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_neither_the_token_nor_an_address_is_ever_logged(
    process: Process, slack: SlackStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    slack.fail_next(OPEN, cut=True)
    slack.fail_next(OPEN, drop=True)
    process.connect(slack)
    (before,) = slack.sockets.connections()
    slack.sockets.accepts_tickets = False
    before.cut()
    wait_for(lambda: "handshake" in caplog.text)
    logged = caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    assert slack.sockets.app_token not in logged
    tickets = [re.findall("ticket=([^&]+)", url)[0] for url in slack.sockets.urls]
    assert tickets
    assert not [ticket for ticket in tickets if ticket in logged]
