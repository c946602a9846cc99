"""Signing in with Slack, and all that is to end on the sign-in page with what to do."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from handlers.pages.access import slack_sign_in
from handlers.slack import openid
from pbx.services import Services
from settings import Settings
from tests.handlers.pages.local_page import (
    ALICE,
    COOKIE,
    a_browser,
    an_app,
    app,
    browser,
    fault,
    offered,
    permitted,
    sessions,
    shared_app,
    system,
)
from tests.slack_stand_in import SlackStandIn

__all__ = ["app", "browser", "offered", "shared_app", "system"]
SLACK = "/extensions/sign-in/slack"
HOST = "phones.example.com"


def test_who_signs_in_with_slack_is_led_to_where_they_wanted_to_go(
    browser: FlaskClient, offered: Services
) -> None:
    answer = browser.get(permitted(browser, "/extensions?q=ali"))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/extensions?q=ali")
    (row,) = sessions(offered)
    assert (row.actor, row.name) == (f"slack:{ALICE}", "Alice Smith")
    assert "Alice Smith" in browser.get("/extensions").text


def test_the_cookies_are_for_this_host_alone_and_over_tls(browser: FlaskClient) -> None:
    asked = browser.get(f"{SLACK}/ask").headers["Set-Cookie"]
    answer = browser.get(permitted(browser))
    made = next(each for each in answer.headers.getlist("Set-Cookie") if each.startswith(f"{COOKIE}="))
    for cookie in (asked, made):
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
        assert cookie.startswith("__Host-")
        assert "Domain" not in cookie
    assert browser.get_cookie(slack_sign_in.COOKIE, HOST) is None


def test_the_sign_in_page_leads_to_slack_where_it_is_set_up(browser: FlaskClient) -> None:
    page = browser.get("/extensions/sign-in?next=/extensions?q%3Dali").text
    assert "https://phones.example.com/extensions/sign-in/slack/ask?next=" in page
    assert "flask login-link" in page


def test_who_declines_is_not_signed_in(browser: FlaskClient, slack: SlackStandIn, offered: Services) -> None:
    slack.oauth.consents = False
    answer = browser.get(permitted(browser))
    assert (answer.status_code, fault(answer)) == (403, slack_sign_in.DECLINED)
    assert "Sign in with Slack" in answer.text
    assert sessions(offered) == []


def test_an_answer_is_for_the_browser_that_asked(app: Flask, browser: FlaskClient, offered: Services) -> None:
    back = permitted(browser)
    another = a_browser(app)
    assert fault(another.get(back)) == slack_sign_in.OTHER_BROWSER
    permitted(another)  # it has asked, too
    answer = another.get(back)
    assert (answer.status_code, fault(answer)) == (400, slack_sign_in.OTHER_BROWSER)
    assert sessions(offered) == []


def test_the_same_answer_of_slacks_signs_nobody_in_again(browser: FlaskClient, offered: Services) -> None:
    back = permitted(browser)
    attempt = browser.get_cookie(slack_sign_in.COOKIE, HOST)
    assert attempt
    assert browser.get(back).status_code == 303
    browser.set_cookie(attempt.key, attempt.value, domain=HOST, secure=True)
    answer = browser.get(back)
    assert (answer.status_code, fault(answer)) == (400, slack_sign_in.USED.replace("'", "&#39;"))
    assert len(sessions(offered)) == 1


def test_a_program_that_looks_at_links_uses_nothing_up(browser: FlaskClient) -> None:
    back = permitted(browser)
    assert browser.head(back).status_code == 200
    assert browser.get(back).status_code == 303


def test_another_workspace_is_not_let_in(
    browser: FlaskClient, slack: SlackStandIn, offered: Services
) -> None:
    slack.oauth.team_id = "T0ANOTHER"
    answer = browser.get(permitted(browser))
    assert (answer.status_code, fault(answer)) == (403, slack_sign_in.OTHER_WORKSPACE.replace("'", "&#39;"))
    assert sessions(offered) == []


def test_while_slack_does_not_say_which_workspace_is_ours_nobody_is_let_in(
    slack: SlackStandIn, offered: Services
) -> None:
    browser = a_browser(an_app(offered))
    slack.fail_next("auth.test", status=503)
    answer = browser.get(permitted(browser))
    assert (answer.status_code, fault(answer)) == (503, slack_sign_in.UNKNOWN_WORKSPACE)
    assert sessions(offered) == []


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"deleted": True}, "Your account is deactivated in Slack"),
        ({"is_bot": True}, "Your account is a bot"),
        ({"is_stranger": True}, "Your account is of another workspace"),
    ],
)
def test_who_is_no_member_is_not_let_in(
    browser: FlaskClient, slack: SlackStandIn, offered: Services, facts: dict[str, bool], said: str
) -> None:
    slack.workspace.users[ALICE].update(facts)
    answer = browser.get(permitted(browser))
    assert answer.status_code == 403
    assert fault(answer).startswith(said)
    assert sessions(offered) == []


@pytest.mark.parametrize("fact", ["is_restricted", "is_ultra_restricted"])
def test_guests_of_the_workspace_are_let_in_as_they_may_type_commands(
    browser: FlaskClient, slack: SlackStandIn, offered: Services, fact: str
) -> None:
    slack.workspace.users[ALICE][fact] = True
    assert browser.get(permitted(browser)).status_code == 303
    assert [each.actor for each in sessions(offered)] == [f"slack:{ALICE}"]


def test_an_older_tabs_answer_leaves_the_newer_ones_attempt_alone(browser: FlaskClient) -> None:
    older, newer = permitted(browser), permitted(browser)
    assert browser.get(older).status_code == 400
    assert browser.get(newer).status_code == 303


def test_a_name_keeps_nothing_that_would_hide_what_stands_beside_it(
    browser: FlaskClient, slack: SlackStandIn, offered: Services
) -> None:
    slack.add_user(ALICE, "alice", real_name="\u202eecilA\u202c\n Smith \U0001f469\u200d\U0001f4bb\u2066")
    browser.get(permitted(browser))
    assert [each.name for each in sessions(offered)] == ["ecilA Smith \U0001f469\u200d\U0001f4bb"]


@pytest.mark.parametrize("method", ["openid.connect.token", "users.info"])
def test_slack_may_be_away(browser: FlaskClient, slack: SlackStandIn, offered: Services, method: str) -> None:
    back = permitted(browser)
    slack.fail_next(method, status=503)
    answer = browser.get(back)
    assert (answer.status_code, fault(answer)) == (503, slack_sign_in.AWAY)
    assert sessions(offered) == []


def test_a_wrong_client_secret_is_for_the_admins(browser: FlaskClient, slack: SlackStandIn) -> None:
    back, right = permitted(browser), slack.oauth.client_secret
    slack.oauth.client_secret = "another"
    answer = browser.get(back)
    slack.oauth.client_secret = right
    assert (answer.status_code, fault(answer)) == (502, slack_sign_in.NOT_SET_UP)


def test_a_code_that_slack_does_not_take_is_started_anew(browser: FlaskClient, slack: SlackStandIn) -> None:
    back = permitted(browser)
    slack.oauth.codes.clear()
    assert fault(browser.get(back)) == slack_sign_in.NOT_GOOD


def test_an_id_token_of_somebody_elses_attempt_signs_nobody_in(
    browser: FlaskClient, slack: SlackStandIn, offered: Services
) -> None:
    back = permitted(browser)
    slack.oauth.openid.claims = {"nonce": "of another browser"}
    assert fault(browser.get(back)) == slack_sign_in.NOT_GOOD
    assert sessions(offered) == []


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/extensions",
        "/extensions//evil.example",
        "/extensions\\evil.example",
        "/extensionsx",
        "/extensions/\r\nSet-Cookie: a=b",
        "/extensions/\x00",
        "javascript:alert(1)",
        "/api/docs",
        f"/extensions?q={'x' * 4000}",
    ],
)
def test_nobody_is_led_elsewhere(browser: FlaskClient, wanted: str) -> None:
    answer = browser.get(permitted(browser, wanted))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/extensions/start")


def test_whoever_was_signed_in_before_in_this_browser_is_not_any_more(
    browser: FlaskClient, offered: Services
) -> None:
    browser.get(permitted(browser))
    before = browser.get_cookie(COOKIE, HOST)
    browser.get(permitted(browser))
    after = browser.get_cookie(COOKIE, HOST)
    assert before
    assert after
    assert before.value != after.value
    assert len(sessions(offered)) == 1


def test_nothing_is_offered_that_is_not_set_up(offered: Services) -> None:
    given = offered.settings.model_dump(exclude_unset=True) | {"public_url": "http://127.0.0.1:8000"}
    settings: Settings = type(offered.settings)(_env_file=None, **given)
    assert openid.offered_at(settings) == ""
