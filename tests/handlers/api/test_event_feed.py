"""Events as they are stored, for streams that are near the end and for others, from a real database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.api import event_feed, recent_events
from handlers.api.event_feed import EventStream
from handlers.api.event_queries import Wanted
from handlers.streams import loop, open_stream
from pbx import history
from pbx.services import Services
from tests import stream_bed
from tests.stream_bed import Streams, calls

streams = stream_bed.streams


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Little is kept in memory, and little is given at once."""
    monkeypatch.setattr(recent_events, "KEPT", 10)
    monkeypatch.setattr(event_feed, "AT_ONCE", 7)
    monkeypatch.setattr(open_stream, "STALLED_SECONDS", 600.0)


def test_each_stream_gets_what_it_wants_once_and_in_order(quiet: Services, streams: Streams) -> None:
    everything, phones = streams.open(), streams.open(wanted=Wanted(frozenset({"registered"})))
    of_101 = streams.open(wanted=Wanted(extension="101"))
    calls(quiet, 10)
    assert everything.wait_for(20) == list(range(1, 21))
    assert phones.wait_for(10) == list(range(2, 21, 2))
    assert of_101.wait_for(10) == list(range(1, 20, 2))
    assert {event.name for event in of_101.received} == {"extension.ringing"}


def test_streams_go_on_where_they_were_however_far_behind(
    quiet: Services, streams: Streams, small: None
) -> None:
    calls(quiet, 20)
    clients = [streams.open(position) for position in range(0, 40, 3)]
    few = streams.open(2, Wanted(frozenset({"registered"}), "103"))
    calls(quiet, 20)
    for position, client in zip(range(0, 40, 3), clients, strict=True):
        assert client.wait_for(80 - position) == list(range(position + 1, 81))
    assert few.wait_for(39) == list(range(4, 81, 2))


def test_a_client_that_reads_slowly_gets_everything_and_takes_little_memory(
    quiet: Services, streams: Streams, small: None
) -> None:
    slow, other = streams.open(), streams.open()
    assert isinstance(slow.stream, EventStream)
    calls(quiet, 250, name="x" * 200)
    assert other.wait_for(500) == list(range(1, 501))
    assert slow.stream.position < 500  # so that this has tested something
    assert len(slow.stream.unsent) < 10_000
    assert slow.wait_for(500) == list(range(1, 501))


def test_what_is_not_kept_any_more_is_said_to_be_missing(
    quiet: Services, streams: Streams, small: None
) -> None:
    calls(quiet, 10)
    history.prune(quiet.database, timedelta(days=-10_000))
    calls(quiet, 10)
    client = streams.open(4)
    client.wait_for(21)
    gap, *events = client.received
    assert (gap.name, gap.id) == ("gap", "20")
    assert gap.data["after"] == 4
    assert [int(event.id) for event in events] == list(range(21, 41))


def test_a_heartbeat_moves_a_client_on_that_nothing_is_for(
    quiet: Services, streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "HEARTBEAT_SECONDS", 0.05)
    client = streams.open(wanted=Wanted(extension="999"))
    calls(quiet, 3)
    while client.reader.last_id != "6":
        client.reader.feed(client.socket.recv(65_536))
    assert client.reader.comments


def test_streams_at_the_end_share_one_query(quiet: Services, streams: Streams) -> None:
    clients = [streams.open() for _ in range(50)]
    calls(quiet, 1)
    for client in clients:
        assert client.wait_for(2) == [1, 2]
    assert {client.stream.read_at for client in clients} == {0.0}
