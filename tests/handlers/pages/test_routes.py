"""Who may open a page, and what a form needs to be taken."""

from __future__ import annotations

import requests

from models.actor import Actor
from tests.handlers.pages.signing_in import PageUser, make_link
from tests.server import Switchhook


def test_who_is_not_signed_in_is_led_to_signing_in_and_back(switchhook: Switchhook) -> None:
    answer = requests.get(f"{switchhook.url}/extensions?q=ali", allow_redirects=False, timeout=30)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/extensions/sign-in?next=/extensions?q%3Dali"


def test_a_link_signs_in_once_and_only_by_its_button(switchhook: Switchhook, database_url: str) -> None:
    address = (
        f"{switchhook.url}/extensions/sign-in/link/{make_link(database_url, Actor('cli', 'root'), 'root')}"
    )
    assert "Sign in as root" in requests.get(address, timeout=30).text
    assert "Sign in as root" in requests.get(address, timeout=30).text  # a preview uses nothing up
    assert "Sign out" in requests.post(address, timeout=30).text
    assert requests.post(address, timeout=30).status_code == 404
    assert requests.get(address, timeout=30).status_code == 404


def test_after_signing_out_the_cookie_is_worth_nothing(switchhook: Switchhook, database_url: str) -> None:
    user = PageUser(switchhook.url, database_url, Actor("cli", "root"), "root")
    cookie = dict(user.browser.cookies)
    assert "Sign in" in user.post("/sign-out").text
    answer = requests.get(f"{switchhook.url}/extensions", cookies=cookie, allow_redirects=False, timeout=30)
    assert answer.status_code == 303


def test_a_form_of_another_origin_or_session_does_nothing(admin: PageUser, colleague: PageUser) -> None:
    address = f"{admin.url}/sign-out"
    refused = [
        admin.browser.post(address),
        admin.browser.post(address, data={"csrf": colleague.csrf()}),
        admin.browser.post(address, data={"csrf": admin.csrf()}, headers={"Origin": "https://evil.example"}),
        admin.browser.post(address, data={"csrf": admin.csrf()}, headers={"Sec-Fetch-Site": "cross-site"}),
    ]
    assert [answer.status_code for answer in refused] == [403] * 4
    assert "Sign out" in admin.get().text


def test_what_there_is_not_is_a_page_with_the_way_back(admin: PageUser) -> None:
    answer = admin.get("/nothing/here")
    assert answer.status_code == 404
    assert "To the extensions" in answer.text


def test_no_line_of_the_log_has_a_token(switchhook: Switchhook, database_url: str) -> None:
    user = PageUser(switchhook.url, database_url, Actor("cli", "root"), "root")
    link = make_link(database_url, Actor("cli", "root"), "root")
    secrets = [link, user.csrf(), *user.browser.cookies.values(), "code-of-slack", "state-of-slack"]
    pages = f"{switchhook.url}/extensions"
    requests.get(f"{pages}/sign-in/link/{link}", timeout=30)
    requests.get(f"{pages}/sign-in/link/{link}/more", timeout=30)
    requests.get(f"{pages}/sign-in/slack?code=code-of-slack&state=state-of-slack", timeout=30)
    requests.get(f"{pages}/sign-in/slack?error=code-of-slack&state=state-of-slack", timeout=30)
    requests.post(f"{pages}/sign-in/link/{link}x", timeout=30)
    user.get("/nothing?code=code-of-slack")
    user.post("/sign-out")
    log = switchhook.log_text()
    assert "/extensions/sign-in/\\u2026" in log
    assert [each for each in secrets if each in log] == []
