"""What is told of calls that end in a mailbox: nobody has talked, and whoever hears their own messages calls nobody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from models.event import Event, EventKind
from pbx.fact_store import FactStore
from pbx.services import Services
from tests.asterisk_bed import Asterisk, Phone
from tests.factories import holder_of
from tests.pbx.extension_driver import create
from tests.pbx.listener_driver import ListenerRun, stored
from tests.waiting import wait_for

# A menu that leads to 102, and a number that calls it as another module would.
LED_THERE = """
[from-internal]
exten => 700,1,Answer()
 same => n,Goto(from-internal,102,1)
exten => 701,1,Dial(Local/102@from-internal)
"""
GREETING = "Playing 'vm-theperson.gsm'"


@pytest.fixture
def services(services: Services, asterisk: Asterisk) -> Services:
    with services.settings.extensions_path.open("a") as file:
        file.write(LED_THERE)
    asterisk.cli("dialplan reload")
    return services


@pytest.fixture
def phones(services: Services, asterisk: Asterisk) -> Iterator[tuple[Phone, Phone]]:
    """Alice's, registered; and Bob's, which is not. Both have voicemail."""
    made = [create(services, number, voicemail_enabled=True).secret for number in ("101", "102")]
    alice, bob = (
        Phone(number, secret.get_secret_value(), asterisk.sip_domain)
        for number, secret in zip(("101", "102"), filter(None, made), strict=True)
    )
    with alice, bob:
        alice.register()
        yield alice, bob


@pytest.fixture
def listener(services: Services, phones: tuple[Phone, Phone]) -> Iterator[None]:
    run = ListenerRun(services, FactStore(services.database, holder_of(services)))
    run.wait_connected()
    yield
    run.stop()
    run.wait_ended()


def dial_until(asterisk: Asterisk, phone: Phone, number: str, heard: str) -> None:
    before = asterisk.log_text().count(heard)
    phone.dial(number)
    wait_for(lambda: asterisk.log_text().count(heard) > before)


def calls(services: Services, count: int) -> list[Event]:
    """Wait for so many calls to have ended, and return their ends: those of phones that no longer ring for anybody."""

    def ends() -> list[Event]:
        found = [row for row in stored(services) if row.kind is EventKind.ENDED]
        return found if len(found) >= count else []

    return wait_for(ends)


def is_in_mailbox(row: Event) -> bool:
    return (row.number, row.peer, row.reason, row.talked) == ("102", "101", "voicemail", 0.0)


@pytest.mark.usefixtures("listener")
def test_a_call_that_a_mailbox_takes_is_told_as_such(
    services: Services, asterisk: Asterisk, phones: tuple[Phone, Phone]
) -> None:
    alice, bob = phones
    for count, number in enumerate(("102", "700", "701"), 1):
        dial_until(asterisk, alice, number, GREETING)
        alice.hangup()
        last = calls(services, count)[-1]
        assert is_in_mailbox(last)
        assert last.channel.startswith("Local/102@" if number == "701" else "PJSIP/101-")
    bob.register()
    before = asterisk.log_text().count(GREETING)
    alice.dial("102")
    bob.wait_incoming()
    bob.reject()
    wait_for(lambda: asterisk.log_text().count(GREETING) > before)
    alice.hangup()
    assert is_in_mailbox(calls(services, 4)[-1])


@pytest.mark.usefixtures("listener")
def test_hearing_ones_own_messages_is_no_call(
    services: Services, asterisk: Asterisk, phones: tuple[Phone, Phone]
) -> None:
    alice, bob = phones
    bob.register()
    dial_until(asterisk, bob, "102", "Playing 'vm-youhave.gsm'")
    bob.hangup()
    alice.dial("102")
    bob.wait_incoming()
    alice.hangup()
    assert [(row.peer, row.reason) for row in calls(services, 1)] == [("101", "cancelled")]
