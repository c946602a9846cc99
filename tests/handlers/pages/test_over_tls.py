"""Signing in with Slack and out again: a real web process behind a web server with TLS, as nginx's example has it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from tests.handlers.pages.local_page import ALICE, COOKIE
from tests.handlers.pages.signing_in import CSRF
from tests.installation.web_server import WebServer
from tests.server import Switchhook
from tests.slack_stand_in import SlackStandIn


@pytest.fixture(scope="module")
def web_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    with WebServer(tmp_path_factory.mktemp("tls"), port=1) as running:
        yield running


@pytest.fixture(scope="module")
def more_environment(web_server: WebServer, slack: SlackStandIn) -> dict[str, str]:
    slack.oauth.redirect_url = web_server.url
    slack.add_user(ALICE, "alice", real_name="Alice Smith")
    slack.oauth.signed_in = ALICE
    return {
        "PUBLIC_URL": web_server.url,
        "SLACK_CLIENT_ID": slack.oauth.client_id,
        "SLACK_CLIENT_SECRET": slack.oauth.client_secret,
    }


@pytest.fixture
def browser(web_server: WebServer, switchhook: Switchhook) -> Iterator[requests.Session]:
    web_server.backend = switchhook.url
    with requests.Session() as made:
        made.verify, made.trust_env = str(web_server.ca_file), False
        yield made


def test_somebody_signs_in_with_slack_and_out_again(browser: requests.Session, web_server: WebServer) -> None:
    page = browser.get(f"{web_server.url}/extensions?q=ali")
    assert page.url == f"{web_server.url}/extensions/sign-in?next=/extensions?q%3Dali"
    assert "not-encrypted" not in page.text
    (ask,) = [part.partition('"')[0] for part in page.text.split('href="')[1:] if "/slack/ask" in part]
    assert ask.startswith(f"{web_server.url}/extensions/sign-in/slack/ask?")
    page = browser.get(ask.replace("&amp;", "&"))
    assert (page.status_code, page.url) == (200, f"{web_server.url}/extensions?q=ali")
    assert "Alice Smith" in page.text
    (cookie,) = [each for each in browser.cookies if each.name == COOKIE]
    assert cookie.secure
    _out(browser, web_server, page, "http://evil.example", 403)
    _out(browser, web_server, page, web_server.url, 200)
    assert browser.get(f"{web_server.url}/extensions").url.startswith(f"{web_server.url}/extensions/sign-in")


def _out(
    browser: requests.Session, web_server: WebServer, page: requests.Response, origin: str, status: int
) -> None:
    found = CSRF.search(page.text)
    assert found
    answer = browser.post(
        f"{web_server.url}/extensions/sign-out", data={"csrf": found[1]}, headers={"Origin": origin}
    )
    assert answer.status_code == status


def test_a_web_server_that_does_not_say_that_it_speaks_tls_is_noticed(switchhook: Switchhook) -> None:
    """As a site of before the page: it says neither the name nor the protocol."""
    address = f"{switchhook.url}/extensions/sign-in"
    passed_on = requests.get(address, headers={"X-Forwarded-For": "192.0.2.7"}, timeout=30)
    assert "not-encrypted" in passed_on.text
    assert "not-encrypted" not in requests.get(address, timeout=30).text
