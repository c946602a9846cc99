"""Signing in with Slack and out again: a real web process behind a web server with TLS, as nginx's example has it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Request

from models.actor import Actor
from tests.browser_bed import NewPage, check_accessible, expect, screenshot
from tests.handlers.pages.local_page import ALICE, COOKIE
from tests.handlers.pages.signing_in import CSRF, PageUser, make_link
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
def visitor(web_server: WebServer, switchhook: Switchhook) -> Iterator[requests.Session]:
    web_server.backend = switchhook.url
    with requests.Session() as made:
        made.verify, made.trust_env = str(web_server.ca_file), False
        yield made


def test_somebody_signs_in_with_slack_and_out_again(visitor: requests.Session, web_server: WebServer) -> None:
    page = visitor.get(f"{web_server.url}/extensions?q=ali")
    assert page.url == f"{web_server.url}/extensions/sign-in?next=/extensions?q%3Dali"
    assert "not-encrypted" not in page.text
    (ask,) = [part.partition('"')[0] for part in page.text.split('href="')[1:] if "/slack/ask" in part]
    assert ask.startswith(f"{web_server.url}/extensions/sign-in/slack/ask?")
    page = visitor.get(ask.replace("&amp;", "&"))
    assert (page.status_code, page.url) == (200, f"{web_server.url}/extensions?q=ali")
    assert "Alice Smith" in page.text
    (cookie,) = [each for each in visitor.cookies if each.name == COOKIE]
    assert cookie.secure
    _out(visitor, web_server, page, "http://evil.example", 403)
    _out(visitor, web_server, page, web_server.url, 200)
    assert visitor.get(f"{web_server.url}/extensions").url.startswith(f"{web_server.url}/extensions/sign-in")


def _out(
    visitor: requests.Session, web_server: WebServer, page: requests.Response, origin: str, status: int
) -> None:
    found = CSRF.search(page.text)
    assert found
    answer = visitor.post(
        f"{web_server.url}/extensions/sign-out", data={"csrf": found[1]}, headers={"Origin": origin}
    )
    assert answer.status_code == status


def test_a_web_server_that_does_not_say_that_it_speaks_tls_is_noticed(
    switchhook: Switchhook, admin: PageUser, colleague: PageUser
) -> None:
    """As a site of before the page: it says neither the name nor the protocol."""
    address = f"{switchhook.url}/extensions/sign-in"
    passed_on = requests.get(address, headers={"X-Forwarded-For": "192.0.2.7"}, timeout=60)
    assert "not-encrypted" in passed_on.text
    assert "not-encrypted" not in requests.get(address, timeout=60).text
    told = [user.get(headers={"X-Forwarded-For": "192.0.2.7"}).text for user in (admin, colleague)]
    assert ["not-encrypted" in text for text in told] == [True, False]


def test_a_person_signs_in_with_slack_and_out_everywhere_in_a_real_browser(
    new_page: NewPage, web_server: WebServer, switchhook: Switchhook
) -> None:
    web_server.backend = switchhook.url
    page = new_page(ignore_https_errors=True)
    page.goto(f"{web_server.url}/extensions?q=ali")
    check_accessible(page)
    screenshot(page, "sign-in")
    page.get_by_role("link", name="Sign in with Slack").click()
    expect(page).to_have_url(f"{web_server.url}/extensions?q=ali")
    assert [each["name"] for each in page.context.cookies()] == [COOKIE]
    page.get_by_role("link", name="Alice Smith").click()
    expect(page.get_by_role("heading")).to_have_text("Signed in as Alice Smith")
    check_accessible(page)
    screenshot(page, "sign-out")
    page.get_by_role("button", name="Sign out everywhere").click()
    expect(page).to_have_url(f"{web_server.url}/extensions/sign-in")
    assert page.context.cookies() == []


def test_a_link_says_whom_it_signs_in_before_it_does(
    new_page: NewPage, switchhook: Switchhook, database_url: str
) -> None:
    page = new_page()
    sent: list[Request] = []

    def note(request: Request) -> None:
        sent.append(request)

    page.on("request", note)
    link = make_link(database_url, Actor("cli", "root"), "root <b>")
    page.goto(f"{switchhook.url}/extensions/sign-in/link/{link}")
    expect(page.get_by_role("heading")).to_have_text("Sign in as root <b>?")
    check_accessible(page)
    screenshot(page, "sign-in-link")
    page.get_by_role("button").click()
    expect(page.get_by_role("link", name="root <b>")).to_be_visible()
    referers = {each.all_headers().get("referer", "") for each in sent}
    assert referers == {"", f"{switchhook.url}/"}  # never the link: web servers log them


def test_no_line_of_the_log_has_a_token(switchhook: Switchhook, database_url: str) -> None:
    user = PageUser(switchhook.url, database_url, Actor("cli", "root"), "root")
    link = make_link(database_url, Actor("cli", "root"), "root")
    secrets = [link, user.csrf(), *user.browser.cookies.values(), "code-of-slack", "state-of-slack"]
    pages = f"{switchhook.url}/extensions"
    requests.get(f"{pages}/sign-in/link/{link}", timeout=60)
    requests.get(f"{pages}/sign-in/link/{link}/more", timeout=60)
    requests.get(f"{pages}/sign-in/slack?code=code-of-slack&state=state-of-slack", timeout=60)
    requests.get(f"{pages}/sign-in/slack?error=code-of-slack&state=state-of-slack", timeout=60)
    requests.post(f"{pages}/sign-in/link/{link}x", timeout=60)
    user.get("/nothing?code=code-of-slack")
    user.post("/sign-out")
    log = switchhook.log_text()
    assert "/extensions/sign-in/\\u2026" in log
    assert [each for each in secrets if each in log] == []
