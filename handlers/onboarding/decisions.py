"""Deliveries that wait for an admin: the question, the answer, and what the question says afterwards."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError
from sqlmodel import Session, col, select

from handlers import audit_messages
from handlers.hr.employee import NUMBER, EmployeeEvent, EmployeeEventKind, first_fault
from handlers.onboarding import choices, delivery_messages, event_order, inbox
from handlers.onboarding.delivery_messages import DeliveryAnswered, DeliveryFailed, OwnerUnclear
from handlers.onboarding.results import Result, is_settled, words_now
from handlers.slack import done_copies
from handlers.slack.message_content import MessageContent
from handlers.slack.modals.faults import Faults
from models import audit, outbox
from models.actor import Actor
from models.employee import DEPARTED_STAGES, Employee
from models.extension import BY_NUMBER, Extension
from models.hr_delivery import DeliveryState, HrDelivery
from models.outbox import OutboxMessage
from models.types import now
from pbx import numbers
from pbx.errors import Refusal
from pbx.services import Services

log = logging.getLogger("switchhook.hr")

ENDS: dict[str, EmployeeEventKind] = {"joined": "left", "left": "joined"}
OVERTAKEN = "overtaken by later news of the same person"


def ask(session: Session, services: Services, row: HrDelivery, candidates: Sequence[Extension] = ()) -> None:
    """Send one message to each admin for a delivery; it is edited when it is asked once more."""
    content = _question(session, row, candidates).as_json()
    for each in outbox.find_open(session, _subject(row)):
        _edit(session, each, content)
    outbox.enqueue_once(session, services.settings.slack_admins, _subject(row), content)


def _question(session: Session, row: HrDelivery, candidates: Sequence[Extension]) -> MessageContent:
    who, kinds = _who(session, row), {event.get("kind") for event in row.events}
    if row.state is DeliveryState.NEEDS_CHOICE:
        return OwnerUnclear.of(row, who, candidates, leaves="left" in kinds)
    joins, reason = kinds == {"joined"}, row.reason or ""
    return DeliveryFailed(delivery=row.id or 0, source=row.source, who=who, reason=reason, joins=joins)


def update_question(
    session: Session, row: HrDelivery, words: str, *, final: bool, by: Actor | None = None
) -> None:
    """Replace a question and its buttons by these words. `final`: nothing more will come.

    `by`: who has answered; whoever it was stays there.
    """
    who, done = _who(session, row), done_copies.done_by(by) if by else None
    shown = DeliveryAnswered(delivery=row.id or 0, source=row.source, who=who, words=words)
    for each in outbox.find_open(session, _subject(row)):
        answered = shown.model_copy(update={"done": done or done_copies.done_of(each)})
        _edit(session, each, answered.as_json())
    if final:
        outbox.close_all(session, _subject(row))


def _who(session: Session, row: HrDelivery) -> str:
    return delivery_messages.who(row, inbox.known_people(session, [row]))


def _edit(session: Session, message: OutboxMessage, content: dict[str, Any]) -> None:
    if message.content != content:
        outbox.edit(session, message, content)


def _subject(row: HrDelivery) -> str:
    return f"{inbox.QUESTION}{row.id}"


def is_asked_already(session: Session, row: HrDelivery, part: inbox.Part) -> int | None:
    """Return the number of another delivery by which the admins are asked the same of the same person."""
    (event,) = part["events"]
    waiting = col(HrDelivery.state) == DeliveryState.NEEDS_CHOICE, col(HrDelivery.source) == row.source
    others = session.exec(select(HrDelivery).where(*waiting, col(HrDelivery.id) != row.id)).all()
    same = ("external_id", "kind")
    found = (each.id for each in others if all(each.events[0][name] == event[name] for name in same))
    return next(found, None)


def close_overtaken(services: Services, source: str, news: EmployeeEvent, employee: Employee) -> None:
    """Close what the admins are asked of somebody's leaving or joining before: they have come back, or left, since."""
    kind = "joined" if news.is_active else news.kind
    is_so = (kind == "left") is (employee.stage in DEPARTED_STAGES)
    if kind not in ENDS or not is_so:
        return
    with services.database.session() as session:
        waiting = col(HrDelivery.state).in_(inbox.UNDECIDED), HrDelivery.source == source
        for row in session.exec(select(HrDelivery).where(*waiting)).all():
            asked = EmployeeEvent.model_validate(row.events[0]).as_received(row.received_at)
            if asked.kind == ENDS[kind] and event_order.is_before(asked, news):
                inbox.ignore(session, row, OVERTAKEN)
                update_question(session, row, OVERTAKEN, final=True)


