"""One running Switchhook for all tests of a file; each test takes numbers of its own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from handlers.onboarding.context import OnboardingContext
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.handlers.onboarding.events import context_of
from tests.handlers.onboarding.hr_driver import HrDriver
from tests.server import ADMIN_ID, Switchhook, migrate, quiet_settings, settings_for
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


@pytest.fixture
def fresh_slack() -> Iterator[SlackStandIn]:
    with SlackStandIn() as running:
        yield running


@pytest.fixture
def context(
    fresh_asterisk: Asterisk, migrated_once: Path, tmp_path: Path, fresh_slack: SlackStandIn
) -> Iterator[OnboardingContext]:
    """What onboarding works with; Alice has a Slack account."""
    url = f"sqlite:///{shutil.copy(migrated_once, tmp_path / 'switchhook.db')}"
    more = {"SLACK_ADMINS": ADMIN_ID, "HR_DEPARTMENT_RANGES": "Sales=300-301"}
    system = Services.of(settings_for(fresh_asterisk, url, **more))
    fresh_slack.add_user("U0ALICE01", "alice", "alice@example.com")
    yield context_of(system, fresh_slack)
    system.database.close()


@pytest.fixture
def hr_driver(tmp_path: Path, migrated_once: Path, fresh_slack: SlackStandIn) -> Iterator[HrDriver]:
    """Hands in what HR systems deliver; nobody has started an Asterisk."""
    database = Path(shutil.copy(migrated_once, tmp_path / "switchhook.db"))
    system = Services.of(quiet_settings(database, fresh_slack))
    yield HrDriver(context_of(system, fresh_slack))
    system.database.close()
