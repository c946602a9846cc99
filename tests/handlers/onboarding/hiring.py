"""What the tests of onboarding tell of an employee, and what they look at afterwards."""

from __future__ import annotations

import re
from typing import Any

from slack_sdk import WebClient
from sqlmodel import select

from handlers import alert_content
from handlers.hr.employee import EmployeeEvent
from handlers.onboarding import actions, carry_out
from handlers.onboarding.office import Office
from models.delivery import Delivery
from models.employee import Employee
from models.extension import Extension
from pbx import extensions
from pbx.publish import publish
from pbx.system import PhoneSystem
from tests.slack_stand_in import SlackStandIn, as_text


def office_of(system: PhoneSystem, slack: SlackStandIn) -> Office:
    return Office(system, WebClient(token=slack.bot_token, base_url=slack.url))


def event(kind: Any, **more: Any) -> EmployeeEvent:
    values = {"external_id": "e1", "name": "Alice", "email": "alice@example.com"} | more
    return EmployeeEvent(kind=kind, **values)


def apply(office: Office, *events: EmployeeEvent) -> list[str]:
    outcomes = [result for each in events for result in carry_out.apply(office, "standard", each)]
    publish(office.system)
    return [each.words for each in outcomes]


def employee(office: Office, external_id: str = "e1") -> Employee:
    found = office.find("standard", external_id)
    assert found is not None
    return found


def extension(office: Office) -> Extension | None:
    return extensions.find(office.system, employee(office).number or "")


def is_enabled(office: Office) -> bool:
    found = extension(office)
    return found is not None and found.enabled


def told(office: Office) -> list[tuple[str, str]]:
    """(channel, kind of message) of all that is to be posted."""
    with office.system.database.session() as session:
        return [(row.channel, row.content["kind"]) for row in session.exec(select(Delivery))]


def words(office: Office) -> list[str]:
    """The same messages in words."""
    with office.system.database.session() as session:
        return [
            as_text({"blocks": alert_content.show(row.content).blocks})
            for row in session.exec(select(Delivery))
        ]


def shown_secret(office: Office, user_id: str = "U0ALICE01") -> str:
    """What the button shows; nothing when it shows none."""
    view = actions.secret_view(office.system, user_id, str(employee(office).id))
    match = re.search(r"^Password +(\S+)$", as_text(view), re.MULTILINE) if view else None
    return match[1] if match else ""
