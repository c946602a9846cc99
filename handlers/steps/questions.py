"""What the admins are asked of an execution, in a message to each of them, and what it says afterwards."""

from __future__ import annotations

from sqlmodel import Session, col, func, select

from handlers.slack.done_copies import done_by, settle, too_late
from handlers.steps import functions
from handlers.steps.messages import StepAsked
from models import audit, outbox, step_mode
from models.actor import Actor
from models.step_execution import StepExecution, StepState, advance, in_state
from models.step_mode import Mode
from pbx.errors import Refusal
from pbx.services import Services

REFUSED = "a phone admin has refused it"


def subject(row: StepExecution) -> str:
    return f"step:{row.id}"


def ask(session: Session, services: Services, row: StepExecution, numbers: tuple[str, ...]) -> None:
    """Ask each admin. `numbers`: the extensions that it is about."""
    content = StepAsked.of(row, numbers=numbers).as_json()
    outbox.enqueue_once(session, services.settings.slack_admins, subject(row), content)


def waiting(session: Session) -> int:
    """Return how many wait for the admins."""
    asked = select(func.count()).select_from(StepExecution).where(col(StepExecution.state) == StepState.ASKED)
    return session.exec(asked).one()


def is_asked(session: Session, row: StepExecution) -> bool:
    """Return whether the same is asked of the same person already, whatever else is to be noted of them."""
    asked = (each for each in in_state(session, StepState.ASKED) if each.function == row.function)
    return any(functions.user_of(each.inputs) == functions.user_of(row.inputs) for each in asked)


def decide(services: Services, row_id: int, *, allowed: bool, by: Actor) -> None:
    """Allow or refuse an execution that waits. Raises Refusal."""
    word = "allowed" if allowed else "refused"
    with services.database.session() as session:
        row = session.get(StepExecution, row_id)
        if row is None:
            raise Refusal("that step is not known any more")
        if allowed and step_mode.current(session) is Mode.OFF:
            raise Refusal(
                "steps of workflows are off, and this one fails: /ext steps ask has you asked again"
            )
        state = StepState.RUNNING if allowed else StepState.FINISHED
        error = None if allowed else REFUSED
        if row.state is not StepState.ASKED or not advance(session, row, state, error=error):
            raise too_late(session, subject(row), "that step does not wait for an answer any more")
        audit.record(session, by, f"{word} step {row.id} of a workflow")
        settle(session, subject(row), done_by(by, word, refused=not allowed))
        if not allowed:
            outbox.close_all(session, subject(row))


def close(session: Session, row: StepExecution, error: str) -> None:
    """Have every copy of the question say what came of it; `error`: why it was not done, if it was not."""
    outcome = f"❌ Not done: {error}" if error else "Carried out"
    for each in outbox.find_open(session, subject(row)):
        outbox.edit(session, each, each.content | {"outcome": outcome})
    outbox.close_all(session, subject(row))
