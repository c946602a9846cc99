"""Phones that are locked out, on a real Asterisk with real phones: gone is what the channel and the rows say, too."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from sqlmodel import select

from models.lock_out import LockOut
from models.phone import Phone as PhoneRow
from pbx import extensions, presence
from pbx.services import Services
from tests.asterisk_bed import Asterisk, Phone
from tests.pbx import listener_driver
from tests.pbx.conftest import SystemOn
from tests.pbx.extension_driver import create
from tests.pbx.listener_driver import Listen, facts, stored
from tests.slash_commands import TESTER
from tests.waiting import wait_for

listen = listener_driver.listen
Registers = Callable[[str, str], Phone]


@pytest.fixture
def system(system_on: SystemOn, fresh_asterisk: Asterisk) -> Services:
    return system_on(fresh_asterisk)


@pytest.fixture
def phone(fresh_asterisk: Asterisk) -> Iterator[Registers]:
    with ExitStack() as stack:

        def registers(number: str, secret: str) -> Phone:
            made = stack.enter_context(Phone(number, secret, fresh_asterisk.sip_domain))
            made.register()
            return made

        yield registers


def create_with_secret(system: Services, number: str) -> str:
    """Create an extension, and return its secret."""
    secret = create(system, number).secret
    assert secret
    return secret.get_secret_value()


def registered(system: Services, number: str) -> list[PhoneRow]:
    with system.database.session() as session:
        return [row for row in presence.phones_of(session, [number]).get(number, []) if row.registered]


def reported(system: Services) -> list[tuple[str, str, bool]]:
    return [(row.number, row.reason or row.kind.value, row.backfilled) for row in stored(system)]


def test_disabling_deleting_and_a_new_secret_unregister_phones(
    system: Services, listen: Listen, phone: Registers
) -> None:
    for number in ("101", "102", "103", "104"):
        secret = create_with_secret(system, number)
        if number == "101":
            listen()
        phone(number, secret)
    wait_for(lambda: len(facts(system)) == 4)
    extensions.disable(system, "101", by=TESTER)
    extensions.delete(system, "102", by=TESTER)
    new = extensions.rotate_secret(system, "103", by=TESTER).secret
    wait_for(lambda: len(facts(system)) >= 7)
    assert reported(system)[4:] == [(number, "locked out", False) for number in ("101", "102", "103")]
    assert [bool(registered(system, each)) for each in ("101", "102", "103", "104")] == [False] * 3 + [True]
    assert [extensions.status(system, each).phone for each in ("101", "103")] == [None, None]
    assert new
    phone("103", new.get_secret_value())
    wait_for(lambda: len(facts(system)) >= 8)
    time.sleep(2.5)  # longer than any removal is held back
    assert reported(system)[7:] == [("103", "registered", False)]
    with system.database.session() as session:
        assert session.exec(select(LockOut)).all() == []


def test_a_lock_out_while_nobody_listened_is_reported_later(
    system: Services, listen: Listen, phone: Registers
) -> None:
    secret, run = create_with_secret(system, "101"), listen()
    phone("101", secret)
    wait_for(lambda: len(facts(system)) == 1)
    run.stop()
    run.wait_ended()
    extensions.disable(system, "101", by=TESTER)
    listen()
    assert reported(system)[1:] == [("101", "locked out", True)]
    assert registered(system, "101") == []
