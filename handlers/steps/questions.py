"""What the admins are asked of an execution, in a message to each of them, and what it says afterwards."""

from __future__ import annotations

from sqlmodel import Session, col, func, select

from handlers.steps.messages import StepAsked
from models import audit, outbox
from models.actor import Actor
from models.step_execution import StepExecution, StepState, advance
from pbx.errors import Refusal
from pbx.services import Services

REFUSED = "a phone admin has refused it"


def subject(row: StepExecution) -> str:
    return f"step:{row.id}"


def ask(session: Session, services: Services, row: StepExecution) -> None:
    outbox.enqueue_once(session, services.settings.slack_admins, subject(row), StepAsked.of(row).as_json())


def waiting(session: Session) -> int:
    """Return how many wait for the admins."""
    asked = select(func.count()).select_from(StepExecution).where(col(StepExecution.state) == StepState.ASKED)
    return session.exec(asked).one()


def decide(services: Services, row_id: int, *, allowed: bool, by: Actor) -> StepExecution:
    """Allow or refuse an execution that waits. Raises Refusal."""
    with services.database.session() as session:
        row = session.get(StepExecution, row_id)
        if row is None or row.state is not StepState.ASKED:
            raise Refusal("that step does not wait for an answer any more")
        session.expunge(row)
        state = StepState.RUNNING if allowed else StepState.FINISHED
        if not advance(session, row, state, error=None if allowed else REFUSED):
            raise Refusal("somebody was faster with that step")
        audit.record(session, by, f"{'allowed' if allowed else 'refused'} step {row.id} of a workflow")
        update(session, row, "" if allowed else REFUSED, by=by.id, final=not allowed)
    return row


def update(session: Session, row: StepExecution, error: str, *, by: str = "", final: bool) -> None:
    """Have every copy of the question say what became of it. `by`: who has decided; they stay there."""
    for each in outbox.find_open(session, subject(row)):
        content = StepAsked.model_validate(each.content)
        news = {"decided_by": by or content.decided_by, "error": error, "is_over": final}
        outbox.edit(session, each, content.model_copy(update=news).as_json())
    if final:
        outbox.close_all(session, subject(row))
