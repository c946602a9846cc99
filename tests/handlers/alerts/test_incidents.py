"""What goes wrong for longer is told once, and once more when it is over; whoever sees it, and however it flaps."""

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
from handlers.alerts.incidents import Sign, Word, step
from handlers.onboarding.context import OnboardingContext
from models.extension import Extension, State
from models.incident import Incident
from models.outbox import OutboxMessage
from models.types import now
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.factories import NOON, at_time, deliveries, free_lease, holder_of, outbox_texts, put_extension
from tests.handlers.alerts.alerting import route
from tests.pbx.extension_driver import create_live
from tests.server import ADMIN_ID
from tests.slack_stand_in import as_text
from tests.waiting import SECONDS, wait_for
from worker import Jobs

AWAY = Sign("asterisk", timedelta(seconds=15), {"": "Asterisk closed the connection"})
BACK = replace(AWAY, details=None)
AT_ONCE = replace(AWAY, patience=timedelta())


class Clock:
    """One trouble over a day: `see(sign, seconds)` is what is told when that is seen for so long, every second."""

    def __init__(self) -> None:
        self.row = Incident(subject="asterisk")
        self.at = 0

    def see(self, sign: Sign, seconds: int) -> list[Word]:
        words = []
        for second in range(self.at, self.at + seconds):
            self.row, word = step(self.row, sign, at_time(NOON + second))
            words += [word] if word else []
        self.at += seconds
        return words


def test_a_blip_is_not_told() -> None:
    clock = Clock()
    assert clock.see(AWAY, 14) + clock.see(BACK, 100) + clock.see(AWAY, 14) + clock.see(BACK, 9) == []


def test_it_is_told_once_and_once_more_when_it_is_over() -> None:
    clock = Clock()
    assert clock.see(BACK, 100) == []
    assert clock.see(AWAY, 9000) == ["trouble"]
    assert clock.see(BACK, 9000) == ["trouble_over"]
    assert clock.see(AWAY, 20) + clock.see(BACK, 1) == ["trouble", "trouble_over"]


def test_what_comes_and_goes_for_a_day_is_a_handful_of_messages_and_the_last_is_true() -> None:
    clock = Clock()
    words = [word for _ in range(720) for word in clock.see(AWAY, 40) + clock.see(BACK, 80)]
    assert len(words) <= 8
    assert words[-1] == "trouble"
    assert clock.see(BACK, 3600) == ["trouble_over"]


def test_more_of_the_same_is_told_again_but_not_at_once() -> None:
    clock = Clock()
    one, two = (dict.fromkeys(numbers, "Alice") for numbers in (["101"], ["101", "102"]))
    stuck = Sign("not_live", timedelta(), one)
    assert clock.see(stuck, 60) == ["trouble"]
    assert clock.see(replace(stuck, details=two), 400) == ["trouble"]
    assert clock.see(stuck, 400) == []


def test_a_clock_that_is_set_back_silences_nothing() -> None:
    clock = Clock()
    clock.see(AWAY, 5)
    clock.at -= 86400
    assert clock.see(AWAY, 30) == ["trouble"]


def test_the_channel_of_all_alerts_and_the_admins_hear_it(quiet: Services) -> None:
    holder = holder_of(quiet)
    incidents.look(quiet, holder, [AT_ONCE])
    incidents.look(quiet, holder, [AT_ONCE])
    assert [channel for channel, _ in outbox_texts(quiet)] == ["C0PHONES", ADMIN_ID]
    assert outbox_texts(quiet)[0][1].startswith("⚠️ Asterisk does not answer Switchhook, since ")
    route(quiet, "", "", "C0OFFICE")
    incidents.look(quiet, holder, [BACK])
    assert [channel for channel, _ in outbox_texts(quiet)[2:]] == ["C0OFFICE", ADMIN_ID]
    assert outbox_texts(quiet)[2][1] == "✅ Asterisk answers again, after 0 s"


def test_who_takes_over_does_not_tell_it_again_and_tells_that_it_is_over(quiet: Services) -> None:
    incidents.look(quiet, holder_of(quiet), [AT_ONCE])
    free_lease(quiet)
    other = holder_of(quiet)
    incidents.look(quiet, other, [AT_ONCE])
    assert len(outbox_texts(quiet)) == 2
    incidents.look(quiet, other, [BACK])
    assert len(outbox_texts(quiet)) == 4


