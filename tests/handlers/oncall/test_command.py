"""/ext mystatus: what is offered to whom, and that everything is taken back."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from handlers.oncall import command
from handlers.slack.command_text import Arguments
from models import status_connection
from pbx.errors import Refusal
from pbx.services import Services
from tests.handlers.oncall.conftest import ALICE, KeeperBed
from tests.slack_stand_in import SlackStandIn


def say(services: Services, *words: str, by: str = ALICE) -> str:
    answer = command.run(services, Arguments(words=words, settings={}, asked_by=by))
    return f"{answer.text}\n{answer.blocks}"


def disconnect(bed: KeeperBed, *numbers: str) -> str:
    """Return what Alice reads, while rounds are made, in which these talk."""
    answers: list[str] = []
    asking = threading.Thread(target=lambda: answers.append(say(bed.services, "disconnect")))
    asking.start()
    while asking.is_alive():
        bed.round(*numbers)
    return answers[0]


@pytest.fixture
def offered(bed: KeeperBed) -> Services:
    oauth = bed.slack.oauth
    more = {"slack_client_id": oauth.client_id, "slack_client_secret": oauth.client_secret}
    given = bed.services.settings.model_dump(exclude_unset=True) | more
    settings = type(bed.services.settings)(_env_file=None, public_url="https://phones.example.com", **given)
    return replace(bed.services, settings=settings)


def test_connecting_is_offered_to_who_has_an_extension(offered: Services, slack: SlackStandIn) -> None:
    assert f"{slack.root_url}/oauth/v2/authorize?client_id=" in say(offered, "connect")
    with pytest.raises(Refusal, match="no extension is yours"):
        say(offered, "connect", by="U0GUEST01")


def test_without_its_settings_it_is_not_offered(bed: KeeperBed) -> None:
    with pytest.raises(Refusal, match="is not set up here"):
        say(bed.services, "connect")
    assert "does not follow your phone" in say(bed.services)


def test_when_slack_is_away_it_says_so(offered: Services, slack: SlackStandIn) -> None:
    slack.fail_next("auth.test", status=503)
    with pytest.raises(Refusal, match="Slack does not answer"):
        say(offered, "connect")


def test_a_typo_is_answered_with_the_usage(offered: Services) -> None:
    with pytest.raises(Refusal, match="disconnect"):
        say(offered, "disconect")


def test_it_is_shown_since_when(offered: Services, bed: KeeperBed) -> None:
    bed.connect()
    assert "Your Slack status follows extension 101*, since <!date^" in say(offered, "show")


def test_disconnecting_takes_everything_back(bed: KeeperBed) -> None:
    token = bed.connect()
    bed.round("101")
    assert "Switchhook has given its permission back to Slack" in disconnect(bed, "101")
    assert (bed.rows(), bed.words(), bed.slack.oauth.tokens[token].fault) == ([], "", "token_revoked")
    assert "nothing to disconnect" in say(bed.services, "disconnect")


def test_what_slack_does_not_take_back_yet_is_tried_again(
    bed: KeeperBed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "END_SECONDS", 0.1)
    token = bed.connect()
    bed.slack.fail_next("auth.revoke", error="internal_error")
    assert "Slack has not taken the permission back yet" in say(bed.services, "disconnect")
    assert "does not follow your phone" in say(bed.services, "show")
    while bed.rows():
        bed.round("101")
    assert bed.slack.oauth.tokens[token].fault == "token_revoked"
    assert bed.sets() == []


def test_a_token_that_may_not_clear_the_status_any_more_is_given_back_all_the_same(bed: KeeperBed) -> None:
    token = bed.connect()
    bed.round("101")
    bed.slack.oauth.issue(ALICE, ())
    assert "given its permission back" in disconnect(bed, "101")
    assert bed.slack.oauth.tokens[token].fault == "token_revoked"


def test_the_only_copy_of_a_token_is_kept_while_slack_refuses_whatever_comes_from_here(
    bed: KeeperBed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "END_SECONDS", 0.5)
    bed.connect()
    for method in ("auth.revoke", "auth.test"):
        bed.slack.fail_until_cleared(method, error="invalid_auth")
    assert "Slack has not taken the permission back yet" in disconnect(bed)
    assert len(bed.rows()) == 1


def test_a_token_that_no_key_opens_is_forgotten_and_nobody_says_that_slack_was_told(bed: KeeperBed) -> None:
    with bed.services.database.session() as session:
        status_connection.save(session, ALICE, "sealed with a key that is gone")
    assert "Slack was not told" in disconnect(bed)
    assert bed.rows() == []
