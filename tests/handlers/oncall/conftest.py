"""Somebody who has connected, the phones of who talks, and what keeps the statuses; Slack is the stand-in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import SecretStr
from sqlmodel import select

from handlers.oncall import command, settling, slack_profile
from handlers.oncall.keeper import StatusKeeper
from handlers.slack.client import slack_client
from models import status_connection
from models.lease import LeaseHolder
from models.status_connection import StatusConnection
from pbx.services import Services
from pbx.talking import Talking
from tests.factories import holder_of, insert_extension
from tests.slack_stand_in import SlackStandIn
from tests.waiting import SECONDS, wait_for

ALICE, BOB = "U0ALICE01", "U0BOB0001"


@dataclass
class KeeperBed:
    """Rounds are made by hand; in each, what was asked before is answered."""

    services: Services
    slack: SlackStandIn
    holder: LeaseHolder
    talking: Talking
    keeper: StatusKeeper

    def connect(self, user_id: str = ALICE) -> str:
        """Return the token."""
        token = self.slack.oauth.issue(user_id)
        with self.services.database.session() as session:
            status_connection.save(session, user_id, self.services.cipher.encrypt(SecretStr(token)))
        return token

    def round(self, *numbers: str) -> None:
        """These talk."""
        self.talking.hear(frozenset(numbers))
        self.keeper.keep()
        self.keeper.finish()

    def restart(self) -> None:
        """Forget what is not in the database."""
        self.talking = Talking()
        self.keeper = a_keeper(self.services, self.holder, self.talking)

    def until(self, text: str, *numbers: str, user_id: str = ALICE) -> None:
        """Make rounds until the status says so."""

        def look() -> bool:
            self.round(*numbers)
            return self.words(user_id) == text

        wait_for(look)

    def words(self, user_id: str = ALICE) -> str:
        return str(self.slack.oauth.status(user_id)["status_text"])

    def rows(self) -> list[StatusConnection]:
        with self.services.database.session() as session:
            return list(session.exec(select(StatusConnection)))

    def sets(self) -> list[dict[str, Any]]:
        """What was set, refused ones, too."""
        return [call.arguments for call in self.slack.called("users.profile.set")]


def a_keeper(services: Services, holder: LeaseHolder, talking: Talking) -> StatusKeeper:
    return StatusKeeper(services, holder, slack_client(services.settings), talking)


@pytest.fixture
def slack() -> Iterator[SlackStandIn]:
    """One for each test, with nobody's status."""
    with SlackStandIn() as running:
        yield running


@pytest.fixture
def bed(quiet: Services, slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch) -> KeeperBed:
    """Alice's is 101, Bob's is 102; nobody waits for a call to last."""
    monkeypatch.setattr(settling, "TALKS_SECONDS", 0.0)
    monkeypatch.setattr(settling, "SILENT_SECONDS", 0.0)
    for module, name in ((command, "END_SECONDS"), (slack_profile, "SECONDS")):
        monkeypatch.setattr(module, name, SECONDS)  # how busy the machine is says nothing
    insert_extension(quiet, "101", slack_user_id=ALICE)
    insert_extension(quiet, "102", slack_user_id=BOB, name="Bob")
    holder, talking = holder_of(quiet), Talking()
    return KeeperBed(quiet, slack, holder, talking, a_keeper(quiet, holder, talking))
