"""The page in this process, at an address with https, with “Sign in with Slack”; Slack is the stand-in, Asterisk is away."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from handlers.pages import blueprint
from handlers.slack.admins import Admins
from handlers.slack.client import slack_client
from handlers.streams.hub import HUB, StreamHub
from models import login_link
from models.actor import Actor
from models.web_session import WebSession
from pbx.services import Services
from tests.slack_stand_in import SlackStandIn

ALICE, BOB = "U0ALICE01", "U0BOB0001"
PUBLIC_URL = "https://phones.example.com"
COOKIE = "__Host-switchhook"


@pytest.fixture
def offered(quiet: Services, slack: SlackStandIn) -> Services:
    """A phone system with all that “Sign in with Slack” takes. Alice is an admin, Bob is not."""
    more = {
        "public_url": PUBLIC_URL,
        "slack_client_id": slack.oauth.client_id,
        "slack_client_secret": slack.oauth.client_secret,
        "slack_admins": ALICE,
    }
    given = quiet.settings.model_dump(exclude_unset=True) | more
    slack.add_user(ALICE, "alice", real_name="Alice Smith")
    slack.add_user(BOB, "bob", real_name="Bob Brown")
    slack.oauth.signed_in, slack.oauth.consents, slack.oauth.team_id = ALICE, True, ""
    slack.oauth.openid.claims = {}
    return replace(quiet, settings=type(quiet.settings)(_env_file=None, **given))


@pytest.fixture
def app(offered: Services) -> Flask:
    made = Flask("switchhook")
    made.extensions[HUB] = StreamHub(offered.database)
    admins = Admins(offered.settings.slack_admins, slack_client(offered.settings))
    blueprint.register(made, offered, admins)
    return made


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
    answer = requests.get(asked.headers["Location"], allow_redirects=False, timeout=10)
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
