"""Steps of workflows without an Asterisk: what is stored, asked and told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from slack_sdk import WebClient
from sqlmodel import col, select

from handlers import message_kinds
from handlers.slack.client import slack_client
from handlers.steps import actions, functions
from handlers.steps.progress import progress
from models import step_mode
from models.outbox import OutboxMessage
from models.step_execution import StepExecution
from models.step_mode import Mode
from pbx.services import Services
from tests.slack_stand_in import SlackStandIn
from tests.slack_stand_in.workflows import Execution

ALICE = "U0ALICE01"


@dataclass
class StepBed:
    services: Services
    slack: SlackStandIn
    client: WebClient

    def choose(self, mode: Mode) -> None:
        with self.services.database.session() as session:
            step_mode.choose(session, mode)

    def start(self, function: str, execution_id: str = "Fx1", **inputs: Any) -> Execution:
        """A workflow comes to a step, and everything is done that can be done at once."""
        wanted = {"user": ALICE} | inputs
        if str(wanted["user"]) not in self.slack.workspace.users:
            self.slack.add_user(str(wanted["user"]), "somebody")
        made = Execution(function, functions.FUNCTIONS[function].as_manifest(), wanted)
        self.slack.workspace.workflows.executions[execution_id] = made
        actions.store(self.services, made.event(execution_id, "A1"))
        self.progress()
        return made

    def progress(self) -> None:
        progress(self.services, self.client)

    def row(self, execution_id: str = "Fx1") -> StepExecution:
        with self.services.database.session() as session:
            this = col(StepExecution.execution_id) == execution_id
            return session.exec(select(StepExecution).where(this)).one()

    def messages(self) -> list[str]:
        """What admins read, with its blocks."""
        with self.services.database.session() as session:
            rows = session.exec(select(OutboxMessage).order_by(col(OutboxMessage.id))).all()
        return [
            f"{each.channel}: {message_kinds.read(each.content).as_posted().alone().text}" for each in rows
        ]


@pytest.fixture
def bed(quiet: Services, slack: SlackStandIn) -> StepBed:
    slack.clear_faults()
    return StepBed(quiet, slack, slack_client(quiet.settings))
