"""/extensions/deliveries: what HR systems delivered, what became of it, and what waits for an admin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from flask import render_template, request
from sqlmodel import Session

from handlers import message_kinds
from handlers.home import deliveries as asked
from handlers.onboarding import decisions, delivery_messages, giving, inbox, missing_details
from handlers.onboarding.admin_messages import NoSlackAccount
from handlers.pages import filters, paging
from handlers.pages.administration.delivery_ways import RETRY, STATES, Question, question
from handlers.pages.routes import Pages
from handlers.slack.message_content import MessageContent
from handlers.slack.roles import Role
from models import outbox
from models.employee import Employee
from models.hr_delivery import DeliveryState, HrDelivery
from models.outbox import OutboxMessage
from pbx.errors import NotFound
from pbx.services import Services

PAGE_SIZE, MAX_WAITING = 50, 100


@dataclass(frozen=True)
class Delivery:
    """One of them. `reason`: what became of it, or why not, as it is now; `people`: whom it told of, one each."""

    id: int
    source: str
    received_at: datetime
    state: str
    reason: str
    people: Sequence[str]
    next_try_at: datetime | None
    question: Question | None = None

    @property
    def who(self) -> str:
        return "; ".join(self.people[:3]) + (
            f" and {len(self.people) - 3} more" if len(self.people) > 3 else ""
        )


@dataclass(frozen=True)
class Deliveries:
    """Those that wait, and a page of the others; `unknown`: people whom Slack does not know."""

    waiting: Sequence[Delivery]
    finished: Sequence[Delivery]
    unknown: Sequence[NoSlackAccount]
    older: int | None


def add_routes(pages: Pages) -> None:
    services = pages.services

    @pages.get("/deliveries", Role.ADMIN, menu="HR")
    def deliveries() -> str:
        return listing(services)

    @pages.get("/deliveries/<id:delivery>", Role.ADMIN)
    def delivery(delivery: int) -> str:
        return page(services, delivery)


def listing(
    services: Services, errors: Mapping[str, str] | None = None, typed: Mapping[str, str] | None = None
) -> str:
    """Return the page of all. `errors`, `typed`: of the form for somebody whom Slack does not know, by its field."""
    found = all_of(services, filters.row_id(request.args.get("before", "")))
    return render_template("pages/deliveries.html", found=found, errors=errors or {}, typed=typed or {})


def page(
    services: Services,
    delivery_id: int,
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> str:
    """Return the page of one, with what was typed there and what is wrong with it. Raises NotFound."""
    return render_template(
        "pages/delivery.html",
        delivery=one(services, delivery_id),
        departments=missing_details.departments(services),
        errors=errors or {},
        typed=typed or {},
    )


def all_of(services: Services, before: int | None) -> Deliveries:
    """Return a page of them. Raises SQLAlchemyError."""
    with services.database.session() as session:
        waiting = [] if before else inbox.waiting(session, MAX_WAITING)
        shown, older = paging.older(inbox.finished(session, before, PAGE_SIZE + 1), PAGE_SIZE)
        known = inbox.known_people(session, [*waiting, *shown])
        unknown = [] if before else _unknown(session)
    return Deliveries(
        [_delivery(row, known) for row in waiting], [_delivery(row, known) for row in shown], unknown, older
    )


def one(services: Services, delivery_id: int) -> Delivery:
    """Return one, with what is asked about it. Raises NotFound."""
    with services.database.session() as session:
        row = session.get(HrDelivery, delivery_id)
        if row is None:
            raise NotFound(f"there is no HR delivery {delivery_id}; those that are done are kept for a week")
        known = inbox.known_people(session, [row])
        reason = decisions.describe(session, row.pending_results)[0] if row.pending_results else None
        return _delivery(row, known, reason, _question(session, row))


def _question(session: Session, row: HrDelivery) -> Question | None:
    """Return what is asked about a delivery; None: nothing."""
    if row.state is DeliveryState.NEEDS_DETAILS and row.next_try_at:
        return Question("The HR system itself is asked for details.", [RETRY])
    if row.state in (*inbox.UNDECIDED, DeliveryState.NEEDS_DETAILS):
        return question(asked.question(session, row))
    return None


def _delivery(
    row: HrDelivery,
    known: dict[tuple[str, str], Employee],
    reason: str | None = None,
    question: Question | None = None,
) -> Delivery:
    return Delivery(
        row.id or 0,
        row.source,
        row.received_at,
        STATES.get(row.state, row.state),
        reason or row.reason or "",
        delivery_messages.each_of(row, known),
        row.next_try_at,
        question,
    )


def _unknown(session: Session) -> list[NoSlackAccount]:
    """Return the people who wait to be named in Slack, as the admins are asked: one message each, however many admins."""
    rows = outbox.find_open_by_prefix(session, giving.QUESTION)
    contents = [_read(row) for row in rows if not row.content.get("done")]
    found = {each.employee: each for each in contents if isinstance(each, NoSlackAccount) and each.employee}
    return list(found.values())


def _read(row: OutboxMessage) -> MessageContent | None:
    """Return what a message says; None for one that another version has written."""
    with suppress(ValueError):
        return message_kinds.read(row.content)
    return None
