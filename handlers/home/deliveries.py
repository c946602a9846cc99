"""HR's deliveries that wait for an admin, as the admins were asked about them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from handlers import message_kinds
from handlers.onboarding import delivery_messages, inbox, missing_details
from handlers.onboarding.admin_messages import DetailsNeeded
from handlers.onboarding.delivery_messages import DeliveryFailed
from handlers.slack.blocks import Block
from handlers.slack.message_content import MessageContent
from handlers.wording import shorten
from models import outbox
from models.hr_delivery import DeliveryState, HrDelivery

SHOWN = 5
MAX_REASON_LENGTH = 300


@dataclass(frozen=True)
class Questions:
    """The blocks of the first questions, and how many deliveries wait."""

    blocks: tuple[list[Block], ...] = ()
    count: int = 0


def questions(session: Session) -> Questions:
    """Return what admins are asked; not what the HR system itself is asked first."""
    by_admins = col(HrDelivery.state) == DeliveryState.NEEDS_DETAILS, col(HrDelivery.next_try_at).is_(None)
    waits = col(HrDelivery.state).in_(inbox.UNDECIDED) | (by_admins[0] & by_admins[1])
    first = select(HrDelivery).where(waits).order_by(col(HrDelivery.id)).limit(SHOWN)
    contents = [_short(question(session, row)) for row in session.exec(first).all()]
    count = session.exec(select(func.count()).where(waits)).one()
    return Questions(tuple(content.render().blocks for content in contents), count)


def _short(content: MessageContent) -> MessageContent:
    reason = getattr(content, "reason", None)
    return content.model_copy(update={"reason": shorten(reason, MAX_REASON_LENGTH)}) if reason else content


def question(session: Session, row: HrDelivery) -> MessageContent:
    """Return the question as it was asked; of whose extension it is, only the message knows the choices."""
    if row.state is DeliveryState.NEEDS_DETAILS:
        return DetailsNeeded(whom=missing_details.employee_key(row), reason=row.reason)
    for asked in outbox.find_open(session, f"{inbox.QUESTION}{row.id}")[:1]:
        with suppress(ValueError):  # another version has written it
            return message_kinds.read(asked.content)
    who = delivery_messages.who(row, inbox.known_people(session, [row]))
    return DeliveryFailed(delivery=row.id or 0, source=row.source, who=who, reason=row.reason or "")
