"""Hands HR deliveries in and reads what became of them; there is no Asterisk."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from handlers.alerts import messages
from handlers.onboarding import asking, deliveries
from handlers.onboarding.context import OnboardingContext
from models.hr_delivery import DeliveryState, HrDelivery
from models.outbox import OutboxMessage
from models.types import now
from pbx import extensions
from tests.handlers.onboarding.hiring import event
from tests.slack_stand_in import as_text
from tests.slack_stand_in.records import Json

Told = dict[str, Any]
NO_ASTERISK = ": /etc/asterisk does not exist: check ASTERISK_CONFIG_DIR, the folder of Asterisk's files"


def joined(external_id: str = "e1", **more: Any) -> Told:
    return _event("joined", external_id, **more)


def changed(external_id: str = "e1", **more: Any) -> Told:
    return _event("changed", external_id, **more)


def left(external_id: str = "e1", **more: Any) -> Told:
    return _event("left", external_id, **more)


def _event(kind: str, external_id: str, **more: Any) -> Told:
    """As a row has it; without a name unless one is given."""
    values = {"name": None, "email": None, "external_id": external_id} | more
    return event(kind, **values).model_dump(mode="json")


@dataclass
class HrDriver:
    office: OnboardingContext
    source: str = "standard"

    def hand_in(self, *events: Told) -> int:
        """A delivery, worked on until nothing moves; its number."""
        row = HrDelivery(
            source=self.source,
            key=str(len(self.rows())),
            received_at=now(),
            events=list(events),
            state=DeliveryState.WAITING,
        )
        with self.office.system.database.session() as session:
            session.add(row)
        self.work()
        return row.id or 0

    def work(self) -> None:
        while deliveries.work(self.office):
            pass

    def ask(self) -> None:
        """The HR system, as long as it answers; then the admins."""
        while asking.ask_hr(self.office):
            self.work()
        asking.ask_admins(self.office)

    def rows(self) -> list[HrDelivery]:
        with self.office.system.database.session() as session:
            return list(session.exec(select(HrDelivery).order_by(col(HrDelivery.id))))

    def state(self, number: int) -> tuple[DeliveryState, str | None]:
        """Without why Asterisk has not followed yet."""
        row = self.rows()[number - 1]
        return row.state, row.reason and re.sub(NO_ASTERISK, "", row.reason)

    def hurry(self) -> None:
        """What is to be tried later is due."""
        with self.office.system.database.session() as session:
            for row in session.exec(select(HrDelivery).where(col(HrDelivery.next_try_at).is_not(None))):
                row.next_try_at = now()

    def pauses(self) -> list[datetime | None]:
        return [row.next_try_at for row in self.rows()]

    def names(self) -> list[str]:
        """Of all extensions, by number."""
        return [status.extension.name for status in extensions.listing(self.office.system)]

    def forms(self) -> list[Json]:
        """Messages to the admins, as Slack gets them."""
        with self.office.system.database.session() as session:
            contents = [
                row.content for row in session.exec(select(OutboxMessage).order_by(col(OutboxMessage.id)))
            ]
        return [{"blocks": messages.show(content).blocks} for content in contents]

    def told(self) -> list[str]:
        """The same in words."""
        return [as_text(form) for form in self.forms()]
