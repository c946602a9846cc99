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


@pytest.mark.parametrize(
    "target",
    ["/api", "/api/x", "/api?x", "//api", "http://phones/api/x", "http://phones//api", "/api#/x", "/api%2Fx"],
)
def test_a_request_of_the_api_is_known_by_its_first_line(target: str) -> None:
    def share(root: str) -> Share | None:
        return share_of(f"GET {target.replace('api', root)} HTTP/1.1\r\nHost: phones\r\n".encode())

    assert share("api") is share("%61pi") is share("%61%70%69") is API
    assert share("extensions") is share("%65xtensions") is share("extension%73") is PAGES
    assert share("apis") is share("%2561pi") is share("slack/events") is share("slack/api") is None


@pytest.mark.parametrize("line", ["", "GET", "GET ", "GET http://[/api HTTP/1.1", "GET * HTTP/1.1", "\r\n"])
def test_what_has_no_path_is_of_no_share(line: str) -> None:
    assert share_of(line.encode()) is None


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
    encoded = f"%{ord(share.root[0]):x}{share.root[1:]}"  # the same place
    client.sendall(f"GET /{encoded}/held HTTP/1.1\r\nHost: phones\r\n\r\n".encode())
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
