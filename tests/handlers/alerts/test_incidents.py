"""What is wrong for longer is reported once, whichever process sees it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select, update

from handlers import message_kinds
from handlers.alerts import incidents
from handlers.alerts.detector import not_live
from handlers.alerts.incident_states import Observation
from handlers.onboarding.context import OnboardingContext
from jobs import Jobs
from models import put_back
from models.extension import Extension, State
from models.outbox import OutboxMessage
from models.types import now
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.factories import free_lease, holder_of, insert_extension, outbox_messages, outbox_texts
from tests.handlers.alerts.alerting import route
from tests.pbx.extension_driver import create_live
from tests.server import ADMIN_ID
from tests.slack_stand_in import as_text
from tests.waiting import SECONDS, wait_for

AWAY = Observation("asterisk", timedelta(seconds=15), {"": "Asterisk closed the connection"})
BACK = replace(AWAY, details=None)
AT_ONCE = replace(AWAY, grace=timedelta())


def test_an_incident_is_sent_to_the_channel_of_all_alerts_and_the_admins(quiet: Services) -> None:
    holder = holder_of(quiet)
    incidents.report(quiet, holder, [AT_ONCE])
    incidents.report(quiet, holder, [AT_ONCE])
    assert [channel for channel, _ in outbox_texts(quiet)] == ["C0PHONES", ADMIN_ID]
    assert outbox_texts(quiet)[0][1].startswith("⚠️ Asterisk does not answer Switchhook · since ")
    route(quiet, "", "", "C0OFFICE")
    incidents.report(quiet, holder, [BACK])
    assert [channel for channel, _ in outbox_texts(quiet)[2:]] == ["C0OFFICE", ADMIN_ID]
    assert outbox_texts(quiet)[2][1].startswith("✅ Asterisk answers again · after ")


def test_another_listener_does_not_report_it_again_but_that_it_is_resolved(quiet: Services) -> None:
    incidents.report(quiet, holder_of(quiet), [AT_ONCE])
    free_lease(quiet)
    other = holder_of(quiet)
    incidents.report(quiet, other, [AT_ONCE])
    assert len(outbox_texts(quiet)) == 2
    incidents.report(quiet, other, [BACK])
    assert len(outbox_texts(quiet)) == 4


def test_asterisk_away_at_the_listeners_start_is_reported_too(
    quiet: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.alerts.detector.ASTERISK_GRACE", timedelta())
    jobs = Jobs(quiet, lambda: None)
    jobs.hold_lease()
    jobs.stop()  # no pauses
    jobs.listen()  # finds no Asterisk
    jobs.report_incidents()
    jobs.report_incidents()
    assert len(outbox_texts(quiet)) == 2
    assert "Asterisk does not answer" in outbox_texts(quiet)[0][1]


def old(services: Services, number: str, **values: object) -> None:
    with services.database.session() as session:
        this = update(Extension).where(col(Extension.number) == number)
        session.exec(this.values({"updated_at": now() - timedelta(minutes=6)} | values))


def test_an_extension_that_is_not_live_after_five_minutes_is_reported_with_its_employee(
    quiet: Services,
) -> None:
    insert_extension(quiet, "101", employee_ref="bamboohr:17", reason="pjsip.conf cannot be written")
    insert_extension(quiet, "102", state=State.LIVE)
    assert not_live(quiet) == {}
    old(quiet, "101")
    old(quiet, "102")
    line = "101 (Alice), made for bamboohr:17: saved, not live yet: pjsip.conf cannot be written"
    assert not_live(quiet) == {"101": line}
    old(quiet, "101", state=State.FAILED)
    assert "refused: pjsip.conf cannot be written" in not_live(quiet)["101"]
    holder, sign = holder_of(quiet), Observation("not_live", timedelta(), not_live(quiet))
    incidents.report(quiet, holder, [sign])
    old(quiet, "101", state=State.LIVE)
    incidents.report(quiet, holder, [replace(sign, details=not_live(quiet) or None)])
    assert "Extensions are not live as they should be · noticed at" in outbox_texts(quiet)[0][1]
    assert outbox_texts(quiet)[-1][1].startswith("✅ All extensions are live")


def test_a_job_that_fails_again_and_again_is_an_incident_until_it_works(
    quiet: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.alerts.detector.GRACE", timedelta())
    jobs = Jobs(quiet, lambda: None)
    jobs.hold_lease()
    jobs.stop()  # no pauses
    jobs.listen()
    jobs.detector.failing["onboard"] = "something is wrong inside Switchhook (ValueError)"
    jobs.report_incidents()
    jobs.detector.reset()  # as another process does, of which nobody knows yet whether it fares better
    jobs.report_incidents()
    assert len(outbox_texts(quiet)) == 2
    jobs.detector.failing["onboard"] = None
    jobs.report_incidents()
    texts = [text for channel, text in outbox_texts(quiet) if channel == "C0PHONES"]
    assert texts[0].startswith("⚠️ Onboarding (joined, changed, left) fails again and again · since ")
    assert texts[1].startswith("✅ Onboarding (joined, changed, left) works again")


def test_blocked_publishing_is_reported_also_when_no_extension_waits(
    quiet: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.alerts.detector.PUBLISH_GRACE", timedelta())
    insert_extension(quiet, "101", state=State.LIVE)
    gone = quiet.settings.model_copy(update={"asterisk_config_dir": tmp_path / "gone"})
    jobs = Jobs(replace(quiet, settings=gone), lambda: None)
    jobs.hold_lease()
    jobs.stop()  # no pauses
    jobs.listen()
    jobs.publish()
    jobs.report_incidents()
    content = next(row.content for row in outbox_messages(quiet) if row.content["subject"] == "publishing")
    assert any("Nothing can be published · since" in text for _, text in outbox_texts(quiet))
    assert "gone does not exist: check ASTERISK_CONFIG_DIR" in content["lines"][0]


def test_of_an_older_state_that_was_put_back_people_read_once_and_of_no_extension(
    context: OnboardingContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = context.services
    monkeypatch.setattr("handlers.alerts.detector.ASTERISK_GRACE", timedelta())
    insert_extension(services, "101", state=State.PENDING)
    old(services, "101")
    jobs = Jobs(services, lambda: None)
    jobs.hold_lease()
    with services.database.session() as session:
        put_back.hold(session, now())
    jobs.detector.note_put_back()
    jobs.report_incidents()
    (told,) = {text for _, text in outbox_texts(services)}
    assert "An older state of the database was put back" in told


def test_a_crash_of_asterisk_is_reported_with_what_to_check_and_again_when_it_is_back(
    fresh_asterisk: Asterisk, context: OnboardingContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The listener's jobs as the scheduler runs them, on the real Asterisk."""
    monkeypatch.setattr("handlers.alerts.detector.ASTERISK_GRACE", timedelta(seconds=1))
    connected = threading.Event()
    jobs = Jobs(context.services, connected.set)
    jobs.hold_lease()
    with running(jobs.listen):
        assert connected.wait(SECONDS)
        with running(jobs.report_incidents):  # not before: to connect may take longer than is waited
            fresh_asterisk.kill()
            wait_for(lambda: outbox_texts(context.services))
            fresh_asterisk.start()
            wait_for(lambda: len(outbox_texts(context.services)) == 2)
            jobs.stop()
    jobs.end()
    (_, away), (_, back) = outbox_texts(context.services)
    assert away.startswith("⚠️ Asterisk does not answer Switchhook · since ")
    with context.services.database.session() as session:
        rows = session.exec(select(OutboxMessage)).all()
    shown = as_text({"blocks": message_kinds.read(rows[0].content).render().blocks})
    assert "Asterisk closed the connection" in shown or "is Asterisk running" in shown
    assert back.startswith("✅ Asterisk answers again · after ")


