"""What admins do, see and answer while HR tells of employees; there is no Asterisk."""

from __future__ import annotations

from typing import Any

from sqlmodel import update

from handlers import message_kinds
from handlers.alerts.poster import Poster
from handlers.onboarding import actions, decisions, missing_details
from handlers.slack.admins import Admins
from models.actor import Actor
from models.extension import Extension, State
from models.fields import Changes, NewExtension
from models.lease import LISTENER_LEASE, LeaseHolder
from models.phone import Phone
from models.types import now
from pbx import directory, extensions
from tests.handlers.onboarding.hr_driver import HrDriver
from tests.server import ADMIN_ID
from tests.slash_commands import TESTER

ADMIN = Actor.slack(ADMIN_ID)
CAROL = {"name": "Carol Jones", "email": "Carol@Example.com"}


def create(hr_driver: HrDriver, number: str, name: str = "Carol", **more: Any) -> Extension:
    """Create an extension as an admin does it, before HR is connected."""
    row, _ = extensions.save_new(
        hr_driver.context.services, NewExtension(number=number, name=name, **more), by=ADMIN
    )
    return row


def change(hr_driver: HrDriver, number: str, **more: Any) -> None:
    extensions.save_changes(hr_driver.context.services, number, Changes(**more), by=ADMIN)


def get(hr_driver: HrDriver, number: str) -> Extension:
    return extensions.get(hr_driver.context.services, number)


def register(hr_driver: HrDriver, number: str) -> None:
    """Note a registration, as the listener does."""
    with hr_driver.context.services.database.session() as session:
        session.add(Phone(number=number, address="192.0.2.7", port=5060, since=now()))


def enabled(hr_driver: HrDriver) -> list[str]:
    return [
        each.extension.number
        for each in directory.listing(hr_driver.context.services)
        if each.extension.enabled
    ]


def buttons(hr_driver: HrDriver) -> dict[str, tuple[str, str]]:
    """Return the buttons of the last message by label: what Slack sends when one is pressed."""
    elements = hr_driver.forms()[-1]["blocks"][-1].get("elements", [])
    found = [each for each in elements if each["type"] == "button"]
    return {each["text"]["text"]: (each["action_id"], each["value"]) for each in found}


def press(hr_driver: HrDriver, label: str, user_id: str = ADMIN_ID) -> str:
    admins = Admins((ADMIN_ID,), hr_driver.context.client)
    answer = actions.answer_pressed(hr_driver.context.services, admins, user_id, *buttons(hr_driver)[label])
    hr_driver.process_all()
    return answer.text


def mark_all_live(hr_driver: HrDriver) -> None:
    """Mark all as live, as if Asterisk had followed."""
    with hr_driver.context.services.database.session() as session:
        session.exec(update(Extension).values(state=State.LIVE))
    decisions.report_progress(hr_driver.context.services)


def post_all(hr_driver: HrDriver) -> None:
    """Post until nothing is due."""
    context, holder = hr_driver.context, LeaseHolder(hr_driver.context.services.database, LISTENER_LEASE)
    assert holder.acquire()
    admins = Admins(context.services.settings.slack_admins, context.client)
    poster = Poster(context.services, holder, context.client, admins, message_kinds.reader(context.services))
    while poster.post_due():
        poster.finish()
    holder.release()


def fill_in(hr_driver: HrDriver, external_id: str = "e1", name: str = "Alice", **more: str) -> None:
    missing_details.fill_in(
        hr_driver.context.services, hr_driver.source, external_id, {"name": name, **more}, by=TESTER
    )
    hr_driver.process_all()


def asked_for(hr_driver: HrDriver) -> list[str]:
    """The employees whose name the admins were asked for, in that order."""
    return [
        text.split("told of employee ")[1].split(",")[0]
        for text in hr_driver.texts()
        if "needs a name" in text
    ]
