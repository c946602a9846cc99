"""A process that is dead, or of another version, and messages that wait are found."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select, update

from command_lines import RESTART
from handlers import unshown
from handlers.calls.messages import CallAsked
from handlers.doctor import process_checks
from handlers.doctor.env_file import EnvFile
from handlers.oncall.messages import StatusDisconnected
from models import outbox
from models.lease import LISTENER_LEASE, LeaseHolder
from models.outbox import OutboxMessage
from models.types import now
from pbx.doctor.findings import NothingToCheck
from pbx.services import Services
from tests.asterisk_bed.ports import free_port
from tests.slack_stand_in.http_layer import HttpAnswer, HttpServer
from tests.waiting import SECONDS
from version import VERSION


@pytest.fixture(autouse=True)
def _is_patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_checks, "HTTP_SECONDS", float(SECONDS))


@contextmanager
def answering(services: Services, body: dict[str, Any] | str) -> Iterator[Services]:
    """With something that answers so at PORT."""
    server = HttpServer(lambda _request: HttpAnswer(200, body), threading.Event().wait)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield at_port(services, server.server_port)
    server.shutdown()
    server.server_close()


def at_port(services: Services, port: int) -> Services:
    return replace(services, settings=services.settings.model_copy(update={"port": port}))


def test_a_web_process_of_this_version_is_sound(quiet: Services) -> None:
    with answering(quiet, {"status": "up", "version": VERSION}) as services:
        assert list(process_checks.web(services)) == []


def test_a_restart_that_was_forgotten_after_an_edit_of_env_is_found(
    quiet: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NothingToCheck, match="there is no"):
        list(process_checks.forgotten_restart(quiet))
    env = tmp_path / ".env"
    env.write_text("EMERGENCY_NUMBERS=112\n")
    read = EnvFile.read().digest(quiet.settings)
    with answering(quiet, {"version": VERSION, "env": read}) as services:
        assert list(process_checks.forgotten_restart(services)) == []
        env.write_text("EMERGENCY_NUMBERS=911\n")
        (finding,) = process_checks.forgotten_restart(services)
        env.write_text("# as before\nEMERGENCY_NUMBERS=112\n")
        assert list(process_checks.forgotten_restart(services)) == []
    assert f"was started with another {env} than there is now" in finding.seen
    assert finding.remedy == f"restart both processes: {RESTART}"


def test_a_dead_web_process_is_found(quiet: Services) -> None:
    (finding,) = process_checks.web(at_port(quiet, free_port()))
    assert "no web process answers" in finding.seen
    assert "systemctl start switchhook-web" in finding.remedy


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        ("a router", "is not Switchhook's web process"),
        ({"version": "0.0.9"}, f"is of version 0.0.9, and this program of {VERSION}"),
    ],
)
def test_another_program_at_the_port_or_another_version_is_found(
    quiet: Services, body: dict[str, Any] | str, seen: str
) -> None:
    with answering(quiet, body) as services:
        (finding,) = process_checks.web(services)
    assert seen in finding.seen


def test_a_listener_that_renews_its_lease_is_sound_and_none_is_found(
    quiet: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process_checks, "WATCH_SECONDS", 0.0)
    (finding,) = process_checks.listener(quiet)
    assert finding.seen == "no listener runs"
    assert "systemctl start switchhook-listener" in finding.remedy
    holder = LeaseHolder(quiet.database, LISTENER_LEASE)
    holder.acquire()
    assert list(process_checks.listener(quiet)) == []
    holder.release()
    (finding,) = process_checks.listener(quiet)
    assert finding.seen.startswith("no listener runs, since 20")


def test_messages_that_wait_for_long_are_found(quiet: Services) -> None:
    with quiet.database.session() as session:
        outbox.enqueue(session, "C0PHONES", "call:1", {})
    assert list(process_checks.outbox(quiet)) == []
    with quiet.database.session() as session:
        session.exec(update(OutboxMessage).values(updated_at=now() - timedelta(hours=1)))
    (finding,) = process_checks.outbox(quiet)
    assert finding.seen.startswith("1 of the messages for Slack wait to be posted, the oldest since 20")


def test_messages_that_an_older_listener_could_not_read_are_found_and_sent_by_the_next(
    quiet: Services,
) -> None:
    holder = LeaseHolder(quiet.database, LISTENER_LEASE)
    assert holder.acquire()
    contents = [StatusDisconnected(reason="no_extension").as_json(), {"kind": "of a later version"}]
    contents.append(CallAsked(number="101", exten="102").as_json())
    with quiet.database.session() as session:
        for content in contents:
            row = outbox.enqueue(session, "U0ALICE01", "x", content, open=False)
            outbox.mark_failed(session, row, outbox.UNSHOWN)
    (finding,) = process_checks.outbox(quiet)
    assert "the listener could not read 1 of the messages for Slack" in finding.seen
    unshown.retry(holder)
    with quiet.database.session() as session:
        rows = session.exec(select(OutboxMessage).order_by(col(OutboxMessage.id))).all()
    assert [(row.due, row.failure) for row in rows] == [(True, None), *[(False, outbox.UNSHOWN)] * 2]
    assert list(process_checks.outbox(quiet)) == []
