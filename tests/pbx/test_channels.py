"""Channels that are hard to record: hostile, lost, or left from before a restart."""

from __future__ import annotations

import pytest

from pbx import channels
from pbx.ami_messages import Message
from pbx.events import Translator
from pbx.facts import (
    CallAnswered,
    CallEnded,
    CallRinging,
    Fact,
    OpenCall,
)
from tests.pbx.transcripts import is_managed
from tests.pbx.transcripts.handmade import (
    CALLEE,
    CALLER,
    RINGS,
    TAKEN,
    channel,
    event,
    translate,
)


def test_a_name_of_any_length_is_cut() -> None:
    long = channel(
        "PJSIP/101-0a", "1.0", "4", CallerIDName="A" * 10_000, CallerIDNum="1" * 10_000, Exten="102"
    )
    [ringing] = translate([(0, long), (0, CALLEE), (1, RINGS)])
    assert isinstance(ringing, CallRinging)
    assert len(ringing.caller_name) < 300


def test_resync_ends_calls_whose_hangup_was_lost() -> None:
    translator = Translator(is_managed)
    translate([(0, CALLER), (0, CALLEE), (1, RINGS), (4, TAKEN)], translator)
    [end] = translator.resync([], [], 10)
    assert isinstance(end, CallEnded)
    assert (end.callee, end.disposition, end.rang, end.talked) == ("102", "answered", 3, 6)
    assert translator.open_calls() == []


def test_a_restart_takes_up_an_open_call_without_telling_it_again() -> None:
    before = Translator(is_managed)
    translate([(0, CALLER), (0, CALLEE), (1, RINGS), (4, TAKEN)], before)
    after = Translator(is_managed)
    after.adopt([], before.open_calls())
    channels = [channel("PJSIP/101-0a", "1.0", "6"), channel("PJSIP/102-0b", "1.1", "6")]
    assert after.resync([], channels, 8) == []
    hangups = [
        event("Hangup", Uniqueid=uniqueid, Cause="16", Cause_txt="Normal Clearing")
        for uniqueid in ("1.1", "1.0")
    ]
    [end] = translate([(9, hangup) for hangup in hangups], after)
    assert isinstance(end, CallEnded)
    assert (end.caller, end.callee, end.cause_text, end.rang, end.talked) == (
        "101",
        "102",
        "Normal Clearing",
        3,
        5,
    )


def test_a_call_that_began_while_nobody_listened_is_reported_with_its_age() -> None:
    channels = [
        channel("PJSIP/102-0b", "1.1", "6", Duration="00:01:05", CallerIDNum="102"),
        channel("PJSIP/101-0a", "1.0", "6", Duration="00:01:06", CallerIDNum="101", Exten="102"),
    ]
    [fact] = Translator(is_managed).resync([], channels, 100)
    assert isinstance(fact, CallAnswered)
    assert (fact.at, fact.caller, fact.callee) == (35, "101", "102")


def test_a_call_that_ended_while_away_is_ended() -> None:
    translator = Translator(is_managed)
    translator.adopt([], [OpenCall(linkedid="1.0", caller="101", callee="102", rang_at=1)])
    [end] = translator.resync([], [], 9)
    assert isinstance(end, CallEnded)
    assert (end.caller, end.callee, end.disposition, end.talked) == ("101", "102", "failed", 0)


def test_a_channel_without_its_ids_is_none() -> None:
    nameless = [channel("PJSIP/101-0a", "", "4"), channel("PJSIP/101-0a", "1.0", "4", Linkedid="")]
    assert translate([(1, message) for message in nameless]) == []
    assert Translator(is_managed).resync([], nameless, 1) == []


def test_of_too_many_channels_the_hangup_of_the_oldest_is_taken_for_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(channels, "MAX_CHANNELS", 2)
    translator = Translator(is_managed)
    for number in ("1.0", "2.0", "3.0"):
        translator.feed(channel("PJSIP/101-0a", number, "4", Linkedid=number), 1)
    assert [call.linkedid for call in translator.open_calls()] == ["2.0", "3.0"]


def at_mailbox(name: str, *between: Message, number: str = "101") -> list[Fact]:
    """What is told of a channel that dials 102, which has a mailbox, is answered, and ends there."""
    dials = channel(name, "1.0", "4", CallerIDNum=number, Exten="102")
    steps = [dials, channel(name, "1.0", "6", "Newstate"), *between, event("Hangup", Uniqueid="1.1")]
    steps.append(channel(name, "1.0", "6", "Hangup", Exten="102", Cause="16"))
    return translate(enumerate(steps), Translator(is_managed, lambda each: each == "102"))


def test_a_stranger_who_claims_the_number_that_is_called_does_not_hear_its_messages() -> None:
    (end,) = at_mailbox("PJSIP/provider-0a", number="102")
    assert isinstance(end, CallEnded)
    assert (end.caller, end.callee, end.disposition, end.talked) == ("102", "102", "voicemail", 0)
    assert at_mailbox("PJSIP/102-0a", number="102") == []
    assert at_mailbox("PJSIP/102-x-0a", number="102") != []


def test_who_hangs_up_while_the_phone_rings_has_not_come_to_the_mailbox() -> None:
    asks = event("HangupRequest", Uniqueid="1.0")
    *_, end = at_mailbox("PJSIP/provider-0a", CALLEE, RINGS, asks)
    assert isinstance(end, CallEnded)
    assert end.disposition == "cancelled"


def test_a_phone_that_answers_counts_before_the_mailbox() -> None:
    *_, end = at_mailbox("PJSIP/provider-0a", CALLEE, RINGS, TAKEN)
    assert isinstance(end, CallEnded)
    assert end.disposition == "answered"
