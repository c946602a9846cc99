"""Requests of Slack's that are answered in this process: stored as those of a web process, with Slack played by the stand-in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from slack_sdk import WebClient
from sqlmodel import col, select, update

from handlers.slack import answering, work
from handlers.slack.answering import Answers
from handlers.slack.blocks import SlackMessage
from handlers.slack.client import slack_client
from handlers.slack.replies import reply_to
from handlers.slack.work import Work
from models import inbox
from models.inbox import Claim, InboxRequest
from models.inbox_answer import NOBODY, InboxAnswer
from models.process_names import process_name
from pbx.services import Services
from tests.slack_stand_in import SlackStandIn
from tests.waiting import wait_for

ASKER = "U0ADA"
DIRECT = "D0ADA"


@dataclass
class AnswerBed:
    services: Services
    slack: SlackStandIn

    def __post_init__(self) -> None:
        self.client: WebClient = slack_client(self.services.settings)
        self.answers = Answers(self.services, self.client)
        self._requests: dict[str, int] = {}
        self._asked = 0

    def ask(self, text: str, done: Callable[[], SlackMessage]) -> str:
        """Carries a command out, and returns the id of its response_url once its answer is on its way."""
        with self.carrying_out() as claim:
            name = self.reply(text, done)
        self._requests[name] = claim.id
        return name

    def reply(self, text: str, done: Callable[[], SlackMessage]) -> str:
        """Does the same without a stored request, unless carrying_out() has stored one."""
        name = self.slack.workspace.new_response_url("C0PHONES")
        url = f"{self.slack.root_url}/response/{name}"
        body = {"command": "/ext", "text": text, "user_id": ASKER, "response_url": url}
        reply_to(self.client, body, done)
        return name

    @contextmanager
    def carrying_out(self) -> Iterator[Claim]:
        """As the threads of a web process do: of a stored request, with answers that are stored."""
        claim = self._stored()
        before = work.current.set(Work(claim))
        try:
            with answering.told_by(self.answers):
                yield claim
        finally:
            work.current.reset(before)

    def take_over(self, claim: Claim) -> None:
        """As another process does when this one seems to have ended."""
        with self.services.database.session() as session:
            session.get_one(InboxRequest, claim.id).attempt += 1

    def forget(self, claim: Claim) -> None:
        """As restoring a backup of before it does."""
        with self.services.database.session() as session:
            session.delete(session.get_one(InboxRequest, claim.id))

    @property
    def database_file(self) -> Path:
        return Path(str(self.services.database.engine.url.database))

    def _stored(self) -> Claim:
        self._asked += 1
        row = InboxRequest(body_hash=str(self._asked), kind="command", request_id="r", claim=process_name())
        with self.services.database.session() as session:
            return inbox.add(session, self.services.cipher, row, "{}")

    def waiting(self) -> list[InboxAnswer]:
        """The answers that are stored."""
        with self.services.database.session() as session:
            return list(session.exec(select(InboxAnswer).order_by(col(InboxAnswer.request))))

    def wait_until_told(self) -> None:
        """Until no answer waits, with a look for those that are due as often as may be."""

        def look() -> bool:
            self.answers.send_due()
            return all(each.is_late for each in self.waiting())

        wait_for(look, self.waiting)

    def wait_until_put_off(self) -> None:
        """Until all that wait have been tried, and nobody tries right now."""
        wait_for(lambda: all(each.sender == NOBODY for each in self.waiting()), self.waiting)

    def pass_time(self, passed: timedelta, name: str = "") -> None:
        """As if answers, all or that of one response_url, had been asked for, and tried, so much earlier."""
        with self.services.database.session() as session:
            for row in session.exec(select(InboxAnswer)).all():
                if name and row.request != self._requests[name]:
                    continue
                session.exec(
                    update(InboxAnswer)
                    .where(col(InboxAnswer.request) == row.request)
                    .values(
                        asked_at=row.asked_at - passed,
                        tried_at=row.tried_at - passed,
                        next_try_at=row.next_try_at - passed,
                    )
                )

    def told(self, name: str) -> str:
        """All that was taken through a response_url, as JSON."""
        taken = [call for call in self.slack.called("response_url") if not call.error]
        return json.dumps([call.arguments["body"] for call in taken if call.arguments["id"] == name])

    def shown(self, name: str) -> list[str]:
        """The texts that were taken through a response_url."""
        taken = [call for call in self.slack.called("response_url") if not call.error]
        return [call.arguments["body"]["text"] for call in taken if call.arguments["id"] == name]


@pytest.fixture
def slack() -> Iterator[SlackStandIn]:
    with SlackStandIn() as running:
        yield running


@pytest.fixture
def bed(quiet: Services, slack: SlackStandIn) -> AnswerBed:
    return AnswerBed(quiet, slack)
