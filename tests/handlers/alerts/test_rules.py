"""Stored events become messages by the rule for their kind; nothing is lost and nothing reported twice."""

from __future__ import annotations

import pytest

from handlers.alerts import flapping, rules
from handlers.alerts.calls import Calls
from handlers.slack.blocks import clock
from models.event import Event, EventKind
from models.lease import LeaseHolder, LeaseLost
from pbx.services import Services
from tests.factories import (
    NOON,
    answered,
    ended,
    free_lease,
    holder_of,
    moved,
    outbox_messages,
    registered,
    ringing,
    store,
    store_and_alert,
)
from tests.handlers.alerts import alerting
from tests.handlers.alerts.alerting import texts
from tests.slack_stand_in.render import mrkdwn

RINGING = "🔔 101 → 102 · ringing"
ANSWERED = f"🗣️ 101 → 102 · talking since {mrkdwn(clock(NOON + 2))}"
ENDED = "📞 101 → 102 · talked 1 min 5 s"

holder = alerting.holder


def test_a_crash_before_the_commit_loses_nothing_and_repeats_nothing(
    quiet: Services, holder: LeaseHolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(quiet, ringing(), ringing("2.2"), answered(), registered("103"), ended(), ended("2.2"))
    apply = Calls.apply

    def crash(rule: Calls, event: Event) -> None:
        if event.kind is EventKind.ENDED:
            raise ZeroDivisionError
        apply(rule, event)

    with monkeypatch.context() as patched:
        patched.setattr(Calls, "apply", crash)
        with pytest.raises(ZeroDivisionError):
            rules.write_alerts(quiet, holder)
    assert outbox_messages(quiet) == []
    assert rules.write_alerts(quiet, holder) == 6
    assert texts(quiet) == [ENDED, ENDED, "✅ Extension 103 registered"]
    assert rules.write_alerts(quiet, holder) == 0


def test_thousands_of_events_are_processed_in_batches(quiet: Services, holder: LeaseHolder) -> None:
    store(quiet, *[fact for call in range(800) for fact in (ringing(f"1.{call}"), ended(f"1.{call}"))])
    assert [rules.write_alerts(quiet, holder) for _ in range(3)] == [rules.BATCH, 1600 - rules.BATCH, 0]
    assert texts(quiet) == [ENDED] * 800


def test_only_the_process_that_holds_the_lease_writes_alerts(quiet: Services, holder: LeaseHolder) -> None:
    store(quiet, ringing())
    free_lease(quiet)
    other = holder_of(quiet)
    with pytest.raises(LeaseLost):
        rules.write_alerts(quiet, holder)
    assert outbox_messages(quiet) == []
    assert rules.write_alerts(quiet, other) == 1
    assert texts(quiet) == [RINGING]


def test_without_events_nothing_is_written(quiet: Services, holder: LeaseHolder) -> None:
    store_and_alert(quiet, holder, ringing())
    with quiet.database.engine.connect() as connection:
        version = connection.exec_driver_sql("PRAGMA data_version").scalar()
        for _ in range(10):
            assert rules.write_alerts(quiet, holder) == 0
            flapping.report_quiet(quiet, holder)
        assert connection.exec_driver_sql("PRAGMA data_version").scalar() == version
        store_and_alert(quiet, holder, answered())
        assert connection.exec_driver_sql("PRAGMA data_version").scalar() != version


def test_every_kind_of_event_has_a_rule() -> None:
    assert rules.RULES.keys() == set(EventKind)


def test_an_event_without_a_rule_is_logged_and_holds_up_no_other(
    quiet: Services, holder: LeaseHolder, caplog: pytest.LogCaptureFixture
) -> None:
    store(quiet, moved("101"), ringing())
    with quiet.database.session() as session:
        session.connection().exec_driver_sql("UPDATE event SET kind = 'parked' WHERE kind = 'moved'")
    assert rules.write_alerts(quiet, holder) == 2
    assert texts(quiet) == [RINGING]
    assert "an event of an unknown kind is skipped" in caplog.messages
