"""Pure: what an admin may decide of a delivery of HR's, as the message says that asks them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from handlers.hr.employee import DETAILS
from handlers.onboarding import choices
from handlers.onboarding.admin_messages import DetailsNeeded
from handlers.onboarding.delivery_messages import DeliveryFailed, OwnerUnclear
from handlers.slack.message_content import MessageContent
from models.hr_delivery import DeliveryState

STATES = {
    DeliveryState.WAITING: "🕓 Waiting",
    DeliveryState.DONE: "✅ Done",
    DeliveryState.FAILED: "⚠️ Failed",
    DeliveryState.NEEDS_DETAILS: "📝 Needs details",
    DeliveryState.NEEDS_CHOICE: "❔ Needs a choice",
    DeliveryState.IGNORED: "➖ Ignored",
}


@dataclass(frozen=True)
class Way:
    """A button. `does`: the last part of its address; `choice`: what it sends; `kind`: how it looks."""

    label: str
    does: str
    choice: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Question:
    """What is asked: in a sentence, with the ways out. `takes_number`: one can be typed; `takes_details`: so can they."""

    sentence: str
    ways: Sequence[Way] = ()
    takes_number: bool = False
    takes_details: bool = False

    @property
    def fields(self) -> Collection[str]:
        """Return what can be typed."""
        return DETAILS if self.takes_details else ("number",) if self.takes_number else ()


FAILED = "What is to become of it?"
RETRY, IGNORE = Way("Try again", "retry"), Way("Ignore", "ignore", kind="quiet")


def question(content: MessageContent) -> Question:
    """Return the question of a message."""
    match content:
        case OwnerUnclear():
            return _owner(content)
        case DetailsNeeded():
            source, _, external_id = content.whom.partition(" ")
            sentence = f"{source} told of employee {external_id}, and not who they are."
            return Question(sentence, [Way("Not an employee", "nobody")], takes_details=True)
        case DeliveryFailed(joins=True):
            another = Way("Next free number", "answer", choices.NEW)
            return Question(FAILED, [RETRY, another, IGNORE], takes_number=True)
    return Question(FAILED, [RETRY, IGNORE])


def _owner(content: OwnerUnclear) -> Question:
    if content.leaves:
        sentence = "Somebody has left, and a phone may be theirs that still works. Is it?"
        return Question(sentence, [*_candidates(content, "Lock out", "danger"), Way("Leave them", "ignore")])
    sentence = "Somebody has joined, and may have an extension already. Is it theirs?"
    return Question(
        sentence, [*_candidates(content, "It is"), Way("Make a new one", "answer", choices.NEW), IGNORE]
    )


def _candidates(content: OwnerUnclear, word: str, kind: str = "") -> Iterator[Way]:
    for each in content.candidates:
        yield Way(f"{word} {each.number} ({each.name})", "answer", each.choice, kind)
    if content.all and content.leaves:
        yield Way(f"{word} all of them", "answer", content.all, kind)
