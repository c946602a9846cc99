"""Busy lamps: a SIP phone subscribes to an extension, and is notified of what it does."""

from __future__ import annotations

import pytest

from pbx import extensions
from pbx.services import Services
from tests.asterisk_bed import Asterisk, Phone
from tests.pbx.extension_driver import create
from tests.slash_commands import TESTER
from tests.watcher import Notice, Watcher

LAMP = (
    "terminated",
    "early",
    "confirmed",
    "terminated",
)  # idle, ringing, busy and idle, in the words of RFC 4235
PRESENCE = ("Ready", "Ringing", "On the phone", "Ready")


@pytest.fixture
def secrets(services: Services) -> dict[str, str]:
    made = {number: create(services, number).secret for number in ("101", "102", "103")}
    return {number: secret.get_secret_value() for number, secret in made.items() if secret}


@pytest.mark.parametrize(("event", "states"), [("dialog", LAMP), ("presence", PRESENCE)])
def test_a_watcher_sees_a_call_from_idle_to_ringing_to_busy_to_idle(
    services: Services, asterisk: Asterisk, secrets: dict[str, str], event: str, states: tuple[str, ...]
) -> None:
    with (
        Phone("101", secrets["101"], asterisk.sip_domain) as caller,
        Phone("102", secrets["102"], asterisk.sip_domain) as callee,
    ):
        caller.register()
        callee.register()
        with Watcher(asterisk, "103", secrets["103"], "102", event) as watcher:
            assert watcher.status == "200 OK"
            idle, ringing, busy, idle_again = (Notice(state, "active") for state in states)
            while watcher.next() != idle:  # Asterisk may ask the phone first whether it is there
                pass
            caller.dial("102")
            callee.wait_incoming()
            assert watcher.next() == ringing
            create(services, "104")  # publishing another one, while it rings, loses no subscription
            callee.answer()
            assert watcher.next() == busy
            caller.hangup()
            assert watcher.next() == idle_again


def test_a_watcher_of_a_deleted_extension_is_told_that_its_subscription_is_over(
    services: Services, asterisk: Asterisk, secrets: dict[str, str]
) -> None:
    with Watcher(asterisk, "103", secrets["103"], "102") as watcher:
        assert watcher.next() == Notice("terminated", "active")
        extensions.delete(services, "102", by=TESTER)
        assert watcher.next().subscription == "terminated"
    with Watcher(asterisk, "103", secrets["103"], "102") as another:
        assert another.status == "404 Not Found"


def test_an_extension_that_is_enabled_again_can_be_watched_again(
    services: Services, asterisk: Asterisk, secrets: dict[str, str]
) -> None:
    with Watcher(asterisk, "103", secrets["103"], "102") as watcher:
        assert watcher.next().subscription == "active"
        extensions.disable(services, "102", by=TESTER)
        assert watcher.next().subscription == "terminated"
    extensions.enable(services, "102", by=TESTER)
    with Watcher(asterisk, "103", secrets["103"], "102") as another:
        assert another.next() == Notice("terminated", "active")
