"""What admins decide about employees and steps of workflows, and passwords that are shown to their owners once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlmodel import select

from handlers import message_kinds
from handlers.onboarding import action_ids, password_handovers
from handlers.onboarding.password import NOT_SEEN
from handlers.steps import actions as step_actions
from handlers.steps import functions, messages
from handlers.steps.progress import progress
from models import step_mode
from models.employee import Employee, Stage
from models.extension import Extension, State
from models.outbox import OutboxMessage
from models.step_mode import Mode
from tests.handlers.onboarding.events import context_of
from tests.handlers.onboarding.hr_driver import HrDriver, joined
from tests.handlers.slack.kills.bed import Bed
from tests.handlers.slack.kills.cases import BOB, DONE, Case, admin, alice, bobs, command
from tests.slack_stand_in.records import Json
from tests.slack_stand_in.workflows import Execution


def driver(bed: Bed) -> HrDriver:
    return HrDriver(context_of(bed.services, bed.slack))


def failed(bed: Bed) -> None:
    """A delivery wants the number that Alice has."""
    alice(bed)
    driver(bed).deliver(joined(name="Bob", wanted_number="101"))


def nameless(bed: Bed) -> None:
    driver(bed).deliver(joined())
    driver(bed).ask()


def ready(bed: Bed) -> None:
    """Bob's phone is ready, and nobody knows who he is in Slack."""
    alice(bed)
    with bed.services.database.session() as session:
        row = session.exec(select(Extension)).one()
        row.name, row.employee_ref = "Bob", "standard:e1"
        session.add_all([row, Employee(source="standard", external_id="e1", name="Bob", stage=Stage.READY)])


def handed_over(bed: Bed) -> None:
    """Bob has the button that shows him his password."""
    bobs(bed)
    with bed.services.database.session() as session:
        row = session.exec(select(Extension)).one()
        row.state = State.LIVE
        session.add(row)
        password_handovers.begin(session, row)
    password_handovers.send_due(bed.services)


def asked(bed: Bed) -> None:
    """Admins are asked whether a workflow may create an extension."""
    with bed.services.database.session() as session:
        step_mode.choose(session, Mode.ASK)
    bed.slack.add_user(BOB, "bob")
    inputs = {"user": BOB, "name": "Bob"}
    made = Execution(functions.CREATE, functions.FUNCTIONS[functions.CREATE].as_manifest(), inputs)
    bed.slack.workspace.workflows.executions["Fx1"] = made
    step_actions.store(bed.services, made.event("Fx1", "A1"))
    progress(bed.services, context_of(bed.services, bed.slack).client)


def shown(bed: Bed) -> Json:
    """The last message, as it is posted."""
    with bed.services.database.session() as session:
        row = session.exec(select(OutboxMessage)).all()[-1]
    return {"text": "x", "blocks": message_kinds.read(row.content).as_posted().blocks}


def press(
    name: str,
    before: Callable[[Bed], object],
    action_id: str,
    by: str = "",
    otherwise: str = DONE,
    differing: str = "",
) -> Case:
    """A button of the last message."""

    def act(bed: Bed) -> None:
        message = shown(bed)
        bed.now()
        (bed.user(by) if by else admin(bed)).click(message, action_id)

    return Case(f"press of {name}", act, before, otherwise, differing)


def _form(action_id: str, **typed: Any) -> Callable[[Bed], None]:
    def act(bed: Bed) -> None:
        admin(bed).click(shown(bed), action_id)
        bed.finish()
        (view,) = bed.slack.windows()
        bed.now()
        admin(bed).submit(view, typed)

    return act


def _give(bed: Bed) -> None:
    element = {"type": "users_select", "action_id": f"{action_ids.GIVE}1", "selected_user": BOB}
    bed.slack.add_user(BOB, "bob")
    bed.now()
    admin(bed).click(
        {"text": "x", "blocks": [{"type": "actions", "elements": [element]}]}, element["action_id"]
    )


HR = (
    command("hr retry 1", failed, otherwise=DONE),
    press("Next free number", failed, action_ids.NEW),
    press("Ignore", failed, action_ids.IGNORE),
    Case("form of another number", _form(action_ids.NUMBER, number="105"), failed, DONE),
    press("Not an employee", nameless, action_ids.NOBODY),
    Case("form of details", _form(action_ids.DETAILS, name="Bob"), nameless, DONE),
    Case("somebody chosen in Slack", _give, ready, f"Slack user nobody → @{BOB}"),
    press("Show password", handed_over, action_ids.REVEAL, BOB, "did not open a window in time", NOT_SEEN),
    press("Allow", asked, messages.ALLOW),
    press("Refuse", asked, messages.REFUSE),
)
