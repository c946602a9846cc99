"""The thread that serves all streams, with real sockets and a real database."""

from __future__ import annotations

import socket
from contextlib import closing

import pytest
from sqlalchemy import text

from handlers.streams import open_stream
from models.types import now
from pbx.services import Services
from tests import stream_bed
from tests.stream_bed import Client, Streams, calls, change_token
from tests.waiting import wait_for

streams = stream_bed.streams


def test_a_client_that_does_not_read_is_closed_and_resumes(
    quiet: Services, streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as impatient:
        impatient.setattr(open_stream, "STALLED_SECONDS", 0.2)
        stuck = streams.open()
        calls(quiet, 250, name="x" * 200)
        wait_for(lambda: streams.ended == [stuck.stream])
    assert stuck.ends()
    got = int(stuck.reader.last_id)
    assert 0 < got < 500
    assert [int(event.id) for event in stuck.received] == list(range(1, got + 1))
    assert streams.open(got).wait_for(500 - got) == list(range(got + 1, 501))


def test_a_client_that_leaves_is_noticed(streams: Streams) -> None:
    client = streams.open()
    client.socket.close()
    wait_for(lambda: streams.ended == [client.stream])


def test_what_a_client_says_on_a_stream_ends_it(streams: Streams) -> None:
    client = streams.open()
    client.socket.sendall(b"GET / HTTP/1.1\r\n\r\n")
    wait_for(lambda: streams.ended == [client.stream])


@pytest.mark.parametrize("column", ["revoked_at", "expires_at"])
def test_the_streams_of_a_token_end_with_it_and_others_go_on(
    quiet: Services, streams: Streams, column: str
) -> None:
    ending, other = streams.open(jti="two"), streams.open(jti="one")
    change_token(quiet, "two", **{column: now()})
    assert ending.ends()
    calls(quiet, 1)
    assert other.wait_for(2) == [1, 2]
    assert streams.ended == [ending.stream]


def test_streams_wait_for_a_database_that_is_away(quiet: Services, streams: Streams) -> None:
    client = streams.open()
    calls(quiet, 1)
    client.wait_for(2)
    with quiet.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE event RENAME TO away"))
    streams.open().socket.close()
    wait_for(lambda: streams.ended)
    with quiet.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE away RENAME TO event"))
    calls(quiet, 1)
    assert client.wait_for(4) == [1, 2, 3, 4]


def test_streams_end_with_the_process_and_later_ones_at_once(streams: Streams) -> None:
    client = streams.open()
    streams.stop.set()
    assert client.ends()
    wait_for(lambda: streams.ended == [client.stream])
    assert streams.open().ends()


def test_a_socket_of_the_file_system_is_served_too(quiet: Services, streams: Streams) -> None:
    ours, theirs = socket.socketpair()
    with closing(theirs):
        stream = streams.prepare()
        streams.loop.take(stream, ours)
        calls(quiet, 1)
        assert Client(theirs, stream).wait_for(2) == [1, 2]
