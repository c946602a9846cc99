"""Who is of another workspace than the app's."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from app import create_app
from handlers.slack import workspace
from handlers.slack.workspace import STRANGER, Workspace
from tests.server import ADMIN_ID, quiet_settings
from tests.slack_stand_in import SlackStandIn, sign

ORGANIZATION = "E0OURS001"
Fresh = tuple[SlackStandIn, Workspace]


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack's answer may take long on a busy machine."""
    monkeypatch.setattr(workspace, "ASK_SECONDS", 60)


@pytest.fixture
def fresh(migrated_once: Path) -> Iterator[Fresh]:
    with SlackStandIn() as slack:
        yield slack, Workspace(quiet_settings(migrated_once, slack))


def pressed(team_id: str, enterprise_id: str = "") -> dict[str, Any]:
    """A press; in a shared channel `team` may be ours, where the person is not."""
    enterprise = {"id": enterprise_id, "name": "x"} if enterprise_id else None
    return {"user": {"id": "U1", "team_id": team_id}, "team": {"id": "T0"}, "enterprise": enterprise}


def test_who_is_of_another_workspace_is_a_stranger_and_slack_is_asked_once(fresh: Fresh) -> None:
    slack, ours = fresh
    assert [ours.is_stranger(pressed(team)) for team in ("T0OTHER", slack.workspace.team_id)] == [True, False]
    assert ours.is_stranger({"team_id": "T0OTHER", "user_id": "U1"})
    assert not ours.is_stranger({"type": "event_callback"})
    assert len(slack.called("auth.test")) == 1


def test_all_workspaces_of_one_organization_are_one(fresh: Fresh) -> None:
    slack, ours = fresh
    slack.workspace.enterprise_id = ORGANIZATION
    assert not ours.is_stranger(pressed("T0SISTER", ORGANIZATION))
    assert ours.is_stranger(pressed("T0OTHER", "E0THEIRS1"))


def test_while_slack_does_not_say_which_it_is_nobody_is_locked_out(
    fresh: Fresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack, ours = fresh
    slack.fail_next("auth.test", status=503)
    assert [ours.is_stranger(pressed("T0OTHER")) for _ in range(3)] == [False] * 3
    assert len(slack.called("auth.test")) == 1
    monkeypatch.setattr(ours, "_not_before", 0.0)
    assert ours.is_stranger(pressed("T0OTHER"))


@pytest.mark.parametrize("text", ["status", "create 101 Alice"])
def test_a_command_from_another_workspace_is_refused_and_the_log_says_so(
    slack: SlackStandIn,
    migrated_once: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    text: str,
) -> None:
    monkeypatch.setattr("logs.configure", lambda: None)
    client = create_app(quiet_settings(migrated_once, slack, slack_signing_secret="a secret")).test_client()
    fields = {"command": "/ext", "text": text, "user_id": ADMIN_ID, "channel_id": "C1", "team_id": "T0OTHER"}
    body = urlencode(fields | {"response_url": f"{slack.root_url}/response/unknown"}).encode()
    signed = sign(body, str(int(time.time())), "a secret")
    answer = client.post(
        "/slack/events", data=body, headers=signed, content_type="application/x-www-form-urlencoded"
    )
    assert (answer.status_code, answer.text) == (200, STRANGER)
    assert "somebody of another workspace is refused" in caplog.text
