"""What becomes of statuses that Slack refuses to set or to clear, or gives no answer about."""

from __future__ import annotations

import pytest

from handlers.oncall import keeper
from tests.factories import free_lease, outbox_texts
from tests.handlers.oncall.conftest import ALICE, KeeperBed


@pytest.mark.parametrize("fault", ["token_revoked", "account_inactive", "invalid_auth", "token_expired"])
def test_a_token_that_slack_refuses_is_forgotten_and_its_owner_told_once(bed: KeeperBed, fault: str) -> None:
    bed.connect()
    bed.slack.oauth.spoil(ALICE, fault)
    bed.round("101")
    bed.round("101")
    assert bed.rows() == []
    [(user_id, text)] = outbox_texts(bed.services)
    assert user_id == ALICE
    assert "Your Slack status does not follow your phone any more" in text


def test_a_scope_that_is_gone_is_the_end_too(bed: KeeperBed) -> None:
    bed.connect()
    bed.slack.oauth.issue(ALICE, ("users.profile:read",))
    bed.round("101")
    assert bed.rows() == []
    assert "the app's permissions in Slack were changed" in outbox_texts(bed.services)[0][1]


def test_who_is_told_of_a_status_that_cannot_be_cleared_reads_when_it_goes_away(bed: KeeperBed) -> None:
    bed.connect()
    bed.round("101")
    bed.slack.oauth.spoil(ALICE)
    bed.round()
    assert "it goes away by itself at " in outbox_texts(bed.services)[0][1]


@pytest.mark.parametrize("fault", [{"status": 503}, {"error": "internal_error"}])
def test_a_status_is_set_once_more_after_slack_did_not_answer(
    bed: KeeperBed, fault: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "AWAY_SECONDS", 0.0)
    bed.connect()
    bed.slack.fail_next("users.profile.set", 1, **fault)  # type: ignore[arg-type]  # one of fail_next's own
    bed.round("101")
    assert bed.words() == ""
    bed.round("101")
    assert bed.words() == "On a call"
    bed.round("101")
    assert len(bed.sets()) == 2


def test_an_outage_is_no_flood_in_the_log(
    bed: KeeperBed, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(keeper, "AWAY_SECONDS", 0.0)
    bed.connect()
    bed.slack.fail_until_cleared("users.profile.get", status=503)
    for _ in range(4):
        bed.round("101")
    assert len(bed.slack.called("users.profile.get")) == 4
    assert caplog.messages.count("Slack statuses have to wait") == 1


def test_what_a_crash_left_unsaid_is_set_and_what_it_left_shown_is_not_set_again(bed: KeeperBed) -> None:
    bed.connect()
    bed.round("101")
    bed.restart()
    bed.round("101")
    bed.round("101")
    assert (len(bed.sets()), len(bed.slack.called("users.profile.get"))) == (1, 2)
    bed.slack.oauth.set_status(ALICE)
    bed.restart()
    bed.round("101")
    assert bed.words() == "On a call"


def test_it_is_cleared_soon_after_slack_refused_whatever_comes_from_here(bed: KeeperBed) -> None:
    bed.connect()
    bed.round("101")
    for method in ("users.profile.get", "auth.test"):
        bed.slack.fail_next(method, error="invalid_auth")
    bed.round()
    assert bed.words() == "On a call"
    bed.until("")


def test_nobody_is_forgotten_when_slack_refuses_whatever_comes_from_here(bed: KeeperBed) -> None:
    bed.connect()
    bed.slack.fail_until_cleared("users.profile.get", error="invalid_auth")
    bed.slack.fail_until_cleared("auth.test", error="invalid_auth")
    bed.round("101")
    assert len(bed.rows()) == 1
    assert outbox_texts(bed.services) == []


def test_who_has_lost_the_lease_asks_nothing_again_at_once_with_a_token_that_slack_refuses(
    bed: KeeperBed,
) -> None:
    bed.connect()
    bed.slack.oauth.spoil(ALICE)
    free_lease(bed.services)
    for _ in range(2):
        bed.round("101")
    assert len(bed.slack.called("users.profile.get")) == 1
    assert len(bed.rows()) == 1
