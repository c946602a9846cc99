"""AMI's messages as bytes and as headers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbx.ami_messages import END, encode, is_noise, parse, split, value_of

WANTED = {b"Hangup"}
LINE = st.text(st.characters(exclude_characters="\r\n:", exclude_categories=["Cs"])).map(
    lambda text: text.strip(" ")
)


def test_the_first_of_equal_headers_counts() -> None:
    message = parse(b"Output: 1\r\nOutput:  2 \r\nOutput: 3")
    assert (message.get_header("Output"), message.get_header("Nothing")) == ("1", None)
    assert message.get_header("Nothing", "x") == "x"
    assert message.repeated == {"Output": "3"}


def test_a_timestamp_counts_only_where_asterisk_writes_it() -> None:
    assert parse(b"Event: Hangup\r\nPrivilege: call,all\r\nTimestamp: 7")["Timestamp"] == "7"
    assert "Timestamp" not in parse(b"Event: Hangup\r\nPrivilege: call,all\r\nExten: 5\r\nTimestamp: 7")


def test_a_line_without_a_colon_is_no_header() -> None:
    message = parse(b"Asterisk Call Manager/9.0.0\r\nResponse:  Success \r\nURI: sip:101@x:5060")
    assert message == {"Response": "Success", "URI": "sip:101@x:5060"}
    assert parse(b"Name: \xff") == {"Name": "\ufffd"}


def test_a_value_from_outside_is_cut_and_unknown_is_none() -> None:
    assert value_of({"CallerIDName": "x" * 256}, "CallerIDName") == "x" * 255
    assert value_of({"CallerIDName": "<unknown>"}, "CallerIDName") == ""
    assert value_of({}, "CallerIDName") == ""


@pytest.mark.parametrize("control", ["\n", "\r", "\x1b", "\x7f", "\x9b", "\u2028", "\u2029", "\u202e"])
def test_a_value_from_outside_has_nothing_that_a_terminal_or_slack_obeys(control: str) -> None:
    assert value_of({"AccountID": f"a{control}é b"}, "AccountID") == "a\N{REPLACEMENT CHARACTER}é b"


@given(st.lists(st.integers(1, 30)))
def test_messages_are_divided_wherever_their_bytes_arrive(sizes: list[int]) -> None:
    stream, chunks = b"A: 1\r\nB: 2" + END + b"C: 3" + END + b"D: ", []
    for size in sizes:
        chunks.append(stream[:size])
        stream = stream[size:]
    assert list(split([*chunks, stream])) == [b"A: 1\r\nB: 2", b"C: 3"]


@pytest.mark.parametrize(
    ("block", "noise"),
    [
        (b"Event: VarSet\r\nVariable: x", True),
        (b"Event: VarSet", True),
        (b"Event: Hangup\r\nCause: 16", False),
        (b"Event: FullyBooted\r\nStatus: x", False),
        (b"Event: ContactList\r\nActionID: 7", False),
        (b"Response: Success\r\nMessage: x", False),
    ],
)
def test_an_event_that_nobody_wants_is_noise_unless_it_answers_a_question(block: bytes, noise: bool) -> None:
    assert is_noise(block, WANTED) is noise
    assert not is_noise(block, set())


@given(st.dictionaries(LINE.filter(bool), LINE))
def test_an_encoded_message_is_parsed_again(headers: dict[str, str]) -> None:
    written = encode(headers)
    assert written.endswith(b"\r\n")
    (block,) = split([written]) if headers else (b"",)
    assert parse(block) == headers


def test_a_message_is_headers_and_an_empty_line() -> None:
    assert encode({"Action": "Ping", "ActionID": "ü"}) == "Action: Ping\r\nActionID: ü\r\n\r\n".encode()


@pytest.mark.parametrize("headers", [{"A": "1\r2"}, {"A": "1\n2"}, {"A\r": "1"}, {"A\n": "1"}])
def test_a_line_break_is_refused_as_it_would_forge_a_header(headers: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"^the AMI header 'A.*' has a line break$"):
        encode(headers)
