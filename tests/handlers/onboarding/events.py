"""Make and apply events of an employee, and read what became of them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk import WebClient
from sqlmodel import select

from handlers.hr.employee import EmployeeEvent
from handlers.message_kinds import read
from handlers.onboarding import actions, activation, dispatch, due, retention
from handlers.onboarding.context import OnboardingContext
from models.employee import Employee
from models.extension import Extension
from models.outbox import OutboxMessage
from models.types import now
from pbx import numbers
from pbx.publish import publish
from pbx.services import Services
from tests.slack_stand_in import SlackStandIn, as_text


def context_of(services: Services, slack: SlackStandIn) -> OnboardingContext:
    return OnboardingContext(services, WebClient(token=slack.bot_token, base_url=slack.url))


def event(kind: Any, **more: Any) -> EmployeeEvent:
    values = {"external_id": "e1", "name": "Alice", "email": "alice@example.com"} | more
    return EmployeeEvent(kind=kind, **values)


def apply(context: OnboardingContext, *events: EmployeeEvent) -> list[str]:
    outcomes = [result for each in events for result in dispatch.apply(context, "standard", each)]
    publish(context.services)
    return [each.words for each in outcomes]


def employee(context: OnboardingContext, external_id: str = "e1") -> Employee:
    found = context.find("standard", external_id)
    assert found is not None
    return found


def extension(context: OnboardingContext) -> Extension | None:
    return numbers.find(context.services, employee(context).number or "")


def is_enabled(context: OnboardingContext) -> bool:
    found = extension(context)
    return found is not None and found.enabled


def message_kinds(context: OnboardingContext) -> list[tuple[str, str]]:
    """Return (channel, kind of message) of all that is to be posted."""
    with context.services.database.session() as session:
        return [(row.channel, row.content["kind"]) for row in session.exec(select(OutboxMessage))]


def message_texts(context: OnboardingContext) -> list[str]:
    """Return the same messages as text."""
    with context.services.database.session() as session:
        return [
            as_text({"blocks": read(row.content).as_posted().blocks})
            for row in session.exec(select(OutboxMessage))
        ]


def shown_secret(context: OnboardingContext, user_id: str = "U0ALICE01") -> str:
    """Return the secret that the button shows; empty when it shows none."""
    view = actions.secret_view(context.services, user_id, str(employee(context).id))
    match = re.search(r"^Password +(\S+)$", as_text(view), re.MULTILINE) if view else None
    return match[1] if match else ""


def advance_clock(monkeypatch: pytest.MonkeyPatch, **by: float) -> None:
    """Have what is done day by day believe that it is later."""
    for module in (activation, due, retention):
        monkeypatch.setattr(module, "now", lambda: now() + timedelta(**by))
