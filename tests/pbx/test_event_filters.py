"""The filters that the listener asks Asterisk for, on a real one: what they leave out is not missed."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from pbx.ami_messages import END, Message, parse
from pbx.event_filters import PATTERNS
from pbx.events import EVENTS_WANTED, Translator
from pbx.facts import Fact
from tests.pbx.transcripts import bed, is_managed
from tests.pbx.transcripts.call_scenarios import answered
from tests.pbx.transcripts.office import Office
from tests.pbx.transcripts.phone_scenarios import logs_in_and_out
from tests.record_transcripts import FILTERS, Tap
from tests.waiting import wait_for

LISTENERS_FILTERS = [{"Filter": pattern} for pattern in PATTERNS]  # before 20.10, 21.5 and 22 the only syntax


def heard(tap: Tap) -> list[Message]:
    return [parse(block) for block in tap.end().split(END)[:-1]]


def facts(messages: list[Message]) -> list[Fact]:
    """All of one moment, so that two sessions compare."""
    translator = Translator(is_managed)
    return [fact for message in messages for fact in translator.feed(message, 1.0)] + translator.tick(9.0)


def test_both_kinds_of_filters_pass_what_the_translator_needs_and_not_the_noise(folder: Path) -> None:
    with ExitStack() as closing:
        office = Office(closing.enter_context(bed(folder)), closing)
        _ = office["101"], office["102"]
        wait_for(lambda: office.asterisk.cli("pjsip show contacts").count(" Avail ") == 2)
        office.settle()
        taps = [Tap(office.asterisk, filters) for filters in ((), FILTERS, LISTENERS_FILTERS)]
        logs_in_and_out(office)
        answered(office)
        wait_for(lambda: all(tap.count("Hangup") == 2 for tap in taps))
        office.settle()
        everything, filtered, legacy = [heard(tap) for tap in taps]
    assert {message["Event"] for message in filtered} <= set(EVENTS_WANTED)
    assert facts(everything) == facts(filtered) == facts(legacy)
    assert len(facts(filtered)) == 5
    assert max(len(filtered), len(legacy)) < 0.6 * len(everything)
