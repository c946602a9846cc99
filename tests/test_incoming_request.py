"""Requests as they come, cut anywhere."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from handlers.body_limits import MAX_BODY
from incoming_request import MAX_CHUNKS, MAX_HEAD, IncomingRequest

HEAD = b"POST /slack/events HTTP/1.1\r\nHost: phones\r\n"


def limit_of(_head: bytes) -> int:
    return MAX_BODY


def test_a_body_in_very_many_tiny_chunks_is_broken_off_soon() -> None:
    """All of it is read in the loop that accepts connections."""
    incoming = IncomingRequest(limit_of)
    incoming.add(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * 300_000)
    assert not incoming.is_complete()
    assert incoming.refusal() == "400 Bad Request"
    assert len(incoming._pieces) <= MAX_CHUNKS + 1


def test_trailers_without_an_end_are_broken_off() -> None:
    incoming = IncomingRequest(limit_of)
    incoming.add(HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"x: y\r\n" * MAX_HEAD)
    assert not incoming.is_complete()
    assert incoming.refusal() == "400 Bad Request"


@given(
    st.binary(max_size=300),
    st.lists(st.integers(0, 400), max_size=5),
    st.sampled_from(["length", "chunked"]),
    st.integers(1, 50),
)
def test_a_request_is_whole_with_its_last_byte_however_it_is_cut(
    body: bytes, cuts: list[int], kind: str, chunk: int
) -> None:
    if kind == "chunked":
        pieces = [body[at : at + chunk] for at in range(0, len(body), chunk)]
        framed = b"".join(f"{len(piece):X};x=y\r\n".encode() + piece + b"\r\n" for piece in pieces)
        sent = HEAD + b"transfer-encoding: chunked\r\n\r\n" + framed + b"0\r\nTrailer: 1\r\n\r\n"
    else:
        sent = HEAD + f"content-length:{len(body)}\r\n\r\n".encode() + body
    incoming, places = (
        IncomingRequest(limit_of),
        sorted({0, *(cut for cut in cuts if cut < len(sent) - 1), len(sent) - 1}),
    )
    for begin, end in pairwise(places):
        incoming.add(sent[begin:end])
        assert not incoming.is_complete()
    incoming.add(sent[places[-1] :])
    assert incoming.is_complete()
    assert not incoming.refusal()
    head, _, arrived = incoming.request().partition(b"\r\n\r\n")
    assert arrived == body
    assert f"content-length:{len(body)}" in head.decode().lower().replace(" ", "")


@given(st.binary(max_size=400), st.binary(max_size=100))
def test_any_bytes_are_taken_in(first: bytes, second: bytes) -> None:
    for head in (b"", HEAD + b"Transfer-Encoding: chunked\r\n\r\n", HEAD + b"Content-Length: 9\r\n\r\n"):
        incoming = IncomingRequest(limit_of)
        for data in (head + first, second):
            incoming.add(data)
            assert incoming.is_complete() in (True, False)
            assert incoming.refusal() in ("", "400 Bad Request")
