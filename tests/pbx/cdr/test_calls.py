"""What is told of recorded calls."""

from __future__ import annotations

import pytest

from pbx.cdr import calls
from pbx.cdr.grouping import calls as grouped
from pbx.facts import CallEnded, CallFact
from tests.pbx.cdr import written
from tests.pbx.cdr.written import read, record

OURS = {"101", "102", "103"}
BOX = {"102"}


def facts(text: str) -> list[CallFact]:
    (call,) = grouped(read(text))
    return calls.facts(call, OURS.__contains__, BOX.__contains__)


def short(text: str) -> list[tuple[object, ...]]:
    """Kind, caller and callee of each, and what is said of the end."""
    return [
        (type(each).__name__[4:].lower(), each.caller, each.callee)
        + ((each.disposition, each.rang, each.talked, each.channel) if isinstance(each, CallEnded) else ())
        for each in facts(text)
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            written.ANSWERED,
            [
                ("ringing", "101", "102"),
                ("answered", "101", "102"),
                ("ended", "101", "102", "answered", 0.0, 1.0, "PJSIP/102-00000001"),
            ],
        ),
        (
            written.BUSY_THEN_MAILBOX,
            [
                ("ringing", "101", "102"),
                ("ended", "101", "102", "voicemail", 0.0, 0.0, "PJSIP/101-00000002"),
            ],
        ),
        (
            written.BUSY_THEN_MAILBOX.splitlines(keepends=True)[0],
            [("ringing", "101", "102"), ("ended", "101", "102", "busy", 0.0, 0.0, "PJSIP/102-00000003")],
        ),
        (
            written.CANCELLED,
            [("ringing", "101", "102"), ("ended", "101", "102", "no answer", 1.0, 0.0, "PJSIP/102-00000005")],
        ),
        (
            written.TWO_PHONES,
            [
                ("ringing", "101", "102"),
                ("ringing", "101", "103"),
                ("answered", "101", "103"),
                ("ended", "101", "103", "answered", 0.0, 1.0, "PJSIP/103-0000000a"),
            ],
        ),
        (
            written.BY_LOCAL,
            [
                ("ringing", "101", "102"),
                ("answered", "101", "102"),
                ("ended", "101", "102", "answered", 0.0, 1.0, "PJSIP/102-00000006"),
            ],
        ),
        (written.MACHINE, [("ended", "101", "605", "answered", 0.0, 1.0, "PJSIP/101-00000008")]),
        (
            written.UP_BUT_NOT_TAKEN,
            [("ringing", "101", "102"), ("ended", "101", "102", "no answer", 2.0, 0.0, "PJSIP/102-00000003")],
        ),
    ],
)
def test_a_call_is_told_as_it_was(text: str, told: list[tuple[object, ...]]) -> None:
    assert short(text) == told


def test_calls_of_others_are_not_told() -> None:
    assert facts(written.ANSWERED.replace("101", "801").replace("102", "802")) == []


def test_who_listens_to_their_own_messages_makes_no_call() -> None:
    theirs = written.BUSY_THEN_MAILBOX.splitlines(keepends=True)[1].replace("PJSIP/101", "PJSIP/102")
    assert facts(theirs) == []


def test_parties_on_a_trunk_are_known_by_their_numbers() -> None:
    into, out = (
        written.ANSWERED.replace("PJSIP/101", "PJSIP/trunk").replace('"101"', '"+4930123"'),
        written.ANSWERED.replace("PJSIP/102-", "PJSIP/trunk-").replace('"102"', '"+4930123"'),
    )
    assert short(into)[-1][:3] == ("ended", "+4930123", "102")
    assert short(out)[-1][:3] == ("ended", "101", "+4930123")


def test_a_phone_that_could_not_be_reached_did_not_ring() -> None:
    assert short(written.CANCELLED.replace("NO ANSWER", "FAILED")) == [
        ("ended", "101", "102", "unavailable", 1.0, 0.0, "PJSIP/102-00000005")
    ]


def test_a_caller_who_gave_up_is_told_where_asterisk_writes_it() -> None:
    assert short(written.CANCELLED.replace("NO ANSWER", "CANCEL"))[-1][3] == "cancelled"


def test_the_callers_name_is_told() -> None:
    assert facts(written.ANSWERED)[0].caller_name == "N101 O'x"  # type: ignore[union-attr]  # the one of ringing has it


def test_a_call_that_was_asked_for_is_the_askers() -> None:
    (call,) = grouped(
        [record("PJSIP/101-00000000", "PJSIP/102-00000001", uniqueid="switchhook-call-abc", src="102")]
    )
    told = calls.facts(call, OURS.__contains__, BOX.__contains__)
    assert {(each.linkedid, each.caller, each.callee) for each in told} == {
        ("switchhook-call-abc", "101", "102")
    }
