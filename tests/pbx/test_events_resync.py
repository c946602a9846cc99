"""What the translator makes of the time when nobody listened."""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path

from pbx.ami import connected
from pbx.events import Translator
from pbx.facts import CallAnswered, CallEnded, Fact, PhoneRegistered, PhoneUnregistered
from tests.pbx.transcripts import bed, is_managed
from tests.pbx.transcripts.handmade import (
    CALLEE,
    CALLER,
    contact,
    translate,
)
from tests.pbx.transcripts.office import Office
from tests.server import settings_for
from tests.waiting import wait_for


def test_a_real_asterisks_lists_are_understood(folder: Path) -> None:
    with ExitStack() as closing:
        office = Office(closing.enter_context(bed(folder)), closing)
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
        wait_for(lambda: office.asterisk.cli("core show channels count").startswith("0 active channels"))
        gone, ended = resync()
        assert isinstance(gone, PhoneUnregistered)
        assert isinstance(ended, CallEnded)
        assert (ended.caller, ended.callee, ended.disposition) == ("101", "102", "answered")


def test_a_resync_keeps_what_came_after_its_questions() -> None:
    translator = Translator(is_managed)
    translate([(200, contact("Reachable")), (200, CALLER), (200, CALLEE)], translator)
    assert translator.resync([], [], 199) == []
    assert len(translator.registered()) == 1
    assert len(translator.open_calls()) == 1
