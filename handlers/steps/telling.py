"""Tells Slack what came of a step, so that the workflow goes on: once, and again until Slack has heard of it."""

from __future__ import annotations

import logging
from datetime import timedelta

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from handlers.retry import backoff, jitter, retry_after
from handlers.slack.errors import MAX_WAIT, SLACK_AWAY, TOKEN_REFUSED, is_definite, name_of
from handlers.steps.messages import StepUntold
from handlers.steps.questions import subject
from models import outbox
from models.step_execution import StepExecution, StepState, advance
from models.types import now
from pbx.services import Services

log = logging.getLogger("switchhook.steps")

NOT_RUNNING = "execution_not_in_running_state"  # told before, or the workflow was ended
KEEP_TRYING = timedelta(hours=24)


def tell(services: Services, client: WebClient, row: StepExecution) -> None:
    """Tell Slack of one execution. What was begun to be told before counts as told if Slack says that it has ended."""
    with services.database.session() as session:
        if not advance(session, row, StepState.FINISHED, attempts=row.attempts + 1):
            return
    try:
        _call(client, row)
    except SlackApiError as error:
        if name_of(error) == NOT_RUNNING and row.attempts:
            _told(services, row)
        elif is_definite(error) and name_of(error) not in {"ratelimited", *TOKEN_REFUSED}:
            _give_up(services, row, name_of(error))
        else:
            _later(services, row, name_of(error), retry_after(error.response.headers, 0.0))
    except SLACK_AWAY as error:
        _later(services, row, type(error).__name__)
    else:
        _told(services, row)


def _call(client: WebClient, row: StepExecution) -> None:
    if row.error is None:
        client.functions_completeSuccess(function_execution_id=row.execution_id, outputs=row.outputs or {})
    else:
        client.functions_completeError(function_execution_id=row.execution_id, error=row.error)


def _told(services: Services, row: StepExecution) -> None:
    with services.database.session() as session:
        advance(session, row, StepState.TOLD)


def _later(services: Services, row: StepExecution, reason: str, seconds: float = 0.0) -> None:
    if row.created_at < now() - KEEP_TRYING:
        _give_up(services, row, reason)
        return
    wait = seconds or jitter(backoff(row.attempts + 1, MAX_WAIT))
    log.warning("Slack does not hear what came of a step", extra={"reason": reason})
    with services.database.session() as session:
        again = now() + timedelta(seconds=wait)
        advance(session, row, StepState.FINISHED, next_try_at=again)


def _give_up(services: Services, row: StepExecution, reason: str) -> None:
    """End it, and tell the admins: what was done is done, and the workflow does not know it."""
    log.error(
        "Slack will not hear what came of a step", extra={"execution": row.execution_id, "reason": reason}
    )
    content = StepUntold.of(row, reason=reason, error=row.error or "").as_json()
    with services.database.session() as session:
        if advance(session, row, StepState.UNTOLD):
            for admin in services.settings.slack_admins:
                outbox.enqueue(session, admin, f"untold:{subject(row)}", content, open=False)
