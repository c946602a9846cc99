"""GET /api/events/stream on a real gunicorn: who may, what comes, and when it ends."""

from __future__ import annotations

import socket
from contextlib import closing, suppress

import pytest
import requests

from app import create_app
from handlers.api.event_feed import MAX_OF_TOKEN
from pbx.services import Services
from tests import one_server
from tests.event_reader import EventReader
from tests.event_streams import Crowd, StreamClient
from tests.factories import registered, ringing, store
from tests.handlers.api import stream_server
from tests.server import Switchhook
from tests.tokens import made, new_token
from tests.waiting import wait_for

asterisk, database_url = stream_server.asterisk, stream_server.database_url
services, more_environment = one_server.services, stream_server.more_environment


@pytest.fixture(scope="module")
def token(switchhook: Switchhook) -> str:
    return new_token(switchhook, "reader")


def headers(token: str, **more: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} | more


def get(switchhook: Switchhook, token: str, query: str = "", **more: str) -> requests.Response:
    url = f"{switchhook.url}/api/events/stream{query}"
    return requests.get(url, headers=headers(token, **more), stream=True, timeout=60)


def test_events_come_in_chunks_and_what_was_missed_on_the_next_connection(
    switchhook: Switchhook, services: Services, token: str
) -> None:
    reader = EventReader()
    with get(switchhook, token) as response:
        assert response.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        assert response.headers["Transfer-Encoding"] == "chunked"
        assert response.headers["X-Accel-Buffering"] == "no"
        store(services, ringing("1.1"), registered("103"))
        events = reader.read(response.iter_content(None))
        first, second = next(events), next(events)
    assert (first.name, first.data["extension"], first.data["kind"]) == (
        "extension.ringing",
        "102",
        "ringing",
    )
    assert first.data["id"] == int(first.id)
    store(services, ringing("1.2"))
    with get(switchhook, token, **{"Last-Event-ID": second.id}) as response:
        missed = next(EventReader().read(response.iter_content(None)))
    assert (int(missed.id), missed.data["call"]) == (int(second.id) + 1, "1.2")


def test_the_query_filters_and_says_where_to_begin(
    switchhook: Switchhook, services: Services, token: str
) -> None:
    store(services, registered("301"), registered("302"), ringing("9.1", callee="301"), registered("301"))
    query = "?last_event_id=0&extension=301&kind=registered,unregistered"
    with get(switchhook, token, query) as response:
        events = EventReader().read(response.iter_content(None))
        found = [next(events).data for _ in range(2)]
    assert {(each["extension"], each["kind"]) for each in found} == {("301", "registered")}


@pytest.mark.parametrize("asked", ["999999999", "123456789012345678"])
def test_an_id_that_was_never_given_is_said_to_be_unknown(
    switchhook: Switchhook, token: str, asked: str
) -> None:
    with get(switchhook, token, **{"Last-Event-ID": asked}) as response:
        gap = next(EventReader().read(response.iter_content(None)))
    assert (gap.name, gap.data["after"]) == ("gap", int(asked))
    assert gap.data["continues_after"] == int(gap.id) < int(asked)


def test_head_gets_the_headers_and_takes_no_room(switchhook: Switchhook, token: str) -> None:
    head = f"HEAD /api/events/stream HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\r\n"
    for _ in range(2 * MAX_OF_TOKEN + 1):
        with closing(socket.create_connection(("127.0.0.1", switchhook.port), timeout=60)) as client:
            client.sendall(head.encode())
            assert client.recv(1000).startswith(b"HTTP/1.1 200 OK")


def test_a_body_that_is_too_large_takes_no_stream_away(
    switchhook: Switchhook, services: Services, token: str
) -> None:
    head = (
        f"GET /api/events/stream HTTP/1.0\r\nAuthorization: Bearer {token}\r\nContent-Length: 9999999\r\n\r\n"
    )
    with closing(socket.create_connection(("127.0.0.1", switchhook.port), timeout=60)) as client:
        client.sendall(head.encode())
        _read_until(client, b"\nid: ")
        store(services, ringing("1.3"))
        _read_until(client, b"extension.ringing")
        client.sendall(b"x" * 1000)
        with suppress(ConnectionError):
            while client.recv(1000):  # it says more than it was asked for
                pass


def _read_until(client: socket.socket, wanted: bytes) -> None:
    found = b""
    while wanted not in found:
        more = client.recv(1000)
        assert more, found
        found += more


@pytest.mark.parametrize(
    ("query", "more", "status", "says"),
    [
        ("?kind=rang", {}, 422, "there is no kind “rang”"),
        ("?access_token=secret", {}, 422, "access_token"),
        ("?last_event_id=-1", {}, 422, "last_event_id"),
        ("", {"Last-Event-ID": "abc"}, 422, "Last-Event-ID"),
        ("", {"Authorization": "Bearer nonsense"}, 401, "token"),
    ],
)
def test_what_is_wrong_is_answered_as_a_problem(
    switchhook: Switchhook, token: str, query: str, more: dict[str, str], status: int, says: str
) -> None:
    url = f"{switchhook.url}/api/events/stream{query}"
    answer = requests.get(url, headers=headers(token) | more, timeout=60)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert says in answer.json()["detail"]


def test_a_revoked_token_s_streams_end_within_seconds(switchhook: Switchhook) -> None:
    doomed = new_token(switchhook, "doomed")
    client = StreamClient(switchhook.port, doomed)
    with Crowd([client]) as crowd:
        crowd.read_until(lambda each: each.status == 200)
        switchhook.flask("token", "revoke", "doomed")
        wait_for(lambda: not client.read())


def test_more_streams_than_a_token_may_have_are_told_to_come_back(switchhook: Switchhook) -> None:
    """Two web processes have MAX_OF_TOKEN each."""
    greedy = new_token(switchhook, "greedy")
    clients = [StreamClient(switchhook.port, greedy) for _ in range(2 * MAX_OF_TOKEN + 1)]
    with Crowd(clients) as crowd:
        crowd.read_until(lambda each: each.status)
        refused = [each for each in clients if each.status != 200]
        assert refused
        assert {each.status for each in refused} == {429}
        assert all(b"Retry-After: " in each.head for each in refused)
    wait_for(lambda: get(switchhook, greedy).status_code == 200)


def test_a_process_without_the_worker_says_that_it_has_no_streams(quiet: Services) -> None:
    """As `flask run`."""
    answer = create_app(quiet.settings).test_client().get("/api/events/stream", headers=headers(made(quiet)))
    assert answer.status_code == 501
    assert "gunicorn app:app" in answer.get_json()["detail"]