def test_phones_that_asterisk_has_lost_are_reported_and_again_when_they_are_back(
    fresh_asterisk: Asterisk, context: OnboardingContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.alerts.detector.ASTERISK_GRACE", timedelta())
    monkeypatch.setattr("pbx.publishing.verify.TIMEOUT_SECONDS", SECONDS)
    services = context.services
    create_live(services, "101")
    old(services, "101")
    path = services.settings.pjsip_path
    path.write_text(path.read_text() + "[x](nowhere)\ntype=aor\n")
    fresh_asterisk.kill()
    fresh_asterisk.start()
    jobs = Jobs(services, lambda: None)
    jobs.hold_lease()
    jobs.stop()  # no pauses
    jobs.listen()
    with monkeypatch.context() as hasty:
        hasty.setattr("pbx.publishing.verify.TIMEOUT_SECONDS", 0.5)
        jobs.publish()
    jobs.report_incidents()
    assert outbox_texts(services)[0][1].startswith("⚠️ Extensions are not live as they should be")
    assert "there is no endpoint 101" in outbox_messages(services)[0].content["lines"][0]
    path.write_text(path.read_text().replace("[x](nowhere)", "[x]"))
    jobs.publish()
    jobs.report_incidents()
    assert outbox_texts(services)[-1][1].startswith("✅ All extensions are live")


@contextmanager
def running(job: Callable[[], None]) -> Iterator[None]:
    """Again and again, as the scheduler does."""
    ended = threading.Event()

    def repeat() -> None:
        while not ended.wait(0.1):
            job()

    thread = threading.Thread(target=repeat)
    thread.start()
    yield
    ended.set()
    thread.join()
