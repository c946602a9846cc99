"""A phone that keeps coming and going is reported once, and once more when it has been quiet."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers import message_kinds
from handlers.alerts import flapping
from models import outbox
from models.lease import LeaseHolder
from models.types import now
from pbx.facts import Fact
from pbx.services import Services
from tests.factories import NOON, mark_all_posted, outbox_messages, registered, store_and_alert, unregistered
from tests.handlers.alerts import alerting
from tests.handlers.alerts.alerting import texts

holder = alerting.holder


def flaps(times: int, number: str = "101", since: float = NOON) -> list[Fact]:
    """Away and back, a minute each time."""
    return [
        fact
        for place in range(times)
        for fact in (unregistered(number, since + 60 * place), registered(number, since + 60 * place + 30))
    ]


def clock_at(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Both modules that ask what time it is, so many seconds after now."""
    for module in (flapping, outbox):
        monkeypatch.setattr(module, "now", lambda: now() + timedelta(seconds=seconds))


def test_a_flapping_phone_is_reported_once_and_again_when_it_has_been_quiet(
    quiet: Services, holder: LeaseHolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_and_alert(quiet, holder, *flaps(8))
    reports = [text for text in texts(quiet) if "keeps coming" in text]
    assert reports == ["〰️ The phone of 101 keeps coming and going · came or went 16 times"]
    (row,) = [row for row in outbox_messages(quiet) if row.content["kind"] == "flapping"]
    mark_all_posted(quiet)
    store_and_alert(quiet, holder, *flaps(20, since=NOON + 480))
    flapping.report_quiet(quiet, holder)
    clock_at(monkeypatch, 590)
    flapping.report_quiet(quiet, holder)
    assert [row.id for row in outbox_messages(quiet) if row.due] == []
    clock_at(monkeypatch, 601)
    flapping.report_quiet(quiet, holder)
    flapping.report_quiet(quiet, holder)
    (settled,) = [each for each in outbox_messages(quiet) if each.due]
    assert settled.id != row.id
    assert (
        message_kinds.read(settled.content).render().text == "✅ *The phone of 101 has settled* · registered"
    )


def test_three_times_away_and_back_is_flapping_and_less_is_not(quiet: Services, holder: LeaseHolder) -> None:
    store_and_alert(quiet, holder, *flaps(2), unregistered("101", NOON + 120))
    assert not [text for text in texts(quiet) if "keeps coming" in text]
    store_and_alert(quiet, holder, registered("101", NOON + 150))
    assert texts(quiet)[-1] == "〰️ The phone of 101 keeps coming and going · came or went 6 times"


def test_a_phone_that_goes_and_comes_every_three_minutes_is_not_flapping(
    quiet: Services, holder: LeaseHolder
) -> None:
    for time in range(20):
        store_and_alert(
            quiet, holder, unregistered("101", NOON + 360 * time), registered("101", NOON + 360 * time + 180)
        )
    assert not [text for text in texts(quiet) if "keeps coming" in text]


def test_six_phones_of_one_extension_that_come_back_together_are_not_flapping(
    quiet: Services, holder: LeaseHolder
) -> None:
    ports = range(6)
    store_and_alert(quiet, holder, *[registered("101", NOON - 9000, port) for port in ports])
    store_and_alert(quiet, holder, *[unregistered("101", NOON, port) for port in ports])
    store_and_alert(quiet, holder, *[registered("101", NOON + 60, port) for port in ports])
    assert texts(quiet)[1:] == ["⚫ Extension 101 offline", "✅ Extension 101 registered"]


def test_changes_after_a_quiet_while_are_reported_below(
    quiet: Services, holder: LeaseHolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_and_alert(quiet, holder, *flaps(3))
    at = NOON + 150 + 601
    store_and_alert(quiet, holder, unregistered("200", at), registered("201", at))
    clock_at(monkeypatch, 601)
    flapping.report_quiet(quiet, holder)
    store_and_alert(quiet, holder, unregistered("101", at + 1))
    assert texts(quiet)[-2:] == ["✅ The phone of 101 has settled · registered", "⚫ Extension 101 offline"]
