"""What the translator makes of the time when nobody listened."""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path

from pbx.ami import connected
from pbx.events import Translator
from pbx.facts import CallAnswered, CallEnded, Fact, OpenCall, PhoneMoved, PhoneRegistered, PhoneUnregistered
from tests.pbx.transcripts import bed, is_managed
from tests.pbx.transcripts.handmade import (
    CALLEE,
    CALLER,
    RINGS,
    TAKEN,
    channel,
    contact,
    event,
    listed,
    translate,
)
from tests.pbx.transcripts.office import OnboardingContext
from tests.server import settings_for


def test_resync_tells_who_came_went_and_moved_while_away() -> None:
    translator = Translator(is_managed)
    known = [
        PhoneRegistered(at=1, number=number, address="192.0.2.7", port=5060)
        for number in ("101", "102", "103")
    ]
    translator.adopt(phones=known)
    contacts = [listed(5060), listed(5099, number="102"), listed(5060, number="104")]
    assert translator.resync(contacts, [], 100) == [
        PhoneMoved(
            at=100,
            number="102",
            address="192.0.2.7",
            port=5099,
            user_agent="Snom",
            old_address="192.0.2.7",
            old_port=5060,
        ),
        PhoneRegistered(
            at=100, number="104", address="192.0.2.7", port=5060, user_agent="Snom", round_trip_ms=1.5
        ),
        PhoneUnregistered(at=100, number="103", address="192.0.2.7", port=5060, reason="left"),
    ]
    assert translator.resync(contacts, [], 101) == []


def test_what_a_real_asterisk_lists_is_understood(folder: Path) -> None:
    with ExitStack() as closing:
        office = OnboardingContext(closing.enter_context(bed(folder)), closing)
        asterisk = closing.enter_context(connected(settings_for(office.asterisk, "sqlite://")))
        translator = Translator(is_managed)

        def resync() -> list[Fact]:
            contacts = asterisk.ask(Action="PJSIPShowContacts")[1:]
            return translator.resync(contacts, asterisk.ask(Action="CoreShowChannels")[1:], time.time() + 1)

        _ = office["102"]
        office.connect("101", "102", "102")
        alice, bob, taken = sorted(resync(), key=lambda fact: getattr(fact, "number", "last"))
        assert isinstance(alice, PhoneRegistered)
        assert isinstance(bob, PhoneRegistered)
        assert (alice.number, bob.number) == ("101", "102")
        assert "baresip" in alice.user_agent
        assert isinstance(taken, CallAnswered)
        assert (taken.caller, taken.callee, taken.channel[:10]) == ("101", "102", "PJSIP/102-")
        assert resync() == []
        office.leave("101", "102")
        office["102"].unregister()
        office.settle()
        gone, ended = resync()
        assert isinstance(gone, PhoneUnregistered)
        assert isinstance(ended, CallEnded)
        assert (ended.caller, ended.callee, ended.disposition) == ("101", "102", "answered")


def test_resync_leaves_alone_what_was_learnt_after_the_question() -> None:
    translator = Translator(is_managed)
    translate([(200, contact("Reachable")), (200, CALLER), (200, CALLEE)], translator)
    assert translator.resync([], [], 199) == []
    assert len(translator.registered()) == 1
    assert len(translator.open_calls()) == 1


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
    after.adopt(calls=before.open_calls())
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


def test_a_call_that_began_while_away_is_told_with_its_age() -> None:
    channels = [
        channel("PJSIP/102-0b", "1.1", "6", Duration="00:01:05", CallerIDNum="102"),
        channel("PJSIP/101-0a", "1.0", "6", Duration="00:01:06", CallerIDNum="101", Exten="102"),
    ]
    [fact] = Translator(is_managed).resync([], channels, 100)
    assert isinstance(fact, CallAnswered)
    assert (fact.at, fact.caller, fact.callee) == (35, "101", "102")


def test_a_call_that_ended_while_away_is_ended() -> None:
    translator = Translator(is_managed)
    translator.adopt(calls=[OpenCall(linkedid="1.0", caller="101", callee="102", rang_at=1)])
    [end] = translator.resync([], [], 9)
    assert isinstance(end, CallEnded)
    assert (end.caller, end.callee, end.disposition, end.talked) == ("101", "102", "failed", 0)
