"""How `flask listen` ends at a signal, whatever hangs: by itself, within the time that its unit file gives it."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from models import outbox
from models.lease import LISTENER_LEASE, NOBODY, Lease
from pbx.services import Services
from tests.asterisk_bed.process import end, spawn
from tests.database_lock import write_locked
from tests.factories import outbox_messages, ringing, store
from tests.server import PROJECT, TEST_KEY
from tests.slack_stand_in import SlackStandIn
from tests.waiting import wait_for

Start = Callable[[int], subprocess.Popen[bytes]]
NO_ASTERISK = 1


def grace() -> float:
    """TimeoutStopSec of the unit file: who has not ended by then is killed."""
    unit = (PROJECT / "deploy" / "switchhook-listener.service").read_text()
    found = re.search(r"^TimeoutStopSec=(\d+)$", unit, re.MULTILINE)
    assert found
    return float(found[1])


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def start(quiet: Services, slack: SlackStandIn, log: Path) -> Iterator[Start]:
    """Start a listener with AMI at that port; returns when it has the lease."""
    stack = ExitStack()

    def started(port: int) -> subprocess.Popen[bytes]:
        environment = {
            "PATH": "",
            "DATABASE_URL": quiet.settings.database_url.get_secret_value(),
            "SECRET_KEY": TEST_KEY,
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_API_URL": slack.url,
            "ALERT_CHANNEL": "C0PHONES",
            "AMI_PORT": str(port),
            "ASTERISK_CONFIG_DIR": str(log.parent),
        }
        with log.open("ab") as output:
            command = [sys.executable, "-m", "flask", "listen"]
            process = spawn(command, cwd=PROJECT, env=environment, stdout=output, stderr=output)
        stack.callback(end, process)
        wait_for(lambda: holder(quiet) not in ("", NOBODY), log.read_text)
        return process

    with stack:
        yield started


def holder(services: Services) -> str:
    with services.database.session() as session:
        row = session.get(Lease, LISTENER_LEASE)
        return row.holder if row else NOBODY


@contextmanager
def slack_hangs(quiet: Services, slack: SlackStandIn) -> Iterator[None]:
    slack.fail_until_cleared("chat.postMessage", hang=60)
    store(quiet, ringing())
    wait_for(lambda: any(row.claimed_at for row in outbox_messages(quiet)))
    yield
    slack.clear_faults()


@contextmanager
def database_is_locked(quiet: Services, _slack: SlackStandIn) -> Iterator[None]:
    with write_locked(quiet):
        yield


@contextmanager
def database_is_full(quiet: Services, _slack: SlackStandIn) -> Iterator[None]:
    """It refuses each renewal of the lease at once, also to another process, with an OperationalError."""
    with quiet.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE UPDATE ON lease BEGIN INSERT INTO nowhere VALUES (1); END"
        )
    yield


HANGS: dict[str, Callable[[Services, SlackStandIn], AbstractContextManager[None]]] = {
    "slack": slack_hangs,
    "database": database_is_locked,
    "full database": database_is_full,
}


@pytest.mark.parametrize("what", HANGS)
def test_it_ends_in_time_by_itself_while_something_hangs(
    what: str, quiet: Services, slack: SlackStandIn, start: Start, log: Path
) -> None:
    listener = start(NO_ASTERISK)
    with HANGS[what](quiet, slack):
        listener.send_signal(signal.SIGTERM)
        assert listener.wait(grace()) == 0, log.read_text()
    assert "Traceback" not in log.read_text()


def test_a_frozen_asterisk_keeps_nobody_and_the_lease_is_free_at_once(
    quiet: Services, start: Start, log: Path
) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as frozen:  # it accepts, and never says a word
        listener = start(frozen.getsockname()[1])
        listener.send_signal(signal.SIGTERM)
        assert listener.wait(grace()) == 0, log.read_text()
    assert holder(quiet) == NOBODY


def test_a_message_on_its_way_is_waited_for_and_the_lease_kept_meanwhile(
    quiet: Services, slack: SlackStandIn, start: Start, log: Path
) -> None:
    listener = start(NO_ASTERISK)
    slack.fail_next("chat.postMessage", hang=5)
    store(quiet, ringing())
    wait_for(lambda: any(row.claimed_at for row in outbox_messages(quiet)))
    listener.send_signal(signal.SIGTERM)
    assert listener.wait(grace()) == 0, log.read_text()
    assert [(row.due, row.claimed_at) for row in outbox_messages(quiet)] == [(False, None)]
    assert (len(slack.messages("C0PHONES")), holder(quiet)) == (1, NOBODY)


@pytest.mark.parametrize("signals", [[signal.SIGTERM] * 20, [signal.SIGHUP], [signal.SIGINT]])
def test_it_ends_in_order_at_any_of_its_signals_and_at_two(
    signals: list[signal.Signals], quiet: Services, start: Start, log: Path
) -> None:
    with quiet.database.session() as session:
        outbox.enqueue(session, "C0PHONES", "call:9", {})
    listener = start(NO_ASTERISK)
    for each in signals:
        listener.send_signal(each)
    assert listener.wait(grace()) == 0, log.read_text()
    assert holder(quiet) == NOBODY
