"""The page in this process, at an address with https, with “Sign in with Slack”; Slack is the stand-in, Asterisk is away."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import delete, select

import logs
from app import create_app
from handlers.pages.access import members
from handlers.slack import workspace
from models import login_link
from models.actor import Actor
from models.extension import Extension
from models.login_link import LoginLink
from models.web_session import WebSession
from pbx.services import Services
from tests.server import quiet_settings
from tests.slack_stand_in import SlackStandIn
from tests.waiting import SECONDS

ALICE, BOB = "U0ALICE01", "U0BOB0001"
PUBLIC_URL = "https://phones.example.com"
COOKIE = "__Host-switchhook"


@pytest.fixture(scope="module")
def system(
    tmp_path_factory: pytest.TempPathFactory, migrated_once: Path, slack: SlackStandIn
) -> Iterator[Services]:
    """A phone system with all that “Sign in with Slack” takes, for all tests of a module."""
    database = shutil.copy(migrated_once, tmp_path_factory.mktemp("page") / "switchhook.db")
    settings = quiet_settings(
        Path(database),
        slack,
        public_url=PUBLIC_URL,
        slack_client_id=slack.oauth.client_id,
        slack_client_secret=slack.oauth.client_secret,
        slack_admins=ALICE,
    )
    built = Services.of(settings)
    yield built
    built.database.close()


@pytest.fixture
def offered(system: Services, slack: SlackStandIn) -> Services:
    """With nobody signed in, and no extension. Alice is an admin, Bob is not; Alice's browser is signed in at Slack."""
    with system.database.session() as session:
        for table in (WebSession, LoginLink, Extension):
            session.exec(delete(table))
    slack.add_user(ALICE, "alice", real_name="Alice Smith")
    slack.add_user(BOB, "bob", real_name="Bob Brown")
    slack.clear_faults()
    slack.oauth.signed_in, slack.oauth.consents, slack.oauth.team_id = ALICE, True, ""
    slack.oauth.openid.claims = {}
    return system


@pytest.fixture(scope="module")
def shared_app(system: Services) -> Flask:
    return an_app(system)


@pytest.fixture
def app(offered: Services, shared_app: Flask) -> Flask:
    return shared_app


def an_app(services: Services) -> Flask:
    """One that has asked Slack nothing yet, and will wait for its answers."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        for module in (members, workspace):
            monkeypatch.setattr(module, "ASK_SECONDS", SECONDS)
        monkeypatch.setattr(logs, "configure", lambda: None)  # pytest's own log stays as it is
        return create_app(services.settings)


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    return a_browser(app)


def a_browser(app: Flask, url: str = PUBLIC_URL) -> FlaskClient:
    """One that goes to this address alone."""
    made = app.test_client()
    made.open = partial(made.open, base_url=url)  # type: ignore[method-assign] # what all of its requests go through
    return made


def permitted(browser: FlaskClient, wanted: str = "") -> str:
    """Where Slack sends the browser back to, as a path."""
    asked = browser.get("/extensions/sign-in/slack/ask", query_string={"next": wanted} if wanted else {})
    assert asked.status_code == 303, asked.text
    answer = requests.get(asked.headers["Location"], allow_redirects=False, timeout=60)
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["Location"])
    assert f"{back.scheme}://{back.netloc}" == PUBLIC_URL
    return f"{back.path}?{back.query}"


def signed_in(browser: FlaskClient, services: Services, actor: Actor, name: str = "Alice") -> FlaskClient:
    """The browser, after a link."""
    with services.database.session() as session:
        token = login_link.make(session, actor, name)
    answer = browser.post(f"/extensions/sign-in/link/{token}")
    assert answer.status_code == 303, answer.text
    return browser


def csrf_of(browser: FlaskClient) -> str:
    """What the forms of this session carry."""
    page = browser.get("/extensions/sign-out").text
    return str(page.partition('name="csrf" value="')[2].partition('"')[0])


def sessions(services: Services) -> list[WebSession]:
    with services.database.session() as session:
        return list(session.exec(select(WebSession).order_by(WebSession.id)))  # type: ignore[arg-type] # a column


def fault(answer: Any) -> str:
    """What the page says went wrong."""
    text = answer.text.partition('<p class="notice fault"')[2]
    return str(text.partition(">")[2].partition("</p>")[0])
