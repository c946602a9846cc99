"""Pure: what admins read of the steps of workflows."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from handlers import wording
from handlers.slack.blocks import SlackMessage, actions, button, context, escape, section
from handlers.slack.message_content import MessageContent
from handlers.steps import functions
from models.step_execution import StepExecution
from models.words import some

ALLOW, REFUSE = "step_allow", "step_refuse"  # action_id of the buttons; their value is the row's id
UNKNOWN = "Slack does not say who has made or started the workflow."
MAX_VALUE_LENGTH = 100
MAX_ERROR_LENGTH = 500


class OfStep(MessageContent):
    """A message about an execution: its row, its function, and the inputs that people are to see."""

    step: int
    function: str
    inputs: dict[str, str]
    numbers: tuple[str, ...] = ()  # of the person's extensions, when the admins were asked

    @classmethod
    def of(cls, row: StepExecution, **more: Any) -> Self:
        function = functions.FUNCTIONS.get(row.function)
        known = function.inputs if function else {}
        given = {name: str(row.inputs[name]) for name in known if row.inputs.get(name)}
        return cls(step=row.id or 0, function=row.function, inputs=given, **more)

    def _wish(self) -> str:
        """Return as mrkdwn what the workflow wants."""
        given = {
            name: escape(wording.shorten(value, MAX_VALUE_LENGTH)) for name, value in self.inputs.items()
        }
        user = f"<@{given.get('user', '')}>"
        if self.function == functions.DISABLE:
            theirs = f": {escape(some(self.numbers))}" if self.numbers else ""
            return f"disable the phone of {user}{theirs}"
        if self.function == functions.LOOK_UP:
            return f"look up the extension of {user}"
        if self.function != functions.CREATE:  # of another version
            return f"carry out “{escape(self.function)}”"
        number = f" {given['number']}" if "number" in given else ""
        email = f", whose e-mail address is {given['email']}" if "email" in given else ""
        return f"create extension{number} “{given.get('name', '')}” for {user}{email}"


class StepAsked(OfStep):
    """Asks whether a step may be carried out. `outcome`: what came of it, once it is over."""

    kind: ClassVar[str] = "step_asked"
    outcome: str = ""

    def render(self) -> SlackMessage:
        text = f"🧩 *A workflow wants to {self._wish()}*"
        if self.outcome:
            shown = context(escape(wording.shorten(self.outcome, MAX_ERROR_LENGTH)))
            return SlackMessage(text, [section(text), shown])
        if self.done:
            return SlackMessage(text, [section(text)])
        hint = f"{UNKNOWN} Nothing is done until you allow it, and it fails by itself after 24 hours."
        buttons = actions(
            button("Allow", ALLOW, str(self.step), style="primary"), button("Refuse", REFUSE, str(self.step))
        )
        return SlackMessage(text, [section(text), context(hint), buttons])


class StepUntold(OfStep):
    """Says that a workflow does not know what was done. `reason`: Slack's error; `error`: why the step failed."""

    kind: ClassVar[str] = "step_untold"
    reason: str
    error: str = ""

    def render(self) -> SlackMessage:
        done = (
            f"it was not done: {escape(wording.shorten(self.error, MAX_ERROR_LENGTH))}"
            if self.error
            else "it was done"
        )
        text = f"⚠️ *A workflow does not go on.* It wanted to {self._wish()}, and {done}"
        hint = f"Slack would not hear of it ({escape(self.reason)}): start the workflow's next steps by hand."
        return SlackMessage(text, [section(text), context(hint)])
