"""Half-sent requests beside whole ones, on a real gunicorn."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from threading import Event, Thread

import pytest

from incoming_request import MAX_HEAD
from tests.asterisk_bed import Asterisk
from tests.server import Switchhook, migrate
from tests.slack_stand_in import SlackStandIn, SlackUser
from web_worker import READ_SECONDS

HEAD = b"POST /slack/events HTTP/1.1\r\nHost: phones\r\n"
SIGNED_HALF = HEAD + b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 500\r\n\r\ncommand="
UNENDING = [HEAD, SIGNED_HALF, HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab", b""]
SEVERAL_TIMES_THE_THREADS = 200


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SlackStandIn, Switchhook]]:
    """Nobody has started its Asterisk: what is asked for here needs none."""
    folder = tmp_path_factory.mktemp("web")
    url = f"sqlite:///{folder / 'it.db'}"
    migrate(url)
    with SlackStandIn() as slack, Switchhook(Asterisk(folder / "pbx"), slack, url) as switchhook:
        yield slack, switchhook


@pytest.fixture
def user(running: tuple[SlackStandIn, Switchhook]) -> SlackUser:
    slack, switchhook = running
    return SlackUser(slack, switchhook.url, user_id=switchhook.admin_id)


def connect(switchhook: Switchhook, data: bytes) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", switchhook.port), timeout=60)
    client.sendall(data)
    return client


def answer_to(switchhook: Switchhook, *pieces: bytes) -> bytes:
    """All that comes back until the connection is closed."""
    with closing(connect(switchhook, b"")) as client:
        with suppress(OSError):  # it may have had enough
            for piece in pieces:
                client.sendall(piece)
        return b"".join(iter(lambda: client.recv(65_536), b""))


def drip(clients: list[socket.socket], stop: Event) -> None:
    """A byte a second from each."""
    while not stop.wait(1.0):
        for client in clients:
            with suppress(OSError):
                client.send(b"1")


def test_commands_are_answered_beside_two_hundred_half_sent_requests(
    running: tuple[SlackStandIn, Switchhook], user: SlackUser
) -> None:
    with ExitStack() as stack:
        stop = Event()
        clients = [
            stack.enter_context(closing(connect(running[1], UNENDING[index % len(UNENDING)])))
            for index in range(SEVERAL_TIMES_THE_THREADS)
        ]
        dripping = Thread(target=drip, args=(clients[::2], stop))
        dripping.start()
        stack.callback(dripping.join)
        stack.callback(stop.set)
        acknowledged = [user.command("/ext", "help") for _ in range(50)]
        print("slowest of 50:", round(max(each.seconds for each in acknowledged), 3), "s")
        assert [each.status for each in acknowledged] == [200] * 50
        for each in acknowledged:
            assert user.replies(each)


def test_a_request_that_takes_too_long_is_refused_and_dripping_gains_nothing(
    running: tuple[SlackStandIn, Switchhook],
) -> None:
    with ExitStack() as stack:
        stop, began = Event(), time.monotonic()
        clients = [stack.enter_context(closing(connect(running[1], data))) for data in UNENDING * 2]
        dripping = Thread(target=drip, args=(clients[: len(UNENDING)], stop))
        dripping.start()
        stack.callback(dripping.join)
        stack.callback(stop.set)
        for client in clients:
            assert client.recv(1000).startswith(b"HTTP/1.1 408 ")
    assert time.monotonic() - began > READ_SECONDS / 2


def chunked(path: str, size: int, chunk: int) -> Iterator[bytes]:
    yield f"POST {path} HTTP/1.1\r\nHost: phones\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    for _ in range(size // chunk):
        yield f"{chunk:x}\r\n".encode() + b"x" * chunk + b"\r\n"
    yield b"0\r\n\r\n"


def test_nobody_without_a_token_has_ten_megabytes_kept_for_it(
    running: tuple[SlackStandIn, Switchhook],
) -> None:
    head = b"POST /api/extensions/bulk HTTP/1.1\r\nHost: phones\r\nContent-Length: 9000000\r\n"
    for token in (b"", b"Authorization: Bearer guessed\r\n"):
        answer = answer_to(running[1], head + token + b"\r\n[")  # 408 if it waited for the rest
        assert answer.startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize("path", ["/slack/events", "/webhooks/hr/standard"])
@pytest.mark.parametrize("chunk", [500, 65_536, 2_000_000])
def test_two_megabytes_in_chunks_are_too_large(
    running: tuple[SlackStandIn, Switchhook], path: str, chunk: int
) -> None:
    assert answer_to(running[1], *chunked(path, 2_000_000, chunk)).startswith(b"HTTP/1.1 413 ")


def test_an_invalid_request_is_not_logged_under_the_id_of_an_earlier_one(
    running: tuple[SlackStandIn, Switchhook],
) -> None:
    switchhook = running[1]
    for _ in range(3):
        assert answer_to(switchhook, b"GET /healthz HTTP/1.1\r\nHost: phones\r\n\r\n").startswith(
            b"HTTP/1.1 200"
        )
        answer_to(switchhook, b"GET /healthz HTTP/1.1\r\nHo st: phones\r\n\r\n")
    switchhook.wait_for_log("Invalid request")
    invalid = [line for line in switchhook.log_text().splitlines() if "Invalid request" in line]
    assert [line for line in invalid if "request_id" in line] == []


def test_a_small_body_in_chunks_is_taken(running: tuple[SlackStandIn, Switchhook]) -> None:
    assert answer_to(running[1], *chunked("/slack/events", 5_000, 7)).startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"POST /slack/events HTTP/1.1\r\nHost: a\r\nContent-Length: 1000001\r\n\r\n", b"413"),
        (b"POST /slack/events HTTP/1.1\r\nHost: a\r\nContent-Length: " + b"9" * 400 + b"\r\n\r\n", b"413"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 2 * MAX_HEAD, b"431"),
        (b"nonsense\r\n\r\n", b"400"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", b"400"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n", b"400"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\x00: x\r\n\r\n", b"401"),
        (HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n12345", b"400"),
        (HEAD + b"Content-Length: -5\r\n\r\n", b"400"),
        (b"GET /healthz HTTP/1.0\r\n\r\n", b"200"),
        (b"GET /x/healthz HTTP/1.1\r\nHost: a\r\nSCRIPT_NAME: /x\r\n\r\n", b"404"),
    ],
)
def test_other_requests_get_their_answer(
    running: tuple[SlackStandIn, Switchhook], request_: bytes, status: bytes
) -> None:
    assert answer_to(running[1], request_).split(b" ", 2)[1] == status


def test_a_client_that_expects_100_continue_gets_it(running: tuple[SlackStandIn, Switchhook]) -> None:
    with closing(connect(running[1], HEAD + b"Expect: 100-continue\r\nContent-Length: 5\r\n\r\n")) as client:
        assert client.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"12345")
        assert b"HTTP/1.1 401 " in b"".join(iter(lambda: client.recv(65_536), b""))


@pytest.mark.parametrize("path", ["/phones/caf\xe9-ticket", "/phones/x a-ticket", "/%70hones/\xe9-ticket"])
def test_a_request_line_that_cannot_be_read_is_logged_without_what_was_sent(
    running: tuple[SlackStandIn, Switchhook], path: str
) -> None:
    before = len(running[1].log_text())
    sent = f"GET {path} HTTP/1.1\r\nHost: phones\r\n\r\n".encode("latin-1")
    assert b" 400 " in answer_to(running[1], sent)
    logged = running[1].log_text()[before:]
    assert "Invalid request from ip=127.0.0.1: Invalid HTTP" in logged
    assert "ticket" not in logged


def test_gunicorn_listens_on_loopback_alone(running: tuple[SlackStandIn, Switchhook]) -> None:
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.2", running[1].port), timeout=60)


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /api/x HTTP/1.1\r\nHost: phones\r\nno header\r\n\r\n", 400),
        (b"GET /api/x HTTP/9.1\r\nHost: phones\r\n\r\n", 400),
        (b"POST /api/x HTTP/1.1\r\nHost: phones\r\nContent-Length: many\r\n\r\n", 400),
        (b"GET /api/" + b"x" * 5_000 + b" HTTP/1.1\r\nHost: phones\r\n\r\n", 414),
        (HEAD + b"X: " + b"x" * 10_000 + b"\r\n\r\n", 431),
    ],
)
def test_what_gunicorn_cannot_read_is_answered_with_a_problem(
    running: tuple[SlackStandIn, Switchhook], request_: bytes, status: int
) -> None:
    head, _, body = answer_to(running[1], request_).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert b"Content-Type: application/problem+json" in head
    assert f"Content-Length: {len(body)}".encode() in head
    assert json.loads(body)["status"] == status
