"""Answers that come later than people waited for them."""

from __future__ import annotations

from handlers.slack import late_answers
from handlers.slack.blocks import SlackMessage
from handlers.slack.late_answers import LateAnswer
from handlers.slack.messages import refusal
from handlers.slack.stored_answer import StoredAnswer
from tests.pictures.ordinary.parts import ByKind
from tests.pictures.ordinary.people import NOW


def stored(message: SlackMessage) -> StoredAnswer:
    asked = "Answer to `/ext create 101 Alice`, asked"
    return StoredAnswer(user_id="U0ADA", asked=asked, text=message.text, blocks=message.blocks)


REFUSED = stored(refusal("101 is taken: that is Alice. /ext create without a number takes the next free one"))

LATE: ByKind = {
    "late_answer": lambda: LateAnswer(request=7, at=NOW.timestamp(), answer=REFUSED),
    "late_answers.by_direct_message": lambda: late_answers.by_direct_message(REFUSED, NOW, request=7),
    "late_answers.as_of_then": lambda: late_answers.as_of_then(REFUSED, NOW),
    "late_answers.once_more": lambda: late_answers.once_more(REFUSED.message),
    "late_answers.of_gone": lambda: late_answers.of_gone(REFUSED).message,
}
