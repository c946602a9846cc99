"""Each execution, step by step: asked, carried out, told. One process does this, the one that listens."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from slack_sdk import WebClient
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from handlers.steps import functions, questions, telling
from handlers.steps.carrying_out import NotYet, carry_out, has_begun, to_disable
from models import step_mode
from models.step_execution import StepExecution, StepState, advance, in_state
from models.step_mode import Mode
from models.types import now
from pbx.errors import AsteriskUnavailable, Overtaken, Refusal, SwitchhookError
from pbx.services import Services

log = logging.getLogger("switchhook.steps")

LIMIT = timedelta(hours=24)  # for the admins to answer, and for Asterisk to follow
AGAIN = timedelta(seconds=5)  # until Asterisk is asked once more
MOST_ASKED = 50  # that wait for the admins at a time
OFF = "Switchhook carries out no steps of workflows: a phone admin switches them on with /ext steps ask, or /ext steps on"


def progress(services: Services, client: WebClient) -> None:
    """Bring every execution as far as it goes now."""
    for state, step in ((StepState.NEW, _begin), (StepState.ASKED, _give_up), (StepState.RUNNING, _run)):
        for row in _due(services, state):
            _isolated(services, row, step)
    for row in _due(services, StepState.FINISHED):
        telling.tell(services, client, row)


def _due(services: Services, state: StepState) -> list[StepExecution]:
    with services.database.session() as session:
        return in_state(session, state)


def _isolated(
    services: Services, row: StepExecution, step: Callable[[Services, StepExecution], None]
) -> None:
    """Take a step; what nobody has foreseen ends this execution, and no other."""
    try:
        step(services, row)
    except SwitchhookError as error:
        finish(services, row, error=str(error))
    except SQLAlchemyError:
        raise
    except Exception as error:
        log.exception("a step of a workflow failed", extra={"execution": row.execution_id})
        finish(
            services,
            row,
            error=f"something is wrong inside Switchhook ({type(error).__name__}); its log says more",
        )


def _mode(services: Services) -> Mode:
    with services.database.session() as session:
        return step_mode.current(session)


def _begin(services: Services, row: StepExecution) -> None:
    """Decide whether it is carried out, now or once the admins allow it. Raises Refusal for inputs that are wrong."""
    mode = _mode(services)
    if mode is Mode.OFF:
        finish(services, row, error=OFF)
        return
    function = functions.FUNCTIONS.get(row.function)
    if function is None:
        raise Refusal("this version of Switchhook has no such step")
    functions.check(row.function, row.inputs)
    if mode is Mode.ON:
        functions.must_be_in(services.settings.extension_range, row.inputs)
    numbers = _concerned(services, row)
    with services.database.session() as session:
        if mode is Mode.ON or not function.changes:
            advance(session, row, StepState.RUNNING)
        elif questions.is_asked(session, row):
            _end(
                session,
                row,
                error="the phone admins are asked the same of this person already: wait for their answer",
            )
        elif questions.waiting(session) >= MOST_ASKED:
            _end(session, row, error=f"{MOST_ASKED} steps of workflows wait for the phone admins already")
        elif advance(session, row, StepState.ASKED):
            questions.ask(session, services, row, numbers)


def _concerned(services: Services, row: StepExecution) -> tuple[str, ...]:
    """Return the extensions that would be disabled. Raises Refusal where there is none, so that no admin is asked in vain."""
    return (
        tuple(each.number for each in to_disable(services, row)) if row.function == functions.DISABLE else ()
    )


def _give_up(services: Services, row: StepExecution) -> None:
    if _mode(services) is Mode.OFF:
        finish(services, row, error=OFF)
    elif row.created_at < now() - LIMIT:
        finish(services, row, error="no phone admin has allowed it within 24 hours")


def _run(services: Services, row: StepExecution) -> None:
    if _mode(services) is Mode.OFF and not has_begun(services, row):
        finish(services, row, error=OFF)
        return
    try:
        outputs = carry_out(services, row)
    except (NotYet, Overtaken, AsteriskUnavailable) as error:
        if row.created_at < now() - LIMIT:
            finish(services, row, error=str(error))
            return
        with services.database.session() as session:
            advance(session, row, StepState.RUNNING, next_try_at=now() + AGAIN)
    else:
        finish(services, row, outputs=outputs)


def finish(
    services: Services, row: StepExecution, *, outputs: dict[str, Any] | None = None, error: str | None = None
) -> None:
    """Note what came of it; Slack is told next."""
    with services.database.session() as session:
        _end(session, row, outputs=outputs, error=error)
    log.info(
        "a step of a workflow has ended", extra={"execution": row.execution_id, "reason": error or "done"}
    )


def _end(session: Session, row: StepExecution, **result: Any) -> None:
    if advance(session, row, StepState.FINISHED, **result):
        questions.close(session, row, result.get("error") or "")
