"""A form that is submitted: what is wrong is said at its inputs, and all else is done behind “One moment …”."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient
from sqlalchemy.exc import SQLAlchemyError

from handlers.slack import answering, inputs, refusals, windows
from handlers.slack.admins import Admins, must_be_admin
from handlers.slack.blocks import SlackMessage
from handlers.slack.modals.faults import Faults, Typed
from handlers.slack.replies import outcome_of
from handlers.slack.windows import Shown
from handlers.slack.work import is_taken_up
from models.actor import Actor
from pbx.errors import Refusal
from pbx.services import Services

OLD_WINDOW = "that window is of another version: open it once more"
ACCEPTED = "is_accepted"  # in Bolt's context


class Submission(NamedTuple):
    """What came back with a form. `metadata`: what the window was made with."""

    user_id: str
    typed: Typed
    metadata: str

    @classmethod
    def of(cls, body: dict[str, Any]) -> Submission:
        view = body["view"]
        return cls(body["user"]["id"], inputs.typed(view), view["private_metadata"])

    @property
    def by(self) -> Actor:
        return Actor.slack(self.user_id)


@dataclass(frozen=True)
class Form:
    """A form. `deed`: behind “Only phone admins can”; None: everybody may submit it.

    `check`: raises Faults, Refusal; a look at the database is all it has time for. `carry_out`: raises SwitchhookError.
    """

    callback_id: str
    deed: str | None
    check: Callable[[Services, Submission], object]
    carry_out: Callable[[Services, Submission], Shown]


def register(bolt: App, services: Services, admins: Admins, form: Form) -> None:
    """Register a form with Bolt."""

    def accept(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        # Nobody waits for the answer to one that another process had before, and what it has done is no fault.
        answer = None if is_taken_up() else _fault(services, admins, form, Submission.of(body))
        context[ACCEPTED] = answer is None
        ack(**(answer or {"response_action": "update", "view": windows.wait_modal(windows.result_id(body))}))

    def carry_out(body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        if context[ACCEPTED]:
            submission = Submission.of(body)
            shown = outcome_of(lambda: _carried_out(services, admins, form, submission))
            where = {"external_id": windows.result_id(body)}
            answering.tell(client, body, shown, window=where, told_instead=_instead(shown))

    bolt.view(form.callback_id)(ack=accept, lazy=[carry_out])


def _carried_out(services: Services, admins: Admins, form: Form, submission: Submission) -> Shown:
    """Carry it out; what another process had before is checked here. Raises SwitchhookError."""
    if is_taken_up():
        if form.deed is not None:
            must_be_admin(admins, submission.user_id, form.deed)
        form.check(services, submission)
    return form.carry_out(services, submission)


def _fault(services: Services, admins: Admins, form: Form, submission: Submission) -> dict[str, Any] | None:
    """Return what Slack is answered where a form is not taken."""
    try:
        if form.deed is not None:
            must_be_admin(admins, submission.user_id, form.deed)
        if faults := _faults(services, form, submission):
            return {"response_action": "errors", "errors": _at_inputs(faults, submission)}
    except Refusal as refusal:
        return {"response_action": "update", "view": windows.answer_modal(refusals.shown(refusal))}
    return None


def _faults(services: Services, form: Form, submission: Submission) -> Faults | None:
    """Return what was typed that cannot be. Raises Refusal for anything else that forbids it."""
    try:
        with suppress(SQLAlchemyError):  # met again, and reported, by what carries it out
            form.check(services, submission)
    except Faults as faults:
        return faults
    return None


def _at_inputs(faults: Faults, submission: Submission) -> dict[str, str]:
    """Return each sentence at its input; Slack takes none for an input that the window does not have.

    Raises Refusal for a window without any, which is of another version.
    """
    first = next(iter(submission.typed), None)
    if first is None:
        raise Refusal(OLD_WINDOW)
    return {
        name if name in submission.typed else first: sentence for name, sentence in faults.sentences.items()
    }


def _instead(shown: Shown) -> str:
    """Return what is told of a form with what is wrong above it, where Slack does not show it."""
    return "" if isinstance(shown, SlackMessage) else windows.NOT_SAVED
