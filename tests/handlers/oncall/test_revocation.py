"""Events of Slack's about tokens, as Bolt hands them over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt import App, BoltRequest
from slack_bolt.authorization import AuthorizeResult

from handlers.oncall import revocation
from handlers.slack.client import slack_client
from tests.factories import outbox_texts
from tests.handlers.oncall.conftest import ALICE, BOB, KeeperBed
from tests.slack_stand_in import SlackUser, payloads
from tests.waiting import wait_for


@pytest.fixture
def happen(bed: KeeperBed) -> Callable[[dict[str, Any]], None]:
    """Give an event to Bolt."""
    client = slack_client(bed.services.settings)
    bolt = App(
        client=client,
        signing_secret="x",
        authorize=lambda: AuthorizeResult(enterprise_id=None, team_id=None, bot_token=bed.slack.bot_token),
        process_before_response=True,
    )
    revocation.register(bolt, bed.services, client)
    user = SlackUser(bed.slack, "http://127.0.0.1:9")

    def dispatch(event: dict[str, Any]) -> None:
        body = payloads.event_callback(user, event, "")
        assert bolt.dispatch(BoltRequest(body=body, mode="socket_mode")).status == 200

    return dispatch


def revoked(*users: str) -> dict[str, Any]:
    return {"type": "tokens_revoked", "tokens": {"oauth": list(users), "bot": []}}


def test_who_takes_the_permission_back_is_told_once(
    bed: KeeperBed, happen: Callable[[dict[str, Any]], None]
) -> None:
    bed.connect(ALICE)
    bed.connect(BOB)
    bed.slack.oauth.spoil(ALICE)
    happen(revoked(ALICE, "U0UNKNOWN"))
    wait_for(lambda: [row.slack_user_id for row in bed.rows()] == [BOB])
    happen(revoked(ALICE))
    bed.round("101")
    [(user_id, text)] = wait_for(lambda: outbox_texts(bed.services))
    assert (user_id, "was taken back, by you in Slack's settings or by an admin" in text) == (ALICE, True)


def test_who_has_connected_again_since_stays_connected(
    bed: KeeperBed, happen: Callable[[dict[str, Any]], None]
) -> None:
    bed.connect()
    happen(revoked(ALICE))
    wait_for(lambda: bed.slack.called("auth.test"))
    assert len(bed.rows()) == 1


def test_an_app_that_is_removed_has_no_connections(
    bed: KeeperBed, happen: Callable[[dict[str, Any]], None]
) -> None:
    bed.connect(ALICE)
    bed.connect(BOB)
    bed.slack.fail_until_cleared("auth.test", error="account_inactive")
    happen({"type": "app_uninstalled"})
    wait_for(lambda: not bed.rows())
    assert sorted(user_id for user_id, _ in outbox_texts(bed.services)) == [ALICE, BOB]


@pytest.mark.parametrize("fault", [{}, {"status": 503}])
def test_an_app_that_is_there_keeps_its_connections(
    bed: KeeperBed, happen: Callable[[dict[str, Any]], None], fault: dict[str, int]
) -> None:
    bed.connect()
    if fault:
        bed.slack.fail_until_cleared("auth.test", **fault)  # type: ignore[arg-type]  # one of its own
    happen({"type": "app_uninstalled"})
    wait_for(lambda: bed.slack.called("auth.test"))
    assert len(bed.rows()) == 1
