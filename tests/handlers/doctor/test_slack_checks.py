"""What is wrong on Slack's side, with its servers played by the stand-in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from handlers.alerts import routing
from handlers.doctor import slack_checks
from handlers.doctor.system_checks import CHECKS
from pbx.doctor.findings import Finding, Skipped
from pbx.doctor.running import run
from pbx.services import Services
from tests.server import ADMIN_ID, PROJECT
from tests.slack_stand_in import SlackStandIn
from tests.waiting import SECONDS

OF_SLACK = [check for check in CHECKS if check.slug.startswith("slack") or check.slug == "clock"]


@pytest.fixture
def slack() -> Iterator[SlackStandIn]:
    """One for each test: they make it wrong."""
    with SlackStandIn() as running:
        yield running


@pytest.fixture(autouse=True)
def _workspace(slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slack_checks, "SECONDS", SECONDS)
    slack.add_user(ADMIN_ID, "alice", "alice@example.com")
    slack.set_usergroups({"S0PHONES": [ADMIN_ID], "S0EMPTY": []})


def with_settings(services: Services, **values: Any) -> Services:
    return Services(services.settings.model_copy(update=values), services.database, services.cipher)


def only(found: Iterator[Finding]) -> Finding:
    (finding,) = found
    return finding


def test_a_sound_workspace_has_no_findings(quiet: Services) -> None:
    found = with_settings(quiet, slack_signing_secret=quiet.settings.slack_bot_token)
    assert (
        run([check for check in OF_SLACK if not check.needs or check.slug == "clock"], found).findings == ()
    )
    for check in (slack_checks.scopes, slack_checks.channels, slack_checks.admins):
        assert list(check(found)) == []


def test_the_scopes_are_those_of_the_manifest() -> None:
    bot = re.search(r"bot:\n((?: +- .*\n)+)", (PROJECT / "manifest.yaml").read_text())
    assert bot
    assert re.findall(r"- (\S+)", bot[1]) == list(slack_checks.SCOPES)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("invalid_auth", "Slack does not know SLACK_BOT_TOKEN"),
        ("account_inactive", "of an app that was removed"),
        ("token_revoked", "was revoked"),
        ("team_access_not_granted", "Slack refuses auth.test: team_access_not_granted"),
    ],
)
def test_a_token_that_slack_does_not_take_is_found(
    quiet: Services, slack: SlackStandIn, error: str, said: str
) -> None:
    slack.fail_next("auth.test", error=error)
    finding = only(slack_checks.token(quiet))
    assert said in finding.seen
    assert "“OAuth & Permissions” shows the Bot User OAuth Token" in finding.remedy


@pytest.mark.parametrize("fault", [{"status": 503}, {"error": "internal_error"}, {"status": 429}])
def test_a_slack_in_trouble_is_no_fault_of_the_token(
    quiet: Services, slack: SlackStandIn, fault: dict[str, Any]
) -> None:
    slack.fail_next("auth.test", **fault)
    finding = only(slack_checks.token(quiet))
    assert "Slack does not answer as it should" in finding.seen
    assert "SLACK_BOT_TOKEN" not in finding.remedy


def test_a_slack_that_does_not_answer_is_found(quiet: Services) -> None:
    away = with_settings(quiet, slack_api_url="http://127.0.0.1:1/api/")
    finding = only(slack_checks.token(away))
    assert "http://127.0.0.1:1/api/ does not answer" in finding.seen
    assert "curl -sS http://127.0.0.1:1/api/api.test" in finding.remedy


@pytest.mark.parametrize("given", ["", "xoxb-…"])
def test_a_token_that_was_found_empty_or_an_example_is_not_reported_again(
    quiet: Services, given: str
) -> None:
    secret = type(quiet.settings.slack_bot_token)(given)
    with pytest.raises(Skipped):
        list(slack_checks.token(with_settings(quiet, slack_bot_token=secret)))


def test_scopes_that_are_missing_are_named(quiet: Services, slack: SlackStandIn) -> None:
    slack.scopes = slack.scopes.replace("usergroups:read", "").replace("im:write,", "")
    assert only(slack_checks.scopes(quiet)).seen == "the Slack app lacks the scopes im:write, usergroups:read"


def test_channels_that_it_is_not_in_are_named_once(quiet: Services, slack: SlackStandIn) -> None:
    with quiet.database.session() as session:
        for topic, channel in (("calls", "C0CALLS01"), ("security", "C0CALLS01")):
            routing.set_route(session, topic, "", channel)
    slack.fail_until_cleared("conversations.history", error="not_in_channel", channel="C0CALLS01")
    finding = only(slack_checks.channels(quiet))
    assert "is not in the channel C0CALLS01" in finding.seen
    assert "ALERT_CHANNEL" not in finding.remedy
    slack.clear_faults()
    slack.fail_until_cleared("conversations.history", error="channel_not_found", channel="C0PHONES")
    assert "set ALERT_CHANNEL to another's ID" in only(slack_checks.channels(quiet)).remedy


@pytest.mark.parametrize(
    ("slack_id", "said"),
    [
        ("U0NOBODY1", "is nobody in this workspace"),
        ("S0GONE001", "does not count any more (no_such_subteam)"),
        ("S0EMPTY", "is a user group without members"),
        ("S0PHONES", ""),
        ("U0123456789", ""),
    ],
)
def test_admins_whom_slack_does_not_know_are_found(quiet: Services, slack_id: str, said: str) -> None:
    found = slack_checks.admins(with_settings(quiet, slack_admins=(ADMIN_ID, slack_id)))
    seen = [each.seen for each in found]
    assert len(seen) == bool(said)
    assert all(each.startswith(f"{slack_id} in SLACK_ADMINS ") and said in each for each in seen)


def test_a_deactivated_admin_is_found(quiet: Services, slack: SlackStandIn) -> None:
    slack.workspace.users[ADMIN_ID]["deleted"] = True
    assert "is a deactivated account" in only(slack_checks.admins(quiet)).seen


@pytest.mark.parametrize(("ahead", "said"), [(400.0, "behind"), (-400.0, "ahead of")])
def test_a_clock_that_is_wrong_is_found(
    quiet: Services, slack: SlackStandIn, ahead: float, said: str
) -> None:
    slack.set_clock(ahead)
    finding = only(slack_checks.clock(quiet))
    assert re.fullmatch(rf"this machine's clock is \d+ seconds {said} Slack's", finding.seen)
    assert "timedatectl set-ntp true" in finding.remedy


@pytest.mark.parametrize(
    "check", [slack_checks.scopes, slack_checks.channels, slack_checks.admins, slack_checks.clock]
)
def test_a_slack_that_goes_away_meanwhile_is_no_finding_of_these(
    quiet: Services, check: Callable[[Services], Iterator[Finding]]
) -> None:
    with pytest.raises(Skipped):
        list(check(with_settings(quiet, slack_api_url="http://127.0.0.1:1/api/")))
