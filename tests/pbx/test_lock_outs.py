"""Phones that are locked out, on a real Asterisk with real phones: gone is what the channel and the rows say, too."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from sqlmodel import select

from models.lock_out import LockOut
from models.phone import Phone as PhoneRow
from pbx import directory, extensions, presence
from pbx.hint_states import HintState
from pbx.services import Services
from tests.asterisk_bed import Asterisk, Phone
from tests.pbx import listener_driver
from tests.pbx.conftest import ServicesOn
from tests.pbx.extension_driver import create
from tests.pbx.listener_driver import Listen, facts, stored
from tests.slash_commands import TESTER
from tests.waiting import wait_for

listen = listener_driver.listen
Registers = Callable[[str, str], Phone]


@pytest.fixture
def services(services_on: ServicesOn, fresh_asterisk: Asterisk) -> Services:
    return services_on(fresh_asterisk)


@pytest.fixture
def phone(fresh_asterisk: Asterisk) -> Iterator[Registers]:
    with ExitStack() as stack:

        def registers(number: str, secret: str) -> Phone:
            made = stack.enter_context(Phone(number, secret, fresh_asterisk.sip_domain))
            made.register()
            return made

        yield registers


def create_with_secret(services: Services, number: str) -> str:
    """Create an extension, whose phone is not asked whether it is there: it may answer late. Return its secret."""
    secret = create(services, number, qualify_frequency=0).secret
    assert secret
    return secret.get_secret_value()


def registered(services: Services, number: str) -> list[PhoneRow]:
    with services.database.session() as session:
        return [row for row in presence.phones_of(session, [number]).get(number, []) if row.registered]


def reported(services: Services) -> list[tuple[str, str, bool]]:
    return [(row.number, row.reason or row.kind.value, row.backfilled) for row in stored(services)]


def test_disabling_deleting_and_a_new_secret_unregister_phones(
    services: Services, listen: Listen, phone: Registers
) -> None:
    for number in ("101", "102", "103", "104"):
        secret = create_with_secret(services, number)
        if number == "101":
            listen()
        phone(number, secret)
    wait_for(lambda: len(facts(services)) == 4)
    extensions.disable(services, "101", by=TESTER)
    extensions.delete(services, "102", by=TESTER)
    new = extensions.rotate_secret(services, "103", by=TESTER).secret
    wait_for(lambda: len(facts(services)) >= 7)
    assert reported(services)[4:] == [(number, "locked out", False) for number in ("101", "102", "103")]
    assert [bool(registered(services, each)) for each in ("101", "102", "103", "104")] == [False] * 3 + [True]
    seen = [directory.status(services, each) for each in ("101", "103", "104")]
    assert [(bool(each.phone), bool(each.turned_away)) for each in seen] == [
        (False, True),
        (False, True),
        (True, False),
    ]
    assert new
    phone("103", new.get_secret_value())
    wait_for(lambda: len(facts(services)) >= 8)
    time.sleep(2.5)  # longer than any removal is held back
    assert reported(services)[7:] == [("103", "registered", False)]
    with services.database.session() as session:
        assert session.exec(select(LockOut)).all() == []


def test_lamps_of_a_phone_that_was_locked_out_go_out(services: Services, phone: Registers) -> None:
    phone("101", create_with_secret(services, "101"))

    def lamp() -> HintState:
        shown = directory.status(services, "101").hint
        assert shown
        return shown.state

    wait_for(lambda: lamp() is HintState.IDLE)
    new = extensions.rotate_secret(services, "101", by=TESTER).secret
    wait_for(lambda: lamp() is HintState.UNAVAILABLE)
    assert new
    phone("101", new.get_secret_value())
    wait_for(lambda: lamp() is HintState.IDLE)


def test_a_lock_out_while_nobody_listened_is_reported_later(
    services: Services, listen: Listen, phone: Registers
) -> None:
    secret, run = create_with_secret(services, "101"), listen()
    phone("101", secret)
    wait_for(lambda: len(facts(services)) == 1)
    run.stop()
    run.wait_ended()
    extensions.disable(services, "101", by=TESTER)
    listen()
    assert reported(services)[1:] == [("101", "locked out", True)]
    assert registered(services, "101") == []
