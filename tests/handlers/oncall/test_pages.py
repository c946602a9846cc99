"""What comes back from Slack's page, and what must not be taken for it."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner
from sqlmodel import select
from werkzeug.test import TestResponse

from handlers.oncall import authorization, pages
from handlers.oncall.authorization import SCOPES
from models.status_connection import StatusConnection
from pbx.services import Services
from tests.slack_stand_in import SlackStandIn

ALICE, BOB = "U0ALICE01", "U0BOB0001"


@pytest.fixture
def offered(quiet: Services, slack: SlackStandIn) -> Services:
    """A phone system where people may connect."""
    more = {
        "public_url": "https://phones.example.com",
        "slack_client_id": slack.oauth.client_id,
        "slack_client_secret": slack.oauth.client_secret,
    }
    given = quiet.settings.model_dump(exclude_unset=True) | more
    slack.oauth.signed_in = ALICE
    return replace(quiet, settings=type(quiet.settings)(_env_file=None, **given))


@pytest.fixture
def browser(offered: Services) -> FlaskClient:
    app = Flask("switchhook")
    app.register_blueprint(pages.blueprint(offered))
    return app.test_client()


def link(services: Services, user_id: str = ALICE) -> str:
    return authorization.link(services.settings, user_id, "T1")


def permitted(services: Services, user_id: str = ALICE) -> str:
    """Where Slack sends the browser, as a path."""
    answer = requests.get(link(services, user_id), allow_redirects=False, timeout=60)
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["Location"])
    assert f"{back.scheme}://{back.netloc}{back.path}" == "https://phones.example.com/slack/oauth"
    return f"{back.path}?{back.query}"


def connected(services: Services) -> list[str]:
    with services.database.session() as session:
        return [row.slack_user_id for row in session.exec(select(StatusConnection))]


def title(answer: TestResponse) -> str:
    return answer.text.partition("<h1>")[2].partition("</h1>")[0]


def test_the_link_asks_for_no_more_than_the_status_needs(offered: Services) -> None:
    url = urlsplit(link(offered))
    query = {name: values[0] for name, values in parse_qs(url.query).items()}
    assert url.path == "/oauth/v2/authorize"
    assert query.pop("state")
    assert query == {
        "client_id": offered.settings.slack_client_id,
        "user_scope": "users.profile:read,users.profile:write",
        "redirect_uri": "https://phones.example.com/slack/oauth",
        "team": "T1",
    }


def test_what_somebody_permits_is_kept_encrypted(
    offered: Services, slack: SlackStandIn, browser: FlaskClient
) -> None:
    answer = browser.get(permitted(offered))
    assert (answer.status_code, title(answer)) == (200, "Your Slack status follows your phone")
    assert answer.headers["Cache-Control"] == "no-store"
    with offered.database.session() as session:
        row = session.exec(select(StatusConnection)).one()
    [token] = slack.oauth.tokens
    assert token not in row.encrypted_token
    assert offered.cipher.decrypt(row.encrypted_token).get_secret_value() == token


def test_a_link_works_once(offered: Services, browser: FlaskClient) -> None:
    browser.get(permitted(offered))
    back = permitted(offered)
    assert browser.get(back).status_code == 200
    answer = browser.get(back)
    assert (answer.status_code, title(answer)) == (400, "This link is not good any more")
    assert "/ext mystatus connect" in answer.text


def test_a_link_that_was_used_is_not_good_in_another_spelling(
    offered: Services, browser: FlaskClient
) -> None:
    first, second = permitted(offered), permitted(offered)
    assert browser.get(first).status_code == 200
    state = parse_qs(urlsplit(first).query)["state"][0]
    again = parse_qs(urlsplit(second).query)["code"][0]
    answer = browser.get("/slack/oauth", query_string={"code": again, "state": f"{state}="})
    assert (answer.status_code, title(answer)) == (400, "This link is not good any more")


def test_a_program_that_looks_at_links_uses_none_up(offered: Services, browser: FlaskClient) -> None:
    back = permitted(offered)
    assert browser.head(back).status_code == 200
    assert connected(offered) == []
    assert browser.get(back).status_code == 200


def test_a_link_of_long_ago_is_refused(
    offered: Services, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = permitted(offered)
    at = TimestampSigner("x").get_timestamp()
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: at + authorization.LINK_SECONDS + 5)
    assert title(browser.get(back)) == "This link is not good any more"
    assert connected(offered) == []


@pytest.mark.parametrize(
    "query", ["", "?code=1", "?code=1&state=x", "?state=WyJVIl0.a.b&error=access_denied"]
)
def test_what_is_no_answer_of_slacks_to_a_link_of_ours_is_refused(
    offered: Services, slack: SlackStandIn, browser: FlaskClient, query: str
) -> None:
    answer = browser.get(f"/slack/oauth{query}")
    assert (answer.status_code, title(answer)) == (400, "This link is not good any more")
    assert slack.called("oauth.v2.access") == []


def test_who_declines_reads_that_nothing_has_changed(
    offered: Services, slack: SlackStandIn, browser: FlaskClient
) -> None:
    slack.oauth.consents = False
    answer = browser.get(permitted(offered))
    assert (answer.status_code, title(answer)) == (200, "You said no")
    assert connected(offered) == []


def test_a_permission_of_somebody_else_is_given_back(
    offered: Services, slack: SlackStandIn, browser: FlaskClient
) -> None:
    answer = browser.get(permitted(offered, BOB))  # Alice follows a link of Bob's
    assert (answer.status_code, title(answer)) == (403, "That was another Slack account")
    assert connected(offered) == []
    assert [token.fault for token in slack.oauth.tokens.values()] == ["token_revoked"]


def test_a_permission_that_its_owner_has_given_before_stays_when_it_is_lured_out_of_them(
    offered: Services, slack: SlackStandIn, browser: FlaskClient
) -> None:
    browser.get(permitted(offered))
    browser.get(permitted(offered, BOB))
    assert connected(offered) == [ALICE]
    assert [token.fault for token in slack.oauth.tokens.values()] == [""]


def test_a_permission_in_another_workspace_is_not_taken(
    offered: Services, slack: SlackStandIn, browser: FlaskClient
) -> None:
    slack.oauth.team_id = "T0ANOTHER"
    answer = browser.get(permitted(offered))
    assert (answer.status_code, title(answer)) == (403, "That was another workspace")
    assert connected(offered) == []


def test_a_permission_that_is_not_enough_is_not_taken(
    offered: Services, slack: SlackStandIn, browser: FlaskClient
) -> None:
    slack.oauth.allowed = SCOPES[:1]
    assert title(browser.get(permitted(offered))) == "A permission is missing"
    assert connected(offered) == []


def test_a_code_that_slack_does_not_take_is_started_anew(
    offered: Services, slack: SlackStandIn, browser: FlaskClient
) -> None:
    back = permitted(offered)
    slack.oauth.codes.clear()
    assert title(browser.get(back)) == "This link is not good any more"


def test_a_wrong_client_secret_is_for_the_admins(
    offered: Services, slack: SlackStandIn, browser: FlaskClient
) -> None:
    back = permitted(offered)
    slack.oauth.client_secret = "another"
    answer = browser.get(back)
    assert (answer.status_code, title(answer)) == (502, "This is not set up right yet")
    assert "SLACK_CLIENT_SECRET" in answer.text


def test_slack_may_be_away(offered: Services, slack: SlackStandIn, browser: FlaskClient) -> None:
    back = permitted(offered)
    slack.fail_next("oauth.v2.access", status=503)
    assert title(browser.get(back)) == "Slack does not answer right now"
