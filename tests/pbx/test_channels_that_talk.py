"""Whose channels are up."""

from __future__ import annotations

from pbx.events import Translator
from tests.pbx.transcripts import is_managed
from tests.pbx.transcripts.handmade import CALLEE, CALLER, RINGS, TAKEN, channel, event, translate

ANSWERED = channel("PJSIP/101-0a", "1.0", "6", "Newstate")


def after(*messages: dict[str, str]) -> frozenset[str]:
    translator = Translator(is_managed)
    translate(enumerate(messages), translator)  # type: ignore[arg-type]  # the messages of handmade
    return translator.talking()


def hangup(uniqueid: str) -> dict[str, str]:
    return event("Hangup", Uniqueid=uniqueid, Cause="16")


def test_nobody_talks_until_a_call_is_answered() -> None:
    assert after(CALLER, CALLEE, RINGS) == frozenset()
    assert after(CALLER, CALLEE, RINGS, TAKEN) == {"102"}
    assert after(CALLER, CALLEE, RINGS, TAKEN, ANSWERED) == {"101", "102"}


def test_who_passes_a_call_on_does_not_talk_any_more_and_who_takes_it_does() -> None:
    third = channel("PJSIP/103-0c", "1.2", "6")
    talk = (CALLER, CALLEE, RINGS, TAKEN, ANSWERED, third)
    assert after(*talk, hangup("1.1")) == {"101", "103"}
    assert after(*talk, hangup("1.1"), hangup("1.0"), hangup("1.2")) == frozenset()


def test_a_channel_without_a_phone_does_not_talk() -> None:
    assert after(channel("Local/102@from-internal-0a;1", "1.0", "6")) == frozenset()


def test_a_resync_shows_who_talks_and_who_does_not_any_more() -> None:
    translator = Translator(is_managed)
    translator.resync([], [channel("PJSIP/101-0a", "1.0", "6"), channel("PJSIP/102-0b", "1.1", "5")], 9)
    assert translator.talking() == {"101"}
    translator.resync([], [], 10)
    assert translator.talking() == frozenset()
