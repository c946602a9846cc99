"""`/ext steps`: whether workflows may have steps carried out here."""

from __future__ import annotations

from handlers.slack import blocks
from handlers.slack.blocks import SlackMessage
from handlers.slack.command_text import Arguments
from handlers.steps import questions
from models import audit, step_mode
from models.step_mode import Mode
from pbx.errors import Refusal
from pbx.services import Services

USAGE = "steps [off|ask|on]"
MEANING = {
    Mode.OFF: "Steps of workflows are off: each fails, and says so. /ext steps ask lets you decide about each change.",
    Mode.ASK: "Each change that a workflow wants is asked of you in a direct message. Looking up an extension is not.",
    Mode.ON: (
        "Whoever may use the steps in Slack's Workflow Builder has extensions created and disabled, without a question. "
        "/ext steps ask has you asked."
    ),
}


def run(services: Services, given: Arguments) -> SlackMessage:
    """Show or choose it. Raises Refusal."""
    match given.words:
        case ():
            with services.database.session() as session:
                return _shown(step_mode.current(session), questions.waiting(session))
        case (word,) if word.lower() in list(Mode):
            mode = Mode(word.lower())
            with services.database.session() as session:
                before = step_mode.current(session)
                step_mode.choose(session, mode)
                if before is not mode:
                    audit.record(
                        session, given.by, "chose about steps of workflows", None, {"steps": [before, mode]}
                    )
                return _shown(mode, questions.waiting(session))
    raise Refusal(f"that is not how it is typed: /ext {USAGE}")


def _shown(mode: Mode, waiting: int) -> SlackMessage:
    if not waiting:
        return blocks.plain(MEANING[mode])
    steps = "1 step waits" if waiting == 1 else f"{waiting} steps wait"
    end = ", and that fails, too." if mode is Mode.OFF else ", in your direct messages with Switchhook."
    return blocks.plain(f"{MEANING[mode]}\n{steps} for an answer{end}")
