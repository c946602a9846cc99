"""Requests of the API and of pages have threads of their own, on a real gunicorn."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector

import pytest

from own_threads import API, PAGES, SHARES, Share, share_of
from tests.asterisk_bed import Asterisk
from tests.server import Switchhook, migrate
from tests.slack_stand_in import SlackStandIn, SlackUser
from tests.waiting import SECONDS, wait_for

REFUSALS = {API: "application/problem+json", PAGES: "text/html; charset=utf-8"}


class HoldingSwitchhook(Switchhook):
    application = "tests.holding_app:app"


@pytest.mark.parametrize("line", [b"GET /api/x HTTP/1.1", b"GET /api?x HTTP/1.1", b"GET //api HTTP/1.1"])
def test_a_request_of_the_api_is_known_by_its_first_line(line: bytes) -> None:
    assert share_of(line) is API
    assert share_of(line.replace(b"api", b"extensions")) is PAGES
    assert share_of(line.replace(b"api", b"apis")) is None
    assert share_of(line.replace(b"api", b"slack/events")) is None


def test_commands_are_acknowledged_however_many_other_requests_last(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'it.db'}"
    migrate(url)
    folder = {"HOLDING_FOLDER": str(tmp_path)}
    with (
        SlackStandIn() as slack,
        HoldingSwitchhook(Asterisk(tmp_path / "pbx"), slack, url, folder) as switchhook,
        ExitStack() as stack,
    ):
        asked = {
            share: [stack.enter_context(closing(ask(switchhook, share))) for _ in range(2 * share.most + 1)]
            for share in SHARES
        }
        for share, clients in asked.items():
            refused = answer(first_answered(clients))
            assert refused.startswith("HTTP/1.1 503 ")
            assert "Retry-After: 2\r\n" in refused
            assert f"Content-Type: {REFUSALS[share]}\r\n" in refused
            assert share.too_many in refused
        wait_for(lambda: len(begun(tmp_path)) >= sum(share.threads for share in SHARES))
        user = SlackUser(slack, switchhook.url, user_id=switchhook.admin_id)
        assert [user.command("/ext", "help").status for _ in range(20)] == [200] * 20
        (tmp_path / "go").touch()
        answers = {answer(each)[:13] for clients in asked.values() for each in clients}
        assert answers == {"HTTP/1.1 200 ", "HTTP/1.1 503 ", ""}


def ask(switchhook: Switchhook, share: Share) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", switchhook.port), timeout=SECONDS)
    client.sendall(f"GET /{share.root}/held HTTP/1.1\r\nHost: phones\r\n\r\n".encode())
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
