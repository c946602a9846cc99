"""Works off what HR systems delivered: waiting deliveries in order, then one publish() for all of them."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, select

from handlers.hr import lookup
from handlers.hr.employee import EmployeeEvent
from handlers.hr.lookup import TemporaryError
from handlers.onboarding import decisions, inbox, missing_details
from handlers.onboarding.candidates import NeedsChoice
from handlers.onboarding.context import OnboardingContext
from handlers.onboarding.dispatch import apply
from handlers.onboarding.inbox import Part
from handlers.onboarding.results import Result
from handlers.retry import backoff
from models.extension import Extension
from models.hr_delivery import DeliveryState, HrDelivery
from models.lease import LeaseLost
from models.types import now
from pbx.errors import Refusal, SwitchhookError
from pbx.publish import PUBLISH_ERRORS, publish

log = logging.getLogger("switchhook.hr")

AT_ONCE = 100  # deliveries between two publishes
TRIES = 6  # within a quarter of an hour
FIRST_PAUSE = 2.0  # seconds; four times as long after each try
NO_CHANGE = "it says that something changed, but not what"


@dataclass
class Outcome:
    """What became of a delivery's events."""

    done: list[Result] = field(default_factory=list)
    lacking: list[Part] = field(default_factory=list)  # wait for details
    failed: list[Part] = field(default_factory=list)  # to be tried again, or for the admins
    candidates: dict[int, tuple[Extension, ...]] = field(default_factory=dict)  # by index in `failed`


def process_due(context: OnboardingContext) -> int:
    """Process the next deliveries; return how many there were."""
    with context.services.database.session() as session:
        is_due = (col(HrDelivery.next_try_at).is_(None)) | (col(HrDelivery.next_try_at) <= now())
        waiting = select(HrDelivery).where(HrDelivery.state == DeliveryState.WAITING, is_due)
        rows = session.exec(waiting.order_by(col(HrDelivery.id)).limit(AT_ONCE)).all()
    for row in rows:
        _process(context, row)
    if rows:
        with suppress(*PUBLISH_ERRORS):  # saved with the rows that wait; tried again every minute
            publish(context.services)
        decisions.report_progress(context.services)
    return len(rows)


def _process(context: OnboardingContext, row: HrDelivery) -> None:
    outcome = Outcome()
    for given in row.events:
        _apply(context, row, given, outcome)
    with context.services.database.session() as session:
        _conclude(session, context, row, outcome)


def _apply(context: OnboardingContext, row: HrDelivery, given: dict[str, Any], outcome: Outcome) -> None:
    """Carry out one event; if that fails, the other events and the deliveries behind it go on."""
    try:
        event = EmployeeEvent.model_validate(given).as_received(row.received_at)
        event = missing_details.with_known_name(context, row.source, event)
        event = missing_details.with_pending_identity(context, row.source, event)
        if event.kind == "left":
            # Whatever becomes of it, they do not join any more.
            missing_details.propagate(context, row.source, event)
        if missing_details.is_needed(context, row.source, event):
            outcome.lacking.append(_needs_details(context, row, given, event))
            return
        outcome.done += [*apply(context, row.source, event), *map(Result, event.problems)]
        missing_details.propagate(context, row.source, event)
        if employee := context.find(row.source, event.external_id):
            decisions.close_overtaken(context.services, row.source, event, employee)
    except LeaseLost:  # who has it by now does it
        raise
    except Refusal as refusal:
        outcome.failed.append(_failed(given, str(refusal)))
    except NeedsChoice as doubt:
        outcome.candidates[len(outcome.failed)] = doubt.candidates
        outcome.failed.append(_failed(given, str(doubt)) | {"state": DeliveryState.NEEDS_CHOICE})
    except Exception as error:
        outcome.failed.append(_retry_or_fail(row, given, error))


def _needs_details(
    context: OnboardingContext, row: HrDelivery, given: dict[str, Any], event: EmployeeEvent
) -> Part:
    ask_at = now() if lookup.access_to(row.source, context.services.settings) else None
    waits = {"state": DeliveryState.NEEDS_DETAILS, "next_try_at": ask_at, "attempts": 0}
    return {"events": [given], "reason": "; ".join(event.problems) or None, **waits}


def _failed(given: dict[str, Any], reason: str) -> Part:
    return {"events": [given], "state": DeliveryState.FAILED, "reason": reason}


def _retry_or_fail(row: HrDelivery, given: dict[str, Any], error: Exception) -> Part:
    """Put off what failed unexpectedly: it may pass, as a busy database does. After TRIES, the admins are asked."""
    attempts, is_known = row.attempts + 1, isinstance(error, TemporaryError | SwitchhookError)
    reason = str(error) if is_known else type(error).__name__
    given_up = attempts >= TRIES
    log.warning(
        "an HR delivery cannot be carried out",
        extra={"delivery": row.id, "reason": reason, "attempts": attempts},
        exc_info=given_up,
    )
    if given_up:
        words = f"something is wrong inside Switchhook ({reason}), and its log says more"
        return _failed(given, f"{reason}, not in {TRIES} tries" if is_known else words)
    wanted = error.seconds if isinstance(error, TemporaryError) else 0
    pause = max(backoff(attempts, first=FIRST_PAUSE, factor=4), wanted)
    at = now() + timedelta(seconds=pause)
    waits = {"state": DeliveryState.WAITING, "attempts": attempts, "next_try_at": at}
    return {"events": [given], "reason": reason, **waits}


def _conclude(session: Session, context: OnboardingContext, row: HrDelivery, outcome: Outcome) -> None:
    """Split what is left into a delivery for each person, so that none waits for another."""
    parts = outcome.lacking + outcome.failed
    if not parts:
        _finish(session, row, outcome)
        return
    first_failed = len(outcome.lacking)
    for part in parts:
        if part["state"] is DeliveryState.NEEDS_CHOICE:
            _deduplicate(session, row, part)
    for index, each in enumerate(inbox.split(session, row, parts)):
        if each.state is DeliveryState.IGNORED:
            decisions.update_question(session, each, each.reason or "", final=True)
        elif each.state in inbox.UNDECIDED:
            log.warning(
                "an HR delivery waits for the admins", extra={"delivery": each.id, "reason": each.reason}
            )
            decisions.ask(session, context.services, each, outcome.candidates.get(index - first_failed, ()))


def _deduplicate(session: Session, row: HrDelivery, part: Part) -> None:
    """Ignore a part that the admins are asked about already: HR systems tell of the same more than once."""
    if other := decisions.is_asked_already(session, row, part):
        reason = f"the admins are asked already, for delivery {other}"
        part |= {"state": DeliveryState.IGNORED, "reason": reason, "done_at": now()}


def _finish(session: Session, row: HrDelivery, outcome: Outcome) -> None:
    if all(EmployeeEvent.model_validate(event).has_no_details for event in row.events):
        inbox.update_if_unchanged(
            session, row, state=DeliveryState.IGNORED, reason=row.reason or NO_CHANGE, done_at=now()
        )
        return
    pending = [each.as_json() for each in outcome.done]
    reason, settled = decisions.describe(session, pending)
    ends = {"reason": reason, "pending_results": None if settled else pending, "done_at": now()}
    if inbox.update_if_unchanged(session, row, state=DeliveryState.DONE, **ends):
        decisions.update_question(session, row, reason, final=settled)
