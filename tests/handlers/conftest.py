"""One running Switchhook for all tests of a file; each test takes numbers of its own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.asterisk_bed import Asterisk
from tests.running import Switchhook, migrate
from tests.slack_stand_in import SlackStandIn, SlackUser


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="switchhook-"))
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def asterisk(folder: Path) -> Iterator[Asterisk]:
    with Asterisk(folder / "pbx") as running:
        yield running


@pytest.fixture(scope="module")
def slack() -> Iterator[SlackStandIn]:
    with SlackStandIn() as running:
        running.set_usergroups({"S0PHONES": ["U0MEMBER1"]})
        yield running


@pytest.fixture(scope="module")
def database_url(folder: Path) -> str:
    url = f"sqlite:///{folder / 'switchhook.db'}"
    migrate(url)
    return url


@pytest.fixture(scope="module")
def switchhook(asterisk: Asterisk, slack: SlackStandIn, database_url: str) -> Iterator[Switchhook]:
    with Switchhook(asterisk, slack, database_url, {"SLACK_ADMINS": "U0ADMIN01,S0PHONES"}) as running:
        yield running


@pytest.fixture(scope="module")
def admin(slack: SlackStandIn, switchhook: Switchhook) -> SlackUser:
    return SlackUser(slack, switchhook.url, user_id=switchhook.admin_id, user_name="alice")


@pytest.fixture(scope="module")
def guest(slack: SlackStandIn, switchhook: Switchhook) -> SlackUser:
    return SlackUser(slack, switchhook.url, user_id="U0GUEST01", user_name="guest")
