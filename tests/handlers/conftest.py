"""One running Switchhook for all tests of a file; each test takes numbers of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from handlers.onboarding.context import OnboardingContext
from models.database import Database
from models.lease import LISTENER_LEASE, LeaseHolder
from pbx.services import Services
from tests import one_server
from tests.asterisk_bed import Asterisk
from tests.handlers.onboarding.events import context_of
from tests.handlers.onboarding.hr_driver import HrDriver
from tests.server import ADMIN_ID, Switchhook, quiet_settings, settings_for
from tests.slack_stand_in import SlackStandIn, SlackUser

folder, asterisk, database_url = one_server.folder, one_server.asterisk, one_server.database_url
switchhook, admin = one_server.switchhook, one_server.admin


@pytest.fixture(scope="module")
def slack(way: str) -> Iterator[SlackStandIn]:
    with SlackStandIn() as running:
        running.socket_mode = way == "socket"
        running.set_usergroups({"S0PHONES": ["U0MEMBER1"]})
        yield running
        assert running.sockets.violations == []


@pytest.fixture(scope="module")
def more_environment() -> dict[str, str]:
    return {"SLACK_ADMINS": "U0ADMIN01,S0PHONES"}


@pytest.fixture(scope="module")
def guest(slack: SlackStandIn, switchhook: Switchhook) -> SlackUser:
    return SlackUser(slack, switchhook.url, user_id="U0GUEST01", user_name="guest")


@pytest.fixture
def has_listener(database_url: str) -> Iterator[None]:
    """Somebody holds the listener's lease, so that the doctor need not watch for a while whether anybody does."""
    with closing(Database(database_url)) as database:
        holder = LeaseHolder(database, LISTENER_LEASE)
        assert holder.acquire()
        yield
        holder.release()


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
    more |= {"SLACK_API_URL": fresh_slack.url, "SLACK_BOT_TOKEN": fresh_slack.bot_token}
    services = Services.of(settings_for(fresh_asterisk, url, **more))
    fresh_slack.add_user("U0ALICE01", "alice", "alice@example.com")
    yield context_of(services, fresh_slack)
    services.database.close()


@pytest.fixture
def hr_driver(tmp_path: Path, migrated_once: Path, fresh_slack: SlackStandIn) -> Iterator[HrDriver]:
    """Hands in what HR systems deliver; nobody has started an Asterisk."""
    database = Path(shutil.copy(migrated_once, tmp_path / "switchhook.db"))
    services = Services.of(quiet_settings(database, fresh_slack))
    yield HrDriver(context_of(services, fresh_slack))
    services.database.close()
