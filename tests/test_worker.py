"""`flask listen` as a process: what runs by the clock, also while Asterisk is away, and how it ends."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from handlers.oncall.messages import StatusDisconnected
from jobs import Jobs
from models import outbox
from models.employee import Employee, Stage
from models.extension import Extension, State
from models.lease import LISTENER_LEASE, NOBODY, Lease
from pbx.services import Services
from tests.asterisk_bed.process import end, spawn
from tests.factories import (
    ended,
    holder_of,
    insert_extension,
    outbox_messages,
    outbox_texts,
    registered,
    ringing,
    store,
)
from tests.pbx.scripted_pbx import ScriptedPbx
from tests.server import PROJECT, TEST_KEY
from tests.slack_stand_in import SlackStandIn
from tests.slack_stand_in.records import direct_message
from tests.waiting import SECONDS, wait_for


@pytest.fixture
def slack() -> Iterator[SlackStandIn]:
    with SlackStandIn() as running:
        yield running


@pytest.fixture
def pbx() -> Iterator[ScriptedPbx]:
    with ScriptedPbx() as running:
        yield running


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def listener(quiet: Services, slack: SlackStandIn, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Without any Asterisk."""
    environment = {
        "PATH": "",
        "DATABASE_URL": quiet.settings.database_url.get_secret_value(),
        "SECRET_KEY": TEST_KEY,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_API_URL": slack.url,
        "ALERT_CHANNEL": "C0PHONES",
        "AMI_PORT": "1",
        "ASTERISK_CONFIG_DIR": str(log.parent),
    }
    with log.open("wb") as output:
        command = [sys.executable, "-m", "flask", "listen"]
        process = spawn(command, cwd=PROJECT, env=environment, stdout=output, stderr=output)
    yield process
    end(process)


def lease(services: Services) -> Lease | None:
    with services.database.session() as session:
        return session.get(Lease, LISTENER_LEASE)


@pytest.fixture
def given_up(quiet: Services) -> None:
    """By a listener of an older version, which could not read it."""
    content = StatusDisconnected(reason="no_extension").as_json()
    with quiet.database.session() as session:
        row = outbox.enqueue(session, "U0ALICE01", "status-disconnected", content, open=False)
        outbox.mark_failed(session, row, outbox.UNSHOWN)


@pytest.mark.usefixtures("given_up")
def test_without_asterisk_it_renews_the_lease_posts_alerts_and_ends_at_once(
    quiet: Services, slack: SlackStandIn, listener: subprocess.Popen[bytes], log: Path
) -> None:
    store(quiet, ringing(), ended())
    wait_for(lambda: "not listening: trying again" in log.read_text())
    assert "Asterisk's manager interface at 127.0.0.1:1 does not answer" in log.read_text()
    acquired = wait_for(lambda: lease(quiet))
    wait_for(lambda: slack.messages("C0PHONES"))
    wait_for(lambda: slack.messages(direct_message("U0ALICE01")))
    renewed = wait_for(
        lambda: row if (row := lease(quiet)) and row.renewed_at > acquired.renewed_at else None
    )
    assert renewed.holder == acquired.holder
    wait_for(lambda: "in_seconds" in log.read_text())
    end(listener, timeout=SECONDS)
    assert listener.returncode == 0
    released = lease(quiet)
    assert released
    assert released.holder == NOBODY
    assert "Traceback" not in log.read_text()
    assert [row.due for row in outbox_messages(quiet)] == [False, False]


def test_a_listener_ends_when_a_newer_version_has_taken_something_away(
    quiet: Services, listener: subprocess.Popen[bytes], log: Path
) -> None:
    wait_for(lambda: lease(quiet))
    with quiet.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE lease RENAME TO lease_of_the_future")
        connection.exec_driver_sql("UPDATE oldest_program SET revision = 'of the future'")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'of the future'")
    assert wait_for(listener.poll) == 1
    assert log.read_text().count("of a newer version of Switchhook (of the future") == 1
    assert "Traceback" not in log.read_text()


def test_a_worker_neither_listens_nor_posts_while_another_has_the_lease(
    quiet: Services, slack: SlackStandIn
) -> None:
    other = holder_of(quiet)
    store(quiet, ringing())
    with quiet.database.session() as session:
        outbox.enqueue(session, "C0PHONES", "call:9", {})
    connected: list[None] = []
    jobs = Jobs(quiet, lambda: connected.append(None))
    for job in jobs.table():
        job.run()
    jobs.end()
    assert connected == slack.calls == []
    assert len(outbox_messages(quiet)) == 1
    assert other.acquire()


def test_losing_the_lease_stops_writing_and_posting_alerts(
    quiet: Services, slack: SlackStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    jobs = Jobs(quiet, lambda: None)
    jobs.hold_lease()
    jobs.stop()  # no pauses
    jobs.listen()  # finds no Asterisk
    store(quiet, ringing())
    jobs.write_alerts()
    assert len(outbox_texts(quiet)) == 1
    with quiet.database.session() as session:
        row = session.get(Lease, LISTENER_LEASE)
        assert row
        row.holder = "another"

    def stands_by() -> bool:
        jobs.hold_lease()
        return "this process stands by" in caplog.text

    wait_for(stands_by)
    jobs.post()
    store(quiet, ended())
    jobs.write_alerts()
    jobs.end()
    assert slack.calls == []
    assert [text for _, text in outbox_texts(quiet)] == ["🔔 101 → 102 · ringing"]
    kept = lease(quiet)
    assert kept
    assert kept.holder == "another"


def test_retry_after_delays_the_welcomes_of_all_employees(quiet: Services, slack: SlackStandIn) -> None:
    jobs = Jobs(quiet, lambda: None)
    jobs.hold_lease()
    jobs.stop()  # no pauses
    jobs.listen()  # finds no Asterisk
    extension = Extension(
        number="100", name="Alice", codecs=["ulaw"], encrypted_secret="x", employee_ref="token:e1"
    )
    extension.state = State.LIVE
    alice = Employee(source="token", external_id="e1", name="Alice", email="a@example.com", stage=Stage.READY)
    with quiet.database.session() as session:
        session.add_all([extension, alice])
    slack.fail_next("users.lookupByEmail", status=429, retry_after=60)
    onboard = next(job.run for job in jobs.table() if job.name == "onboard")
    for _ in range(3):
        onboard()
    jobs.end()
    assert len(slack.called("users.lookupByEmail")) == 1


def test_a_listener_that_crashed_and_listens_again_counts_as_working(
    quiet: Services, pbx: ScriptedPbx
) -> None:
    insert_extension(quiet, "101")
    store(quiet, registered("101"))
    settings = quiet.settings.model_copy(update={"ami_port": pbx.port})
    connected = threading.Event()
    jobs = Jobs(replace(quiet, settings=settings), connected.set)
    listen = jobs.detector.guarded(jobs.listen, lambda _: None)
    with quiet.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE phone SET since = 'no time'")
    listen()
    assert jobs.detector.failing == {"listen": "something is wrong inside Switchhook (ValueError)"}
    with quiet.database.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM phone")
    thread = threading.Thread(target=listen)
    thread.start()
    try:
        assert connected.wait(SECONDS)
        assert jobs.detector.failing == {"listen": None}
    finally:
        jobs.stop()
        thread.join()
