"""Fixtures for modules whose tests share one running Switchhook; each test takes numbers and people of its own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.server import Switchhook, migrate, settings_for
from tests.slack_stand_in import SlackStandIn, SlackUser


@pytest.fixture(scope="module", params=["http", "socket"])
def both_ways(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def folder(way: str) -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="switchhook-"))
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def asterisk(servers_asterisk: Asterisk, way: str) -> Asterisk:
    """As it was at first; it is another than that of `fresh_asterisk`, which is reset for each test."""
    servers_asterisk.reset()
    return servers_asterisk


@pytest.fixture(scope="module")
def slack(way: str) -> Iterator[SlackStandIn]:
    with SlackStandIn() as running:
        running.socket_mode = way == "socket"
        yield running
        assert running.sockets.violations == []


@pytest.fixture(scope="module")
def database_url(folder: Path) -> str:
    url = f"sqlite:///{folder / 'switchhook.db'}"
    migrate(url)
    return url


@pytest.fixture(scope="module")
def services(asterisk: Asterisk, database_url: str) -> Iterator[Services]:
    """The use cases in the process of the tests, beside the server."""
    built = Services.of(settings_for(asterisk, database_url))
    yield built
    built.database.close()


@pytest.fixture(scope="module")
def more_environment() -> dict[str, str]:
    """Settings besides the usual ones; override it."""
    return {}


@pytest.fixture(scope="module")
def switchhook(
    asterisk: Asterisk,
    slack: SlackStandIn,
    database_url: str,
    more_environment: dict[str, str],
    application: str,
) -> Iterator[Switchhook]:
    made = Switchhook(asterisk, slack, database_url, more_environment)
    made.application = application
    with made as running:
        yield running


@pytest.fixture(scope="module")
def admin(slack: SlackStandIn, switchhook: Switchhook) -> SlackUser:
    return SlackUser(slack, switchhook.url, user_id=switchhook.admin_id, user_name="alice")
