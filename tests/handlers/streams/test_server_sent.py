"""What is written is what a reader of the standard reads."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from handlers.streams import server_sent
from tests.event_reader import EventReader, Received


def test_a_stream_begins_with_when_to_come_back_and_where_it_is() -> None:
    reader = EventReader()
    assert reader.feed(server_sent.beginning(17)) == []
    assert (reader.retry_ms, reader.last_id) == (2000, "17")


@given(st.text())
def test_any_text_comes_through_in_one_event(text: str) -> None:
    sent = server_sent.event(5, "extension.ringing", json.dumps({"peer_name": text}, ensure_ascii=False))
    assert EventReader().feed(sent) == [Received("5", "extension.ringing", {"peer_name": text})]


def test_a_heartbeat_is_a_comment_that_moves_a_client_on() -> None:
    reader = EventReader()
    assert reader.feed(server_sent.heartbeat(99)) == []
    assert (reader.comments, reader.last_id) == (1, "99")


def test_a_gap_says_between_which_events_some_are_missing() -> None:
    (gap,) = EventReader().feed(server_sent.gap(40, 7, "gone"))
    assert gap == Received("40", "gap", {"type": "gap", "after": 7, "continues_after": 40, "detail": "gone"})


def test_chunks_are_framed_for_http() -> None:
    assert server_sent.chunk(b"x" * 26) == b"1a\r\n" + b"x" * 26 + b"\r\n"
    assert server_sent.chunk(b"") == b"0\r\n\r\n"
