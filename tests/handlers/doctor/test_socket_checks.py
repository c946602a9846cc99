"""What is wrong with Socket Mode, with Slack's servers played by the stand-in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from handlers.doctor import setting_checks, socket_checks
from pbx.doctor.findings import Finding, NothingToCheck
from pbx.services import Services
from tests.handlers.doctor.test_slack_checks import with_settings
from tests.slack_stand_in import SlackStandIn
from tests.waiting import SECONDS


@pytest.fixture
def slack(fresh_slack: SlackStandIn) -> SlackStandIn:
    return fresh_slack


@pytest.fixture
def socket(quiet: Services, slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch) -> Services:
    monkeypatch.setattr(socket_checks, "SECONDS", float(SECONDS))
    return with_settings(quiet, slack_app_token=SecretStr(slack.sockets.app_token))


def only(found: Iterator[Finding]) -> Finding:
    (finding,) = found
    return finding


def test_a_token_that_slack_takes_is_no_finding_and_needs_no_signing_secret(socket: Services) -> None:
    assert list(socket_checks.token(socket)) == []
    assert "SLACK_SIGNING_SECRET" not in str(list(setting_checks.slack_settings(socket)))


def test_over_https_there_is_nothing_to_check(quiet: Services) -> None:
    with pytest.raises(NothingToCheck):
        list(socket_checks.token(quiet))


def test_a_token_of_another_kind_or_one_that_slack_does_not_know_is_found(socket: Services) -> None:
    bot = with_settings(socket, slack_app_token=socket.settings.slack_bot_token)
    assert "no app-level token" in only(socket_checks.token(bot)).seen
    other = with_settings(socket, slack_app_token=SecretStr("xapp-1-of-the-app-before"))
    found = only(socket_checks.token(other))
    assert found.seen == "Slack does not know SLACK_APP_TOKEN"
    assert "connections:write" in found.remedy
    assert "HTTPS" not in found.remedy


def test_a_token_that_is_there_by_mistake_beside_https_may_be_emptied(socket: Services) -> None:
    signed = with_settings(socket, slack_signing_secret=SecretStr("a" * 32))
    found = only(
        socket_checks.token(with_settings(signed, slack_app_token=SecretStr("xapp-1-of-another-app")))
    )
    assert "by Socket Mode" in found.why
    assert "if Slack sends its requests over HTTPS: empty SLACK_APP_TOKEN" in found.remedy


def test_a_firewall_before_slacks_websockets_is_found_and_the_ticket_is_not_shown(
    socket: Services, slack: SlackStandIn
) -> None:
    slack.sockets.stop()
    found = only(socket_checks.token(socket))
    assert "cannot be reached (ConnectionRefusedError)" in found.seen
    assert "ticket" not in str(found)
