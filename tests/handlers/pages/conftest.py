"""One running Switchhook for all tests of a module, and people who are signed in on its page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext

from models.actor import Actor
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.browser_bed import NewPage
from tests.handlers.pages.signing_in import PageUser
from tests.handlers.pages.tabs import SignedIn, give_cookie
from tests.one_server import asterisk, database_url, folder, more_environment, slack, switchhook
from tests.server import Switchhook, settings_for
from tests.slack_stand_in import SlackStandIn, SlackUser

__all__ = ["asterisk", "database_url", "folder", "more_environment", "slack", "switchhook"]


@pytest.fixture(scope="module")
def application() -> str:
    return "tests.patient_app:app"


@pytest.fixture(scope="module")
def admin(switchhook: Switchhook, database_url: str) -> PageUser:
    return PageUser(switchhook.url, database_url, Actor.slack(switchhook.admin_id), "Alice Admin")


@pytest.fixture(scope="module")
def colleague(switchhook: Switchhook, database_url: str) -> PageUser:
    """Somebody of the workspace who is no admin."""
    return PageUser(switchhook.url, database_url, Actor.slack("U0BOB0001"), "Bob")


@pytest.fixture(scope="module")
def services(switchhook: Switchhook, asterisk: Asterisk, database_url: str) -> Iterator[Services]:
    """What the server has, for tests to prepare something by."""
    made = Services.of(settings_for(asterisk, database_url))
    yield made
    made.database.close()


@pytest.fixture(scope="module")
def in_slack(slack: SlackStandIn, switchhook: Switchhook) -> SlackUser:
    return SlackUser(slack, switchhook.url, user_id=switchhook.admin_id, user_name="alice")


@pytest.fixture
def signed_in(new_page: NewPage) -> SignedIn:
    """Give a browser somebody's session; tabs are opened by open_tab()."""

    def sign_in(user: PageUser) -> BrowserContext:
        context = new_page().context
        give_cookie(context, user)
        return context

    return sign_in
