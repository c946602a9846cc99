"""Hands HR deliveries in and reads what became of them; there is no Asterisk."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from handlers import message_kinds
from handlers.onboarding import deliveries, detail_requests
from handlers.onboarding.context import OnboardingContext
from models.hr_delivery import DeliveryState, HrDelivery
from models.outbox import OutboxMessage
from models.types import now
from pbx import directory
from pbx.services import Services
from tests.handlers.onboarding.events import event
from tests.slack_stand_in import as_text
from tests.slack_stand_in.records import Json

EventValues = dict[str, Any]
NO_ASTERISK = ": /etc/asterisk does not exist: check ASTERISK_CONFIG_DIR, the folder of Asterisk's files"


def joined(external_id: str = "e1", **more: Any) -> EventValues:
    return _event("joined", external_id, **more)


def changed(external_id: str = "e1", **more: Any) -> EventValues:
    return _event("changed", external_id, **more)


def left(external_id: str = "e1", **more: Any) -> EventValues:
    return _event("left", external_id, **more)


def _event(kind: str, external_id: str, **more: Any) -> EventValues:
    """Return an event as a row has it; without a name unless one is given."""
    values = {"name": None, "email": None, "external_id": external_id} | more
    return event(kind, **values).model_dump(mode="json")


@dataclass
class HrDriver:
    context: OnboardingContext
    source: str = "standard"

    def deliver(self, *events: EventValues) -> int:
        """Store a delivery, work until nothing is left to do, return its number."""
        row = HrDelivery(
            source=self.source,
            key=str(len(self.rows())),
            received_at=now(),
            events=list(events),
            state=DeliveryState.WAITING,
        )
        with self.context.services.database.session() as session:
            session.add(row)
        self.process_all()
        return row.id or 0

    def process_all(self) -> None:
        while deliveries.process_due(self.context):
            pass

    def ask(self) -> None:
        """Ask the HR system as long as it answers, then the admins."""
        while detail_requests.look_up_next(self.context):
            self.process_all()
        detail_requests.ask_admins(self.context)

    def rows(self) -> list[HrDelivery]:
        with self.context.services.database.session() as session:
            return list(session.exec(select(HrDelivery).order_by(col(HrDelivery.id))))

    def state(self, number: int) -> tuple[DeliveryState, str | None]:
        """Return state and reason, without why Asterisk has not followed yet."""
        row = self.rows()[number - 1]
        return row.state, row.reason and re.sub(NO_ASTERISK, "", row.reason)

    def make_due(self) -> None:
        """Make due what is to be tried later."""
        with self.context.services.database.session() as session:
            for row in session.exec(select(HrDelivery).where(col(HrDelivery.next_try_at).is_not(None))):
                row.next_try_at = now()

    def next_tries(self) -> list[datetime | None]:
        return [row.next_try_at for row in self.rows()]

    def names(self) -> list[str]:
        """Return the names of all extensions, by number."""
        return [status.extension.name for status in directory.listing(self.context.services)]

    def forms(self) -> list[Json]:
        """Return the messages to the admins, as Slack gets them."""
        with self.context.services.database.session() as session:
            contents = [
                row.content for row in session.exec(select(OutboxMessage).order_by(col(OutboxMessage.id)))
            ]
        return [{"blocks": message_kinds.read(content).as_posted().blocks} for content in contents]

    def texts(self) -> list[str]:
        """Return the same messages as text."""
        return [as_text(form) for form in self.forms()]


def with_settings(hr_driver: HrDriver, source: str = "bamboohr", **values: object) -> HrDriver:
    """Return a driver of the same database with other settings."""
    services = hr_driver.context.services
    settings = type(services.settings)(_env_file=None, **services.settings.model_dump() | values)
    asking_system = Services(settings, services.database, services.cipher)
    return HrDriver(replace(hr_driver.context, services=asking_system), source)