def test_asterisk_away_at_the_listeners_start_is_told_too(
    quiet: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.alerts.detector.ASTERISK_PATIENCE", timedelta())
    jobs = Jobs(quiet, lambda: None)
    jobs.stop()  # no pauses
    jobs.listen()  # takes the lease, and finds no Asterisk
    jobs.watch()
    jobs.watch()
    assert len(outbox_texts(quiet)) == 2
    assert "Asterisk does not answer" in outbox_texts(quiet)[0][1]


def old(system: Services, number: str, **values: object) -> None:
    with system.database.session() as session:
        this = update(Extension).where(col(Extension.number) == number)
        session.exec(this.values({"updated_at": now() - timedelta(minutes=6)} | values))


def test_an_extension_that_is_not_live_after_five_minutes_is_told_with_whose_it_is(
    quiet: Services,
) -> None:
    put_extension(quiet, "101", employee_ref="bamboohr:17", reason="pjsip.conf cannot be written")
    put_extension(quiet, "102", state=State.LIVE)
    assert incidents.stuck(quiet) == {}
    old(quiet, "101")
    old(quiet, "102")
    line = "101 (Alice), made for bamboohr:17: saved, not live yet: pjsip.conf cannot be written"
    assert incidents.stuck(quiet) == {"101": line}
    old(quiet, "101", state=State.FAILED)
    assert "refused: pjsip.conf cannot be written" in incidents.stuck(quiet)["101"]
    holder, sign = holder_of(quiet), Sign("not_live", timedelta(), incidents.stuck(quiet))
    incidents.look(quiet, holder, [sign])
    old(quiet, "101", state=State.LIVE)
    incidents.look(quiet, holder, [replace(sign, details=incidents.stuck(quiet) or None)])
    assert "Extensions are not live as they should be, noticed at" in outbox_texts(quiet)[0][1]
    assert outbox_texts(quiet)[-1][1].startswith("✅ All extensions are live")


def test_a_job_that_fails_again_and_again_is_told_until_it_works(
    quiet: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.alerts.detector.PATIENCE", timedelta())
    jobs = Jobs(quiet, lambda: None)
    jobs.stop()  # no pauses
    jobs.listen()
    jobs.detector.failing["onboard"] = "something is wrong inside Switchhook (ValueError)"
    jobs.watch()
    jobs.detector.begin()  # as another process does, of which nobody knows yet whether it fares better
    jobs.watch()
    assert len(outbox_texts(quiet)) == 2
    jobs.detector.failing["onboard"] = None
    jobs.watch()
    texts = [text for channel, text in outbox_texts(quiet) if channel == "C0PHONES"]
    assert texts[0].startswith("⚠️ Onboarding (joined, changed, left) fails again and again, since ")
    assert texts[1].startswith("✅ Onboarding (joined, changed, left) works again")


def test_what_stops_all_publishing_is_told_also_when_no_extension_waits(
    quiet: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.alerts.detector.PUBLISH_PATIENCE", timedelta())
    put_extension(quiet, "101", state=State.LIVE)
    gone = quiet.settings.model_copy(update={"asterisk_config_dir": tmp_path / "gone"})
    jobs = Jobs(replace(quiet, settings=gone), lambda: None)
    jobs.stop()  # no pauses
    jobs.listen()
    jobs.publish()
    jobs.watch()
    content = next(row.content for row in deliveries(quiet) if row.content["subject"] == "publishing")
    assert any("Nothing can be published, since" in text for _, text in outbox_texts(quiet))
    assert "gone does not exist: check ASTERISK_CONFIG_DIR" in content["lines"][0]


def test_a_crash_of_asterisk_is_told_with_what_to_check_and_again_when_it_is_back(
    fresh_asterisk: Asterisk, context: OnboardingContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The listener's jobs as the scheduler runs them, on the real Asterisk."""
    monkeypatch.setattr("handlers.alerts.detector.ASTERISK_PATIENCE", timedelta(seconds=1))
    connected = threading.Event()
    jobs = Jobs(context.system, connected.set)
    with running(jobs.listen), running(jobs.watch):
        assert connected.wait(SECONDS)
        fresh_asterisk.kill()
        wait_for(lambda: outbox_texts(context.system))
        fresh_asterisk.start()
        wait_for(lambda: len(outbox_texts(context.system)) == 2)
        jobs.stop()
    jobs.end()
    (_, away), (_, back) = outbox_texts(context.system)
    assert away.startswith("⚠️ Asterisk does not answer Switchhook, since ")
    with context.system.database.session() as session:
        rows = session.exec(select(OutboxMessage)).all()
    shown = as_text({"blocks": message_kinds.read(rows[0].content).render().blocks})
    assert "Asterisk closed the connection" in shown or "is Asterisk running" in shown
    assert back.startswith("✅ Asterisk answers again, after ")


def test_phones_that_asterisk_has_lost_are_told_and_again_when_they_are_back(
    fresh_asterisk: Asterisk, context: OnboardingContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.alerts.detector.ASTERISK_PATIENCE", timedelta())
    monkeypatch.setattr("pbx.publishing.verify.PATIENCE", 0.5)
    system = context.system
    create_live(system, "101")
    old(system, "101")
    path = system.settings.pjsip_path
    path.write_text(path.read_text() + "[x](nowhere)\ntype=aor\n")
    fresh_asterisk.kill()
    fresh_asterisk.start()
    jobs = Jobs(system, lambda: None)
    jobs.stop()  # no pauses
    jobs.listen()
    jobs.publish()
    jobs.watch()
    assert outbox_texts(system)[0][1].startswith("⚠️ Extensions are not live as they should be")
    assert "there is no endpoint 101" in deliveries(system)[0].content["lines"][0]
    path.write_text(path.read_text().replace("[x](nowhere)", "[x]"))
    jobs.publish()
    jobs.watch()
    assert outbox_texts(system)[-1][1].startswith("✅ All extensions are live")


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
