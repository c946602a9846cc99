"""Runs Switchhook itself, as its Procfile does, for tests and the demo."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Self

import requests
from flask import Flask
from sqlalchemy import make_url

from handlers.cli import commands as cli
from pbx import instrument_files
from pbx.services import Services
from settings import Settings
from tests.asterisk_bed import Asterisk
from tests.asterisk_bed.ports import free_port
from tests.asterisk_bed.process import end, spawn
from tests.preloaded import preloaded
from tests.slack_stand_in import SlackStandIn

PROJECT = Path(__file__).parents[1]
TEST_KEY = "a key for tests alone with 32 characters or more"
ADMIN_ID = "U0ADMIN01"
START_SECONDS = 60.0
WORKERS = 2  # as gunicorn.conf.py has them


def settings_for(asterisk: Asterisk, database_url: str, **more: str) -> Settings:
    """Settings as the environment would give them."""
    values = asterisk.environment() | {"DATABASE_URL": database_url, "SECRET_KEY": TEST_KEY} | more
    return Settings(**{name.lower(): value for name, value in values.items()})  # type: ignore[arg-type]


def settings_in(environment: Mapping[str, str]) -> Settings:
    """Settings as a process with this environment has them."""
    values: dict[str, Any] = {name.lower(): value for name, value in environment.items()}
    return Settings(
        _env_file=None, **{name: values[name] for name in values if name in Settings.model_fields}
    )


def quiet_settings(database: Path, slack: SlackStandIn, **more: Any) -> Settings:
    """Settings without an Asterisk, for an SQLite file; alerts go to C0PHONES, as fast as Slack takes them."""
    values: dict[str, Any] = {
        "database_url": f"sqlite:///{database}",
        "secret_key": TEST_KEY,
        "slack_bot_token": slack.bot_token,
        "slack_api_url": slack.url,
        "slack_admins": ADMIN_ID,
        "alert_channel": "C0PHONES",
        "alert_interval": 0.0,
        "ami_port": 1,
    }
    return Settings(_env_file=None, **values | more)


def environment_for(asterisk: Asterisk, slack: SlackStandIn, database_url: str, port: int) -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields},
        **asterisk.environment(),
        "DATABASE_URL": database_url,
        "SECRET_KEY": TEST_KEY,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_API_URL": slack.url,
        "SLACK_ADMINS": ADMIN_ID,
        "PORT": str(port),
        **_way_from(slack, port),
    }


def _way_from(slack: SlackStandIn, port: int) -> dict[str, str]:
    """The settings for the way on which Slack's requests come: in Socket Mode nothing reaches the port from outside."""
    if slack.socket_mode:
        return {"SLACK_APP_TOKEN": slack.sockets.app_token}
    return {"SLACK_SIGNING_SECRET": slack.signing_secret, "PUBLIC_URL": f"http://127.0.0.1:{port}"}


def migrate(database_url: str) -> None:
    """The release process; a new SQLite file is a copy of one that went through it."""
    path = Path(make_url(database_url).database or "")
    if database_url.startswith("sqlite") and not path.exists():
        shutil.copy(_migrated(), path)
    else:
        _upgrade(database_url)


@cache
def _migrated() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="switchhook-migrated-"))
    atexit.register(shutil.rmtree, folder)
    _upgrade(f"sqlite:///{folder / 'switchhook.db'}")
    return folder / "switchhook.db"


def _upgrade(database_url: str) -> None:
    environment = os.environ | {"DATABASE_URL": database_url, "SECRET_KEY": TEST_KEY}
    command = [sys.executable, "-m", "alembic", "upgrade", "head"]
    subprocess.run(command, cwd=PROJECT, env=environment, check=True, capture_output=True)


class Switchhook:
    """The web process under gunicorn, on loopback; `flask()` runs a command of the command line beside it."""

    admin_id = ADMIN_ID
    application = "app:app"
    project = PROJECT  # where its program is
    is_preloaded = False  # whether its processes have less to import, as those of tests, which are many

    def __init__(
        self,
        asterisk: Asterisk,
        slack: SlackStandIn,
        database_url: str,
        more_environment: Mapping[str, str] | None = None,
    ) -> None:
        self.slack = slack
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = environment_for(asterisk, slack, database_url, self.port) | dict(
            more_environment or {}
        )
        own = Path(tempfile.mkdtemp(prefix="web-", dir=asterisk.folder))
        self.environment.setdefault(instrument_files.VARIABLE, str(own))
        self.log = asterisk.folder / f"{own.name}.log"
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Raises AssertionError, with the log, when it is not up in time."""
        self.web = web = self._spawn("gunicorn", self.application)
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            assert web.poll() is None, self.log_text()
            assert time.monotonic() < deadline, self.log_text()
            time.sleep(0.05)
        if self.slack.socket_mode:
            self.slack.sockets.wait_for_connections(WORKERS)

    def workers(self) -> list[int]:
        """Return the process IDs of gunicorn's workers; after a reload also of those that are still ending."""
        pid = self.web.pid
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def listen(self) -> subprocess.Popen[bytes]:
        """Starts the listener process."""
        return self._spawn("flask", "listen")

    def flask(
        self, *arguments: str, environment: Mapping[str, str] | None = None, typed: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command of the command line in this process; `typed` is what it reads. Raises what it does not catch."""
        given = environment or self.environment
        others = {name: value for name, value in given.items() if name.lower() not in Settings.model_fields}
        app, services = Flask("switchhook"), Services.of(settings_in(given))
        cli.register(app, services)
        result = app.test_cli_runner().invoke(args=arguments, env=others, input=typed, catch_exceptions=False)
        services.database.close()
        return subprocess.CompletedProcess(arguments, result.exit_code, result.stdout, result.stderr)

    def flask_process(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the command line as it is typed: a process that starts, which takes a second and a half."""
        command = [sys.executable, "-m", "flask", *arguments]
        return subprocess.run(
            command, cwd=PROJECT, env=self.environment, capture_output=True, text=True, timeout=60
        )

    def wait_for_log(self, text: str, seconds: float = START_SECONDS) -> None:
        """Until a process has logged it. Raises AssertionError, with the log."""
        deadline = time.monotonic() + seconds
        while text not in self.log_text():
            assert time.monotonic() < deadline, self.log_text()
            time.sleep(0.05)

    def log_text(self) -> str:
        return self.log.read_text() if self.log.exists() else ""

    def kill(self) -> None:
        """SIGKILL for everything that was started, in the middle of whatever it does."""
        for process in self._processes:
            with suppress(ProcessLookupError):
                os.killpg(
                    process.pid, signal.SIGKILL
                )  # each leads a group of its own: gunicorn and its workers
            end(process)
        self._processes.clear()

    def close(self) -> None:
        for process in reversed(self._processes):
            end(process)
        self._processes.clear()

    def _spawn(self, module: str, *arguments: str) -> subprocess.Popen[bytes]:
        process: subprocess.Popen[bytes]
        with self.log.open("ab") as log:
            if self.is_preloaded:
                process = preloaded().start(module, *arguments, env=self.environment, log=log.fileno())
            else:
                command = [sys.executable, "-m", module, *arguments]
                process = spawn(command, cwd=self.project, env=self.environment, stdout=log, stderr=log)
        self._processes.append(process)
        return process

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/healthz", timeout=START_SECONDS).ok
        except requests.ConnectionError:
            return False

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
