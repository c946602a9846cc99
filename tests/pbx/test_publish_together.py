"""Many callers of publish() while Asterisk hangs: one trouble answers all who waited, whichever process they are."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlmodel import select

from models.extension import Extension, State
from pbx import numbers as extension_numbers
from pbx import publish as publish_steps
from pbx.ami import connected
from pbx.ami_client import Client
from pbx.services import Services
from settings import Settings
from tests.asterisk_bed import Asterisk
from tests.pbx.conftest import ServicesOn
from tests.pbx.extension_driver import create, create_live, reason, states
from tests.waiting import wait_for

AMI_TIMEOUT_SECONDS = 0.3


def saved(services: Services) -> int:
    """How many extensions there are, without a word to Asterisk."""
    with services.database.session() as session:
        return len(session.exec(select(Extension.number)).all())


def test_six_creates_while_asterisk_hangs_wait_for_one_trouble_and_who_comes_later_gets_a_try(
    services_on: ServicesOn,
    asterisk: Asterisk,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(extension_numbers, "AMI_TIMEOUT_SECONDS", AMI_TIMEOUT_SECONDS)
    caplog.set_level(logging.WARNING, "switchhook.publish")
    systems = [services_on(asterisk), services_on(asterisk)]  # as two processes
    numbers = [str(number) for number in range(101, 107)]
    services: Services = systems[0]

    @contextmanager
    def connected_when_all_have_saved(settings: Settings) -> Iterator[Client]:
        wait_for(lambda: saved(services) == len(numbers))
        with connected(settings, timeout=AMI_TIMEOUT_SECONDS) as client:
            yield client

    with monkeypatch.context() as patch:
        patch.setattr(publish_steps, "connected", connected_when_all_have_saved)
        asterisk.freeze()
        try:
            with ThreadPoolExecutor(len(numbers)) as pool:
                list(pool.map(create, systems * 3, numbers))
        finally:
            asterisk.thaw()
    assert [record.message for record in caplog.records] == ["publish has to wait"]
    assert states(services) == dict.fromkeys(numbers, State.PENDING)
    assert {reason(services, number) for number in numbers} == {reason(services, "101")}
    assert "did not answer within" in reason(services, "101")
    create_live(services, "107")
    assert states(services) == dict.fromkeys([*numbers, "107"], State.LIVE)
