"""Make and apply events of an employee, and read what became of them."""

from __future__ import annotations

import re
from typing import Any

from slack_sdk import WebClient
from sqlmodel import select

from handlers.alerts import messages
from handlers.hr.employee import EmployeeEvent
from handlers.onboarding import actions, carry_out
from handlers.onboarding.context import OnboardingContext
from models.employee import Employee
from models.extension import Extension
from models.outbox import OutboxMessage
from pbx import extensions
from pbx.publish import publish
from pbx.services import Services
from tests.slack_stand_in import SlackStandIn, as_text


def office_of(system: Services, slack: SlackStandIn) -> OnboardingContext:
    return OnboardingContext(system, WebClient(token=slack.bot_token, base_url=slack.url))


def event(kind: Any, **more: Any) -> EmployeeEvent:
    values = {"external_id": "e1", "name": "Alice", "email": "alice@example.com"} | more
    return EmployeeEvent(kind=kind, **values)


def apply(office: OnboardingContext, *events: EmployeeEvent) -> list[str]:
    outcomes = [result for each in events for result in carry_out.apply(office, "standard", each)]
    publish(office.system)
    return [each.words for each in outcomes]


def employee(office: OnboardingContext, external_id: str = "e1") -> Employee:
    found = office.find("standard", external_id)
    assert found is not None
    return found


def extension(office: OnboardingContext) -> Extension | None:
    return extensions.find(office.system, employee(office).number or "")


def is_enabled(office: OnboardingContext) -> bool:
    found = extension(office)
    return found is not None and found.enabled


def message_kinds(office: OnboardingContext) -> list[tuple[str, str]]:
    """Return (channel, kind of message) of all that is to be posted."""
    with office.system.database.session() as session:
        return [(row.channel, row.content["kind"]) for row in session.exec(select(OutboxMessage))]


def message_texts(office: OnboardingContext) -> list[str]:
    """Return the same messages as text."""
    with office.system.database.session() as session:
        return [
            as_text({"blocks": messages.show(row.content).blocks})
            for row in session.exec(select(OutboxMessage))
        ]


def shown_secret(office: OnboardingContext, user_id: str = "U0ALICE01") -> str:
    """Return the secret that the button shows; empty when it shows none."""
    view = actions.secret_view(office.system, user_id, str(employee(office).id))
    match = re.search(r"^Password +(\S+)$", as_text(view), re.MULTILINE) if view else None
    return match[1] if match else ""
