"""Requests of the API have threads of their own, on a real gunicorn."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector

from tests.asterisk_bed import Asterisk
from tests.server import Switchhook, migrate
from tests.slack_stand_in import SlackStandIn, SlackUser
from tests.waiting import SECONDS, wait_for
from web_worker import API_THREADS, MAX_API_REQUESTS

MORE_THAN_TWO_WORKERS_TAKE = 2 * MAX_API_REQUESTS + 1


class HoldingSwitchhook(Switchhook):
    application = "tests.holding_app:app"


def test_commands_are_acknowledged_however_many_requests_of_the_api_last(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'it.db'}"
    migrate(url)
    folder = {"HOLDING_FOLDER": str(tmp_path)}
    with (
        SlackStandIn() as slack,
        HoldingSwitchhook(Asterisk(tmp_path / "pbx"), slack, url, folder) as switchhook,
        ExitStack() as stack,
    ):
        asked = [stack.enter_context(closing(ask(switchhook))) for _ in range(MORE_THAN_TWO_WORKERS_TAKE)]
        refused = answer(first_answered(asked))
        wait_for(lambda: len(begun(tmp_path)) >= API_THREADS)
        user = SlackUser(slack, switchhook.url, user_id=switchhook.admin_id)
        assert [user.command("/ext", "help").status for _ in range(20)] == [200] * 20
        assert refused.startswith("HTTP/1.1 503 ")
        assert "Retry-After: 2\r\n" in refused
        assert "send fewer at once" in refused
        (tmp_path / "go").touch()
        assert {answer(each)[:13] for each in asked} == {"HTTP/1.1 200 ", "HTTP/1.1 503 ", ""}


def ask(switchhook: Switchhook) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", switchhook.port), timeout=SECONDS)
    client.sendall(b"GET /api/held HTTP/1.1\r\nHost: phones\r\n\r\n")
    return client


def first_answered(clients: Sequence[socket.socket]) -> socket.socket:
    with DefaultSelector() as selector:
        for client in clients:
            selector.register(client, EVENT_READ, client)
        (key, _), *_ = selector.select(SECONDS)
    found: socket.socket = key.data
    return found


def answer(client: socket.socket) -> str:
    return b"".join(iter(lambda: client.recv(65_536), b"")).decode()


def begun(folder: Path) -> str:
    path = folder / "begun"
    return path.read_text() if path.exists() else ""
