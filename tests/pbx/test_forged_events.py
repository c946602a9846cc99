"""The translator and events whose values have line breaks, and so headers that a stranger wrote."""

from __future__ import annotations

from pbx.ami_messages import Message, parse
from pbx.events import Translator
from pbx.facts import LoginFailed
from tests.pbx.transcripts import is_managed
from tests.pbx.transcripts.handmade import CALLEE, CALLER, RINGS, login, translate

CONTACT = b"Event: ContactStatus\r\nURI: sip:101@192.0.2.7\r\nContactStatus: Reachable\r\nEndpointName: 101"


def forged(message: Message, **headers: str) -> Message:
    """With values of headers that came again."""
    copied = Message(message)
    copied.repeated.update(headers)
    return copied


def test_of_a_failed_logins_headers_the_last_counts_as_the_account_comes_before_them() -> None:
    failed = forged(login(session="forged"), SessionID="y", RemoteAddress="IPV4/UDP/203.0.113.9/5060")
    facts = translate(
        [(1, failed), (1, forged(failed, SessionID="y", RemoteAddress="IPV4/UDP/203.0.113.9/1"))]
    )
    assert facts == [LoginFailed(at=1, account="666", address="203.0.113.9", reason="unknown account")]


def test_failed_logins_without_all_headers_count_each_and_have_no_address() -> None:
    for name in ("SessionID", "LocalAddress", "RemoteAddress"):
        failed = login()
        del failed[name]
        facts = translate([(1, failed)] * 3)
        assert facts == [LoginFailed(at=1, account="666", address="", reason="unknown account")] * 3


def test_another_event_with_a_header_twice_is_not_believed() -> None:
    assert len(translate([(1, parse(CONTACT))])) == 1
    assert translate([(1, parse(CONTACT + b"\r\nEndpointName: 102"))]) == []
    assert translate([(1, CALLER), (1, CALLEE), (2, forged(RINGS, Uniqueid="1.1"))]) == []


def test_channel_variables_may_be_several() -> None:
    ringing = forged(RINGS, ChanVariable="b=2")
    ringing["ChanVariable"] = "a=1"
    assert len(translate([(1, CALLER), (1, CALLEE), (2, ringing)])) == 1


def test_a_listed_channel_with_a_header_twice_is_not_believed() -> None:
    translator = Translator(is_managed)
    translator.resync([], [forged(CALLER, Uniqueid="1.0")], 1)
    assert translator.open_calls() == []
