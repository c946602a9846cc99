"""The translator against everything that is not a well-behaved recording."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pbx import events
from pbx.ami_messages import Message
from pbx.events import EVENTS_WANTED, Translator
from pbx.facts import LoginFailed, LoginReason
from tests.pbx.transcripts import is_managed, messages
from tests.pbx.transcripts.call_scenarios import CALLS
from tests.pbx.transcripts.handmade import (
    channel,
    contact,
    event,
    login,
    translate,
)
from tests.pbx.transcripts.phone_scenarios import PHONES

NAMES = [scenario.__name__ for scenario in (*PHONES, *CALLS)]


def recorded(name: str) -> list[Message]:
    return [message for _, message in messages(name)]


TRAFFIC = {name: recorded(name) for name in NAMES}


def test_every_event_of_a_filtered_recording_is_a_wanted_one() -> None:
    assert {message["Event"] for recording in TRAFFIC.values() for message in recording} <= set(EVENTS_WANTED)


def test_a_message_counts_at_its_timestamp() -> None:
    facts = translate([(50, contact("Reachable", Timestamp="1700000000.25"))])
    assert [fact.at for fact in facts] == [1700000000.25]


def test_a_time_of_up_to_the_end_of_the_calendar_counts_and_no_other() -> None:
    for stamp, at in (("253402300799", 253_402_300_799), ("253402300800", 50), ("0", 50), ("1", 1)):
        assert [fact.at for fact in translate([(50, contact("Reachable", Timestamp=stamp))])] == [at]


def test_the_clock_of_asterisk_is_that_of_resync_and_lock_out_too() -> None:
    translator = Translator(is_managed)
    translate([(50, contact("Reachable", Timestamp="1000"))], translator)
    assert [fact.at for fact in translator.resync([], [], 60)] == [1010]
    translate([(70, contact("Reachable", Timestamp="1020"))], translator)
    translator.lock_out("101", 69)
    assert len(translator.registered()) == 1
    translator.lock_out("101", 70)
    assert translator.registered() == []


def test_an_event_that_is_not_wanted_is_nothing() -> None:
    assert translate([(1, event("VarSet", AccountID="101", Service="PJSIP"))]) == []
    assert translate([(1, Message())]) == []


@pytest.mark.parametrize("stamp", ["", "soon", "nan", "-inf", "-1", "9" * 5000])
def test_an_invalid_timestamp_is_ignored(stamp: str) -> None:
    assert [fact.at for fact in translate([(50, contact("Reachable", Timestamp=stamp))])] == [50]


def test_waiting_is_measured_by_asterisks_clock() -> None:
    translator = Translator(is_managed)
    translator.feed(contact("NonQualified", Timestamp="1000"), 50)
    assert translator.tick(50.5) == []
    assert [fact.at for fact in translator.tick(51.1)] == [1000]


def test_one_attempt_to_log_in_counts_once_and_the_next_again() -> None:
    attempts = [login(RemoteAddress="IPV6/UDP/2001:db8::7/5060")] * 2
    facts = translate([(at, attempt) for at in (1, 30) for attempt in attempts])
    expected = LoginFailed(at=1, account="666", address="2001:db8::7", reason="unknown account")
    assert facts == [expected, LoginFailed(**{**vars(expected), "at": 30})]


def test_an_attempt_is_one_of_a_session_and_reason_within_a_second() -> None:
    attempt, other, wrong = login(), login(session="y"), login("ChallengeResponseFailed")
    steps = [
        (0, attempt),
        (0.5, attempt),
        (0.5, other),
        (0.6, wrong),
        (1.0, attempt),
        (2.0, attempt),
        (1.5, attempt),
    ]
    assert [fact.at for fact in translate(steps)] == [0, 0.5, 0.6, 1.0, 2.0]
    assert translate([(1, login(AccountID="<unknown>"))]) == []
    assert translate([(1, event("InvalidAccountID", Service="PJSIP"))]) == []


def test_of_too_many_attempts_the_oldest_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MAX_ATTEMPTS", 2)
    attempts = [(1, login("FailedACL", session)) for session in "abccba"]
    assert len(translate(attempts)) == 4


def test_failed_logins_say_why_and_from_where() -> None:
    reasons: dict[str, LoginReason] = {
        "ChallengeResponseFailed": "wrong secret",
        "InvalidAccountID": "unknown account",
        "FailedACL": "address not allowed",
    }
    for name, reason in reasons.items():
        for remote, address in (("IPV4/UDP/192.0.2.7/5060", "192.0.2.7"), ("IPV4/UDP", ""), ("", "")):
            failed = login(name, remote, AccountID="101", RemoteAddress=remote)
            assert translate([(1, failed)]) == [
                LoginFailed(at=1, account="101", address=address, reason=reason)
            ]


def test_failed_logins_at_the_manager_interface_are_not_phones() -> None:
    assert translate([(1, event("InvalidAccountID", Service="AMI", AccountID="x"))]) == []


def size(translator: Translator) -> int:
    channels = translator._channels
    kept = channels._legs, channels._calls, channels._ended, translator._logins._attempts
    return sum(len(each) for each in kept)


def test_the_translators_memory_stays_bounded_when_hangups_never_come() -> None:
    translator = Translator(is_managed)
    for number in range(30_000):
        at = float(number)
        translator.feed(channel("PJSIP/101-0a", str(number), "4", Linkedid=str(number)), at)
        translator.feed(event("Hangup", Uniqueid=f"never seen {number}"), at)
        translator.feed(contact("NonQualified", number % 60_000), at)
        translator.feed(login("FailedACL", str(number)), at)
    assert size(translator) <= 20_000 * 2 + 5_000 + 1_000
    assert len(translator.registered()) <= 100


PLAIN = "101 102 1.0 1.1 4 5 6 PJSIP/101-0a Local/101@x;1 ANSWER NaN <unknown> PJSIP 1:2:3"
STATUSES = "Reachable Removed NonQualified Unreachable"
ODD = ["", "９" * 40, "8" * 5000, "sip:101@x:" + "9" * 5000, "\ufffd", "/", ";", ":::"]
WORDS = st.sampled_from([*PLAIN.split(), *STATUSES.split(), *ODD])
CALL_HEADERS = (
    "Channel Uniqueid Linkedid ChannelState CallerIDNum CallerIDName Exten Cause Cause-txt Duration"
)
DIAL_HEADERS = "DestUniqueid DialStatus Timestamp"
PHONE_HEADERS = "URI Uri ContactStatus Status AOR Endpoint EndpointName RoundtripUsec UserAgent"
LOGIN_HEADERS = "Service AccountID SessionID LocalAddress RemoteAddress"
HEADERS = st.sampled_from(f"{CALL_HEADERS} {DIAL_HEADERS} {PHONE_HEADERS} {LOGIN_HEADERS}".split())
NONSENSE = st.builds(
    lambda name, headers: event(name, **{**headers, "Event": name}),
    st.sampled_from([*EVENTS_WANTED, "Nothing"]),
    st.dictionaries(HEADERS, WORDS),
)


@settings(deadline=None)
@given(st.lists(st.tuples(NONSENSE, st.floats(0, 100)), max_size=40))
def test_nonsense_never_raises(steps: list[tuple[Message, float]]) -> None:
    translator = Translator(lambda _: True)
    for message, at in steps:
        translator.feed(message, at)
        translator.tick(at)
    translator.resync([message for message, _ in steps], [message for message, _ in steps], 50)
    translator.resync([], [], 1e12)
    assert translator.registered() == []


def cut(message: Mapping[str, str], headers: int) -> Message:
    """The first headers of a message, as after a broken line."""
    shorter = Message()
    shorter.update(list(message.items())[:headers])
    return shorter


@settings(deadline=None)
@given(st.sampled_from(NAMES), st.data())
def test_no_disorder_raises_or_leaves_a_call_open_after_its_channels_have_hung_up(
    name: str, data: st.DataObject
) -> None:
    whole = TRAFFIC[name]
    numbers = st.integers(0, max(0, len(whole) - 1))
    disorder = data.draw(st.permutations(whole)) + [whole[n] for n in data.draw(st.lists(numbers)) if whole]
    disorder += [cut(whole[n], data.draw(st.integers(0, 12))) for n in data.draw(st.lists(numbers)) if whole]
    translator = Translator(is_managed)
    for second, message in enumerate(disorder):
        translator.feed(message, second)
        translator.tick(second)
    hangups = [message for message in whole if message["Event"] == "Hangup"]
    for message in hangups:
        translator.feed(message, len(disorder))
    assert translator.open_calls() == []
    assert translator._channels._legs == {}
