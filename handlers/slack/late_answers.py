"""Pure: an answer by direct message, as Slack does not take it where it was asked for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

from pydantic import Field

from handlers.slack.blocks import Block, SlackMessage, actions, button, context, section, sections
from handlers.slack.message_content import MessageContent
from handlers.slack.stored_answer import StoredAnswer
from handlers.slack.times import to_the_second

SHOW_ANSWER = "answer_show"  # action_id
SHOW = "Show all of it"
MOST_ROWS = 3  # of buttons
UNSEEN = "Nobody has seen the password that was in it: `/ext secret {0}` makes another."
SHOWN = "The password is behind the button for a week, and is shown once; `/ext secret {0}` makes another."
MORE = f"All of it is behind the button “{SHOW}” for a week."
AGAIN = "You may have read this before, as Slack did not say whether it took it. It is the same answer: nothing was done twice."
PUT_BACK = "⚠️ An older state of the database was put back meanwhile, which knows nothing of this: `/ext status` shows what came of it."
GONE = (
    "⚠️ The answer to something that you asked for is not kept any more: `/ext status` shows what came of it."
)


class LateAnswer(MessageContent):
    """Tells who has asked. `request`: whose answer it is; `answer`: read when it is sent, as it is stored encrypted.

    `at`: when it was asked for, epoch seconds; `why`: a sentence behind it; `is_again`: Slack may have shown it already.
    """

    kind: ClassVar[str] = "late_answer"
    request: int
    at: float
    why: str = ""
    is_again: bool = False
    answer: StoredAnswer | None = Field(default=None, exclude=True, repr=False)

    def render(self) -> SlackMessage:
        if self.answer is None:
            return SlackMessage(GONE, [section(GONE)])
        at = datetime.fromtimestamp(self.at, UTC)
        return by_direct_message(self.answer, at, self.why, self.request, is_again=self.is_again)


def by_direct_message(
    answer: StoredAnswer, at: datetime, why: str = "", request: int | None = None, *, is_again: bool = False
) -> SlackMessage:
    """Return the direct message: what it is the answer to, and its words; what is shown once stands in none.

    `at`: when it was asked for; `request`: whose stored answer a button shows in full; None: it is not stored.
    """
    buttons = _buttons(answer)
    rest = [each for each in answer.blocks if each not in buttons]
    has_more = not answer.told_instead and answer.model_copy(update={"blocks": rest}).has_more
    lines = [answer.told_instead] if answer.told_instead else [answer.text, *filter(None, [why])]
    text = "\n".join([*lines, *([_of_more(answer, is_stored=bool(request))] if has_more else [])]).rstrip()
    show = [actions(button(SHOW, SHOW_ANSWER, str(request)))] if has_more and request else []
    head = _head(answer, at)
    again = [context(AGAIN)] if is_again else []
    return SlackMessage(text, [section(head), *sections(text.split("\n")), *buttons, *show, *again])


def as_of_then(answer: StoredAnswer, at: datetime) -> SlackMessage:
    """Return all of it, with when it was asked for: things may have changed since."""
    head = _head(answer, at)
    return SlackMessage(f"{head}\n{answer.text}", [section(head), *answer.blocks])


def _head(answer: StoredAnswer, at: datetime) -> str:
    return f"{answer.asked} {to_the_second(at)}:"


def _buttons(answer: StoredAnswer) -> list[Block]:
    """Return the rows of buttons that stand below it as where it was asked for: it may be a question.

    None where a password is to be shown, or where there are many, as below a list.
    """
    rows = [each for each in answer.blocks if each["type"] == "actions"]
    stay_behind = answer.told_instead or answer.password_of or len(rows) > MOST_ROWS
    return [] if stay_behind else rows


def _of_more(answer: StoredAnswer, *, is_stored: bool) -> str:
    """Return where the rest of it is; nothing to say of what is only buttons and not kept."""
    if number := answer.password_of:
        return (SHOWN if is_stored else UNSEEN).format(number)
    return MORE if is_stored else ""


def once_more(message: SlackMessage) -> SlackMessage:
    """Return a message that Slack may have shown already, so that nobody takes it for a second act."""
    return _with_note(message, AGAIN)


def of_gone(answer: StoredAnswer) -> StoredAnswer:
    """Return the answer to a request that is not in the database any more; a form stays as it is."""
    if answer.view is not None:
        return answer
    message = _with_note(answer.message, PUT_BACK)
    return answer.model_copy(update={"text": message.text, "blocks": message.blocks})


def _with_note(message: SlackMessage, note: str) -> SlackMessage:
    shown = message.blocks or sections(message.text.split("\n"))
    return SlackMessage(f"{message.text}\n{note}", [*shown, context(note)])
