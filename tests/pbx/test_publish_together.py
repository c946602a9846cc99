"""Many callers of publish() while Asterisk hangs: one trouble answers all who waited, whichever process they are."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from models.extension import State
from pbx import publish as publish_steps
from pbx.ami import connected
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.pbx.conftest import ServicesOn
from tests.pbx.extension_driver import create, create_live, reason, states

AMI_TIMEOUT_SECONDS = 3.0  # seconds; by then everybody has saved and waits for the lock


def test_six_creates_while_asterisk_hangs_wait_for_one_trouble_and_who_comes_later_gets_a_try(
    services_on: ServicesOn,
    asterisk: Asterisk,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(publish_steps, "connected", partial(connected, timeout=AMI_TIMEOUT_SECONDS))
    caplog.set_level(logging.WARNING, "switchhook.publish")
    systems = [services_on(asterisk), services_on(asterisk)]  # as two processes
    numbers = [str(number) for number in range(101, 107)]
    asterisk.freeze()
    try:
        with ThreadPoolExecutor(len(numbers)) as pool:
            list(pool.map(create, systems * 3, numbers))
    finally:
        asterisk.thaw()
    assert [record.message for record in caplog.records] == ["publish has to wait"]
    services: Services = systems[0]
    assert states(services) == dict.fromkeys(numbers, State.PENDING)
    assert {reason(services, number) for number in numbers} == {reason(services, "101")}
    assert "did not answer within" in reason(services, "101")
    create_live(services, "107")
    assert states(services) == dict.fromkeys([*numbers, "107"], State.LIVE)
