"""Who may own an extension by a file may own one by all other doors, too."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.bulk import owner_lookup
from handlers.slack import creation
from models.actor import Actor
from models.fields import NewExtension
from pbx.errors import Refusal
from pbx.services import Services
from tests.slack_stand_in import SlackStandIn
from tests.waiting import SECONDS

CARLA = "U0CARLA01"
ADMIN = Actor.slack("U0ALICE01")


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """How busy the machine is says nothing."""
    monkeypatch.setattr(owner_lookup, "ASK_SECONDS", SECONDS)


def is_refused_by_command(services: Services) -> bool:
    """Whether `/ext create 101 Carla @carla` makes nothing."""
    try:
        creation.create(services, NewExtension(number="101", name="Carla", slack_user_id=CARLA), ADMIN)
    except Refusal:
        return True
    return False


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({}, None),
        ({"is_restricted": True}, None),
        ({"is_ultra_restricted": True}, None),
        ({"is_stranger": True}, None),
        ({"is_bot": True}, "is a bot"),
        ({"deleted": True}, "is deactivated in Slack"),
    ],
)
def test_both_doors_refuse_the_same_people(
    quiet: Services, slack: SlackStandIn, told: dict[str, Any], why: str | None
) -> None:
    slack.add_user(CARLA, "carla")
    slack.workspace.users[CARLA] |= told
    looked_up = owner_lookup.look_up(quiet.settings, [CARLA])
    assert looked_up == {"unfit": {CARLA: why} if why else {}, "unasked": 0}
    assert is_refused_by_command(quiet) == bool(why)


def test_whom_slack_does_not_know_is_refused(quiet: Services) -> None:
    nobody = "U0NOSUCH1"
    assert owner_lookup.look_up(quiet.settings, [nobody])["unfit"] == {nobody: "is nobody in this workspace"}


def test_of_how_many_slack_did_not_say_is_counted(quiet: Services, slack: SlackStandIn) -> None:
    slack.add_user(CARLA, "carla")
    slack.fail_next("users.info", status=503)
    assert owner_lookup.look_up(quiet.settings, [CARLA]) == {"unfit": {}, "unasked": 1}
    many = [f"U0MANY{each:04}" for each in range(owner_lookup.MAX_ASKED + 7)]
    assert owner_lookup.look_up(quiet.settings, many)["unasked"] == 7
