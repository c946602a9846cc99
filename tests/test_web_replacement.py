"""A web process that takes the place of another at SIGUSR2, under a real gunicorn and what systemd hears of it."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import pytest
import requests

from tests import one_server
from tests.asterisk_bed import Asterisk
from tests.asterisk_bed.process import spawn
from tests.server import WORKERS, Switchhook, migrate
from tests.slack_stand_in import SlackStandIn, SlackUser
from tests.waiting import SECONDS, wait_for

slack, folder = one_server.slack, one_server.folder


@pytest.fixture(scope="module")
def way() -> str:
    """Commands come over the WebSockets of Socket Mode, and others ask over HTTP meanwhile."""
    return "socket"


class Installed(Switchhook):
    """Started by the script that pip installs, as the unit file does: gunicorn starts itself anew by the same words."""

    application = "tests.breaking_app:app"

    def _spawn(self, module: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = [str(Path(sys.executable).with_name(module)), *arguments]
        with self.log.open("ab") as log:
            process = spawn(command, cwd=self.project, env=self.environment, stdout=log, stderr=log)
        self._processes.append(process)
        return process

    def wait_for_end_of_the_other(self) -> None:
        """Until what it has started at SIGUSR2 is no child of it any more, whatever that logged at last."""
        wait_for(lambda: len(self.workers()) == WORKERS, self.log_text)

    def is_up(self) -> bool:
        with suppress(requests.RequestException):
            return requests.get(f"{self.url}/healthz", timeout=60).ok
        return False


class Systemd:
    """The socket on which services say how they are."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.settimeout(60)

    def heard(self, words: str) -> str:
        """Wait for a message with these words, and return it."""
        while words not in (message := self._socket.recv(4096).decode()):
            pass
        return message

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[Systemd]:
    with closing(Systemd(tmp_path / "notify")) as heard:
        yield heard


@pytest.fixture
def web(systemd: Systemd, slack: SlackStandIn, folder: Path, tmp_path: Path) -> Iterator[Installed]:
    """Nobody has started its Asterisk: what is asked for here needs none."""
    url = f"sqlite:///{tmp_path / 'it.db'}"
    migrate(url)
    more = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "HOLDING_FOLDER": str(tmp_path)}
    running = Installed(Asterisk(folder / "pbx"), slack, url, more)
    running.start()
    systemd.heard("READY=1")
    group = running.web.pid  # also of the processes that replace it
    yield running
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
    running.close()


def type_help(web: Installed, slack: SlackStandIn, stop: threading.Event) -> int:
    """Somebody types one command after the other; each is taken and answered. Return how many."""
    user, count = SlackUser(slack, web.url, user_id=web.admin_id), 0
    while not stop.wait(0.01):
        taken = user.command("/ext", f"help {'set' if count % 2 else 'create'}")
        assert taken.status == 200
        assert user.replies(taken)
        count += 1
    return count


def ask(web: Installed, stop: threading.Event) -> int:
    """Somebody asks over HTTP again and again; nobody is refused. Return how often."""
    count = 0
    while not stop.wait(0.01):
        assert requests.get(f"{web.url}/healthz", timeout=60).ok
        count += 1
    return count


def test_nobody_is_refused_while_another_takes_its_place_and_what_is_under_way_ends(
    web: Installed, slack: SlackStandIn, systemd: Systemd, tmp_path: Path
) -> None:
    stop = threading.Event()
    with ThreadPoolExecutor(4) as people:
        held = people.submit(requests.get, f"{web.url}/api/held", timeout=120)
        wait_for((tmp_path / "begun").exists)
        busy = [people.submit(type_help, web, slack, stop), people.submit(ask, web, stop)]
        web.web.send_signal(signal.SIGUSR2)
        main = int(systemd.heard("MAINPID=").partition("MAINPID=")[2].split()[0])
        assert main != web.web.pid
        web.wait_for_log("a web process takes the place of another")
        (tmp_path / "go").touch()
        assert web.web.wait(SECONDS) == 0
        assert held.result().ok
        stop.set()
        assert all(each.result() > 0 for each in busy)
    assert web.is_up()


def test_a_version_that_cannot_use_the_tables_replaces_nothing_and_ends(
    web: Installed, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "it.db")) as tables, tables:
        newest = tables.execute("SELECT version_num FROM alembic_version").fetchone()
        tables.execute("UPDATE alembic_version SET version_num = '0001'")
    web.web.send_signal(signal.SIGUSR2)
    web.wait_for_log("this version takes nobody's place: it cannot use the tables")
    web.wait_for_end_of_the_other()
    with closing(sqlite3.connect(tmp_path / "it.db")) as tables, tables:
        tables.execute("UPDATE alembic_version SET version_num = ?", newest)
    assert web.web.poll() is None
    assert web.is_up()
    assert "takes the place" not in web.log_text()


def test_a_version_that_cannot_start_replaces_nothing(
    web: Installed, slack: SlackStandIn, tmp_path: Path
) -> None:
    (tmp_path / "broken").touch()
    web.web.send_signal(signal.SIGUSR2)
    web.wait_for_log("Worker failed to boot")
    web.wait_for_end_of_the_other()  # or a worker of its might begin once it can start
    (tmp_path / "broken").unlink()
    user = SlackUser(slack, web.url, user_id=web.admin_id)
    assert user.replies(user.command("/ext", "help"))
    assert web.web.poll() is None
    assert "takes the place" not in web.log_text()
