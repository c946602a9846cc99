"""Who may change things, asked of a Slack that does not always answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from handlers.slack import admins
from handlers.slack.admins import NO_GROUP, Admins, must_be_admin
from pbx.errors import Refusal
from tests.slack_stand_in import SlackStandIn


@pytest.fixture
def slack() -> Iterator[SlackStandIn]:
    with SlackStandIn() as running:
        yield running


def admins_of(slack: SlackStandIn, *ids: str) -> Admins:
    return Admins(ids, WebClient(token=slack.bot_token, base_url=slack.url))


def test_with_nobody_named_nobody_may_change_anything(slack: SlackStandIn) -> None:
    assert "U0ALICE01" not in admins_of(slack)
    assert slack.calls == []


def test_plain_users_need_no_question_to_slack(slack: SlackStandIn) -> None:
    assert "U0ALICE01" in admins_of(slack, "U0ALICE01")
    assert "U0BOB0001" not in admins_of(slack, "U0ALICE01")
    assert slack.calls == []


def test_people_are_mentioned_before_groups_and_empty_groups_not_at_all(slack: SlackStandIn) -> None:
    slack.set_usergroups({"S0PHONES": ["U0MEMBER1"], "S0EMPTY01": []})
    found = admins_of(slack, "S0EMPTY01", "S0PHONES", "U0ALICE01")
    assert found.mentions() == ["<@U0ALICE01>", "<!subteam^S0PHONES>"]
    assert admins_of(slack, "S0EMPTY01").mentions() == []


def test_whoever_is_no_admin_is_refused_with_whom_to_ask(slack: SlackStandIn) -> None:
    with pytest.raises(Refusal, match=r"^only phone admins can create extensions$"):
        must_be_admin(admins_of(slack, "U0ALICE01"), "U0BOB0001", "create extensions")
    must_be_admin(admins_of(slack, "U0ALICE01"), "U0ALICE01")


def test_a_group_is_asked_once_and_remembered(slack: SlackStandIn) -> None:
    slack.set_usergroups({"S0PHONES": ["U0ALICE01"]})
    found = admins_of(slack, "S0PHONES")
    assert "U0ALICE01" in found
    assert "U0BOB0001" not in found
    assert len(slack.called("usergroups.users.list")) == 1


def test_an_outage_keeps_the_members_known_before(
    slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admins, "CACHE_SECONDS", 0)
    monkeypatch.setattr(admins, "RETRY_SECONDS", 0)
    slack.set_usergroups({"S0PHONES": ["U0ALICE01"]})
    found = admins_of(slack, "S0PHONES")
    assert "U0ALICE01" in found
    slack.fail_until_cleared("usergroups.users.list", status=500)
    assert "U0ALICE01" in found
    slack.clear_faults()
    slack.set_usergroups({"S0PHONES": ["U0BOB0001"]})
    assert "U0ALICE01" not in found


def test_an_admin_named_beside_a_group_does_not_count_as_of_the_group_alone(slack: SlackStandIn) -> None:
    slack.set_usergroups({"S0PHONES": ["U0BOB0001", "U0ALICE01"]})
    found = admins_of(slack, "U0ALICE01", "S0PHONES")
    assert found.only_in("S0PHONES") == ["U0BOB0001"]
    assert admins_of(slack, "U0ALICE01", "U0BOB0001", "S0PHONES").only_in("S0PHONES") == []
    assert found.is_group("S0PHONES")
    assert not found.is_group("U0ALICE01")


def test_nobody_is_known_of_a_group_that_slack_does_not_tell(slack: SlackStandIn) -> None:
    slack.fail_until_cleared("usergroups.users.list", status=500)
    assert admins_of(slack, "S0PHONES").only_in("S0PHONES") is None


@pytest.mark.parametrize("reason", sorted(NO_GROUP))
def test_a_group_that_is_gone_has_no_members(
    slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, reason: str
) -> None:
    monkeypatch.setattr(admins, "CACHE_SECONDS", 0)
    slack.set_usergroups({"S0PHONES": ["U0ALICE01"]})
    found = admins_of(slack, "S0PHONES", "U0BOB0001")
    assert "U0ALICE01" in found
    slack.fail_until_cleared("usergroups.users.list", error=reason)
    assert "U0ALICE01" not in found
    assert "U0BOB0001" in found
    assert (found.gone("S0PHONES"), found.gone("U0BOB0001")) == (reason, "")
    assert caplog.text.count("a user group of SLACK_ADMINS is gone") == 1
    slack.clear_faults()
    assert "U0ALICE01" in found
    assert found.gone("S0PHONES") == ""


def asks_already(slack: SlackStandIn, found: Admins, seconds: float) -> threading.Thread:
    """Somebody to whom Slack does not answer for so long."""
    slack.fail_next("usergroups.users.list", hang=seconds)
    before = len(slack.calls)
    asking = threading.Thread(target=lambda: "U0ALICE01" in found, daemon=True)
    asking.start()
    slack.wait_until(lambda: len(slack.calls) > before)
    return asking


def test_while_one_asks_slack_the_others_go_by_what_it_said_before(
    slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admins, "CACHE_SECONDS", 0)
    slack.set_usergroups({"S0PHONES": ["U0ALICE01"]})
    found = admins_of(slack, "S0PHONES")
    assert "U0ALICE01" in found
    asking = asks_already(slack, found, seconds=30)
    assert "U0ALICE01" in found
    assert "U0BOB0001" not in found
    assert asking.is_alive()
    assert len(slack.calls) == 2


def test_nobody_is_turned_away_while_slack_is_asked_for_the_first_time(slack: SlackStandIn) -> None:
    slack.set_usergroups({"S0PHONES": ["U0ALICE01"]})
    found = admins_of(slack, "S0PHONES")
    asks_already(slack, found, seconds=0.5)
    assert "U0ALICE01" in found
    assert len(slack.calls) == 1


def test_membership_that_slack_does_not_confirm_ends_after_an_hour(
    slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(admins, "CACHE_SECONDS", 0)
    monkeypatch.setattr(admins, "RETRY_SECONDS", 0)
    passed = [0.0]
    real = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: real() + passed[0])
    slack.set_usergroups({"S0PHONES": ["U0ALICE01"]})
    found = admins_of(slack, "S0PHONES")
    assert "U0ALICE01" in found
    slack.fail_until_cleared("usergroups.users.list", error="token_revoked")
    passed[0] = 3000.0
    assert "U0ALICE01" in found
    passed[0] = 3700.0
    assert "U0ALICE01" not in found
    assert found.only_in("S0PHONES") is None
    assert caplog.text.count("nobody may change extensions") == 1
    assert "Put a member ID (U…) into SLACK_ADMINS" in caplog.text
