"""`flask monitor`: the guide's console, live."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from handlers import event_lines, monitor
from models.lease import LISTENER_LEASE, Lease
from models.types import now
from pbx.services import Services
from tests.factories import (
    NOON,
    ONE_OF_EACH,
    holder_of,
    login_failed,
    registered,
    ringing,
    store,
)
from tests.server import PROJECT, TEST_KEY

SECONDS = 60.0  # after which a line does not come any more


class Console:
    """`flask monitor` in a process of its own; what it has printed so far."""

    def __init__(self, services: Services, *options: str) -> None:
        environment = {
            "PATH": "",
            "DATABASE_URL": services.settings.database_url.get_secret_value(),
            "SECRET_KEY": TEST_KEY,
        }
        # A shell starts what runs in its background with Ctrl-C ignored, and each child inherits that.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "flask", "monitor", *options],
            cwd=PROJECT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def wait_for(self, count: int) -> list[str]:
        deadline = time.monotonic() + SECONDS
        while len(self.lines) < count:
            assert time.monotonic() < deadline, self.lines
            time.sleep(0.05)
        return self.lines

    def wait_until(self, text: str) -> None:
        """Until its last line has the text."""
        deadline = time.monotonic() + SECONDS
        while text not in self.lines[-1]:
            assert time.monotonic() < deadline, self.lines
            time.sleep(0.05)

    def interrupt(self) -> tuple[int, str]:
        """Do as Ctrl-C does; return its exit code, and what it wrote on standard error."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(SECONDS)
        assert self.process.stderr
        return code, self.process.stderr.read()

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe:
                pipe.close()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))


@pytest.fixture
def console(quiet: Services) -> Iterator[Callable[..., Console]]:
    opened: list[Console] = []

    def start(*options: str) -> Console:
        opened.append(Console(quiet, *options))
        return opened[-1]

    yield start
    for each in opened:
        each.close()


@pytest.fixture
def listener(quiet: Services) -> Iterator[None]:
    """Somebody renews the lease all the time."""
    holder, stop = holder_of(quiet), threading.Event()

    def renew() -> None:
        while not stop.wait(1.0):
            holder.renew()

    renewing = threading.Thread(target=renew)
    renewing.start()
    yield
    stop.set()
    renewing.join()


@pytest.mark.usefixtures("listener")
def test_monitor_shows_new_events_in_the_guides_words(
    quiet: Services, console: Callable[..., Console]
) -> None:
    store(quiet, registered("100"))
    shown = console()
    assert shown.wait_for(4) == [
        "Starting AMI Event Monitor...",
        "Monitoring for PJSIP registrations, calls, and other events",
        "Press Ctrl+C to stop",
        "",
    ]
    store(quiet, *ONE_OF_EACH[:3])
    store(quiet, *ONE_OF_EACH[3:])
    assert shown.wait_for(11)[4:] == [
        "✅ Extension 101 registered",
        "🔔 Extension 102 ringing from 101",
        "🗣️ Extension 102 answered 101",
        "📞 Call ended: PJSIP/102-00000001 - Normal Clearing",
        "↪️ Extension 101 moved to 192.0.2.7:5061",
        "⚫ Extension 101 offline (expired)",
        "🚨 Failed SIP login as 101 from 203.0.113.9 (wrong secret)",
    ]
    assert shown.interrupt() == (0, "")


def test_a_failed_login_is_counted_once_though_its_row_grows(quiet: Services) -> None:
    store(quiet, login_failed())
    store(quiet, login_failed())
    following = monitor.new_events(quiet, *monitor.current_position(quiet))
    seen = []
    for facts in (
        [login_failed()],
        [login_failed(account="102")],
        [login_failed(address="203.0.113.10")],
        [login_failed(account="103"), login_failed()],
        [login_failed(at=NOON + 60)],
    ):
        store(quiet, *facts)
        seen.append(next(following))
    assert [event_lines.line(*each) for each in seen] == [
        "🚨 1 more failed SIP login from 203.0.113.9, so far as 101 (wrong secret)",
        "🚨 1 more failed SIP login from 203.0.113.9, so far as 101, 102 (wrong secret)",
        "🚨 Failed SIP login as 101 from 203.0.113.10 (wrong secret)",
        "🚨 2 more failed SIP logins from 203.0.113.9, so far as 101, 102, 103 (wrong secret)",
        "🚨 Failed SIP login as 101 from 203.0.113.9 (wrong secret)",
    ]
    assert [json.loads(event_lines.as_json(*each)).get("count", 1) for each in seen] == [1, 1, 1, 2, 1]


def test_machines_read_one_object_a_line(quiet: Services, console: Callable[..., Console]) -> None:
    shown = console("--json")
    while not shown.lines:  # it says nothing of its own
        store(quiet, registered("100"))
        time.sleep(0.2)
    store(quiet, registered("101"), ringing(name="Zoë \x1b[31m\n"), backfilled=True)
    shown.wait_until("ringing")
    came_line, ringing_line = map(json.loads, shown.lines[-2:])
    assert came_line.pop("id") + 1 == ringing_line["id"]
    assert came_line == {
        "at": "2027-01-15T08:00:00Z",
        "kind": "registered",
        "away": True,
        "number": "101",
        "address": "192.0.2.7",
        "port": 5060,
        "user_agent": "Snom",
        "round_trip_ms": 12.5,
        "cause": 0,
    }
    assert ringing_line["peer_name"] == "Zoë \x1b[31m\n"
    code, errors = shown.interrupt()
    assert (code, errors) == (0, "")


@pytest.mark.parametrize("holder", [None, "dead"])
def test_monitor_says_when_nobody_listens(
    quiet: Services, console: Callable[..., Console], holder: str | None
) -> None:
    if holder:
        holder_of(quiet).release()
        with quiet.database.session() as session:
            assert session.get(Lease, LISTENER_LEASE)
    shown = console()
    shown.wait_for(4)
    code, errors = shown.interrupt()
    assert code == 0
    assert errors == "Nobody listens to Asterisk right now: systemctl start switchhook-listener\n"


def test_whether_somebody_listens_depends_on_no_clock_of_another_machine(
    quiet: Services, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    check = monitor.ListenerCheck()
    an_hour_ago = now() - timedelta(hours=1)
    with quiet.database.session() as session:
        session.add(
            Lease(name=LISTENER_LEASE, holder="a machine that is an hour late", renewed_at=an_hour_ago)
        )
        check.warn(session)
        assert capsys.readouterr().err == ""
        monkeypatch.setattr(monitor, "LEASE_TIMEOUT", timedelta())  # it was killed, and nobody renews it
        check.warn(session)
        check.warn(session)
    assert capsys.readouterr().err.count("Nobody listens to Asterisk right now") == 1


def test_a_database_that_does_not_answer_is_named(quiet: Services, console: Callable[..., Console]) -> None:
    with quiet.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE event")
    shown = console("--json")
    assert shown.process.wait(SECONDS) == 1
    assert shown.process.stderr
    assert "the database refused something" in shown.process.stderr.read()
