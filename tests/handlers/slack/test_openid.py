"""Who Slack says somebody is, and what must not be taken for it."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from itsdangerous import TimestampSigner
from slack_sdk.errors import SlackApiError

from handlers.slack import openid
from handlers.slack.openid import Attempt, Identity, NotIdentified
from pbx.services import Services
from settings import Settings
from tests.handlers.pages.local_page import ALICE, offered, system
from tests.one_server import slack
from tests.slack_stand_in import SlackStandIn

__all__ = ["offered", "slack", "system"]


@pytest.fixture
def settings(offered: Services) -> Settings:
    return offered.settings


@pytest.fixture
def attempt() -> Attempt:
    return Attempt.new("/extensions/101")


def permitted(settings: Settings, attempt: Attempt, team_id: str = "T1") -> dict[str, str]:
    """What Slack sends the browser back with."""
    link = openid.link(settings, attempt, team_id)
    answer = requests.get(link, allow_redirects=False, timeout=60)
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["Location"])
    assert (
        f"{back.scheme}://{back.netloc}{back.path}" == "https://phones.example.com/extensions/sign-in/slack"
    )
    return {name: values[0] for name, values in parse_qs(back.query).items()}


def test_slack_is_asked_for_no_more_than_who_they_are(settings: Settings, attempt: Attempt) -> None:
    url = urlsplit(openid.link(settings, attempt, "T1"))
    assert url.path == "/openid/connect/authorize"
    assert {name: values[0] for name, values in parse_qs(url.query).items()} == {
        "response_type": "code",
        "client_id": settings.slack_client_id,
        "scope": "openid",
        "redirect_uri": "https://phones.example.com/extensions/sign-in/slack",
        "team": "T1",
        "state": attempt.state,
        "nonce": attempt.nonce,
    }


def test_who_comes_back_is_who_slack_says(settings: Settings, attempt: Attempt, slack: SlackStandIn) -> None:
    back = permitted(settings, attempt)
    assert attempt.is_answered_by(back["state"])
    found = openid.identify(settings, back["code"], attempt.nonce)
    assert found == Identity(ALICE, slack.workspace.team_id)


LONG_AGO = int(time.time()) - openid.CLOCK_SECONDS - 60
LATER = int(time.time()) + 24 * 3600
CLAIMS: list[dict[str, Any]] = [
    {"iss": "https://accounts.example.com"},
    {"aud": "another.app"},
    {"nonce": "of another browser"},
    {"nonce": None},
    {"exp": LONG_AGO},
    {"exp": None},
    {"iat": LATER, "exp": LATER + 300},
    {openid.USER: None},
    {openid.TEAM: None},
]


@pytest.mark.parametrize("claims", CLAIMS, ids=" ".join)
def test_an_id_token_that_is_not_for_this_browser_is_nobodys(
    settings: Settings, attempt: Attempt, slack: SlackStandIn, claims: dict[str, Any]
) -> None:
    back = permitted(settings, attempt)
    slack.oauth.openid.claims = claims
    with pytest.raises(NotIdentified):
        openid.identify(settings, back["code"], attempt.nonce)


def test_an_answer_without_an_id_token_is_nobodys(settings: Settings, attempt: Attempt) -> None:
    with pytest.raises(NotIdentified):
        openid._claims(settings, "")
    with pytest.raises(NotIdentified):
        openid._claims(settings, "a.b.c")


def test_a_code_is_good_once(settings: Settings, attempt: Attempt) -> None:
    back = permitted(settings, attempt)
    openid.identify(settings, back["code"], attempt.nonce)
    with pytest.raises(SlackApiError, match="invalid_code"):
        openid.identify(settings, back["code"], attempt.nonce)


def test_an_attempt_is_this_browsers_for_ten_minutes(
    settings: Settings, attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    cookie = attempt.signed(settings)
    assert Attempt.read(settings, cookie) == attempt
    assert Attempt.read(settings, f"{cookie}x") is None
    assert Attempt.read(settings, "") is None
    assert not attempt.is_answered_by(Attempt.new("/extensions").state)
    assert not attempt.is_answered_by("ä")
    at = TimestampSigner("x").get_timestamp()
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: at + openid.ATTEMPT_SECONDS + 5)
    assert Attempt.read(settings, cookie) is None


def test_an_attempt_is_answered_once(offered: Services, attempt: Attempt) -> None:
    assert attempt.is_first_answer(offered.database)
    assert not attempt.is_first_answer(offered.database)
    assert Attempt.new("/extensions").is_first_answer(offered.database)


def test_an_attempt_outlives_a_new_key_in_front_of_the_old_one(settings: Settings, attempt: Attempt) -> None:
    cookie = attempt.signed(settings)
    old = [key.get_secret_value() for key in settings.secret_key]
    given = settings.model_dump(exclude_unset=True)
    renewed = type(settings)(_env_file=None, **given | {"secret_key": ",".join(["n" * 32, *old])})
    assert Attempt.read(renewed, cookie) == attempt
    forgotten = type(settings)(_env_file=None, **given | {"secret_key": "n" * 32})
    assert Attempt.read(forgotten, cookie) is None