def answer(services: Services, delivery_id: int, choice: str, by: Actor, number: str | None = None) -> None:
    """Carry out what an admin has chosen; `number`: typed by them. Raises Refusal."""
    if not choices.PATTERN.fullmatch(choice):
        raise Refusal(f"that button is of another version: see /ext hr, or /ext hr retry {delivery_id}")
    row = _waiting(services, delivery_id)
    events = [event | {"choice": choice, "wanted_number": number} for event in row.events]
    did = f"answered HR delivery {delivery_id}: {_in_words(services, choice, number)}"
    _decide(services, row, "is being carried out", by, did, **inbox.ONCE_MORE | {"events": events})


def _in_words(services: Services, choice: str, number: str | None) -> str:
    """Word a choice: `typed 205`, `next free number`, or `extension 105`."""
    if choice == choices.NEW:
        return f"typed {number}" if number else "next free number"
    these = col(Extension.id).in_(choices.revisions(choice))
    with services.database.session() as session:
        numbers = session.exec(select(Extension.number).where(these).order_by(*BY_NUMBER)).all()
    return f"extension {', '.join(numbers) or 'deleted since'}"


def answer_number(services: Services, delivery_id: int, typed: str, by: Actor) -> None:
    """Carry out the number that an admin has typed. Raises Faults of `number`, and Refusal."""
    _waiting(services, delivery_id)
    try:
        number = NUMBER.validate_python(typed)
    except ValidationError as error:
        raise Faults({"number": first_fault(error)}) from None
    if taken := numbers.find(services, number):
        raise Faults({"number": f"{number} is taken by {taken.name}"})
    answer(services, delivery_id, choices.NEW, by, number)


def ignore(services: Services, delivery_id: int, by: Actor) -> None:
    """End a delivery: nothing is to be done. Raises Refusal."""
    row, reason = _waiting(services, delivery_id), f"ignored by {audit_messages.actor(by)}"
    ends = {"state": DeliveryState.IGNORED, "reason": reason, "done_at": now()}
    _decide(services, row, "ignored", by, f"ignored HR delivery {delivery_id}", final=True, **ends)


def retry(services: Services, delivery_id: int, by: Actor) -> None:
    """Have a delivery processed once more. Raises Refusal."""
    row = inbox.get(services, delivery_id)
    if row.state not in (*inbox.UNDECIDED, DeliveryState.NEEDS_DETAILS):
        raise Refusal(
            f"HR delivery {delivery_id} is {row.state}; only what has not been carried out can be tried again"
        )
    did = f"tried HR delivery {delivery_id} again"
    # The extensions that were chosen are dropped: they may be why it failed.
    events = [
        event | {"choice": None} if choices.names_extensions(event.get("choice")) else event
        for event in row.events
    ]
    _decide(services, row, "is tried again", by, did, asked_at=None, **inbox.ONCE_MORE | {"events": events})


def _waiting(services: Services, delivery_id: int) -> HrDelivery:
    row = inbox.get(services, delivery_id)
    if row.state in inbox.UNDECIDED:
        return row
    words = f"HR delivery {delivery_id} does not wait for an answer any more: {inbox.describe(row)}"
    if row.state is DeliveryState.WAITING:
        words = f"HR delivery {delivery_id} is being carried out already: see /ext hr"
    with services.database.session() as session:
        raise done_copies.too_late(session, _subject(row), words)


def _decide(
    services: Services,
    row: HrDelivery,
    words: str,
    by: Actor,
    did: str,
    *,
    final: bool = False,
    **values: object,
) -> None:
    """Change the row and what the admins see of it, in one step. `did`: what the audit says. Raises Refusal."""
    with services.database.session() as session:
        if not inbox.update_if_unchanged(session, row, **values):
            words = f"somebody was faster with HR delivery {row.id}: see /ext hr"
            raise done_copies.too_late(session, _subject(row), words)
        audit.record(session, by, did)
        update_question(session, row, words, final=final, by=by)
    log.info("an admin has decided", extra={"what": did, "by": str(by)})


def report_progress(services: Services) -> None:
    """Have deliveries, and the messages about them, say how far Asterisk has come with what they asked for."""
    with services.database.session() as session:
        for row in session.exec(select(HrDelivery).where(col(HrDelivery.pending_results).is_not(None))).all():
            reason, settled = describe(session, row.pending_results or [])
            if settled or reason != row.reason:
                row.reason, row.pending_results = reason, None if settled else row.pending_results
                row.done_at = now() if settled else row.done_at
                update_question(session, row, reason, final=settled)


def describe(session: Session, pending: Sequence[dict[str, object]]) -> tuple[str, bool]:
    """Say what became of a delivery's events, and whether Asterisk has followed."""
    results = [Result(**each) for each in pending]  # type: ignore[arg-type] # as as_json() has made it
    rows = [session.get(Extension, each.extension_id) if each.extension_id else None for each in results]
    pairs = list(zip(results, rows, strict=True))
    return "; ".join(words_now(*pair) for pair in pairs), all(is_settled(*pair) for pair in pairs)
