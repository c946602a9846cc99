"""All copies of a message in the outbox say who has used its buttons, whoever pressed which.

settle() is written in the transaction of what was done; who presses after that is refused, by too_late() if need be.
"""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from handlers.slack.blocks import SlackMessage, context
from handlers.slack.done import Done, already
from models import outbox
from models.actor import Actor
from models.outbox import OutboxMessage
from models.types import now
from pbx.errors import Refusal


def stamped(message: SlackMessage, user_id: str, what: str = "") -> SlackMessage:
    """Return the outcome that takes the place of a question, with who has answered it. `what`: in a few words."""
    line = done_by(Actor.slack(user_id), what).line()
    return SlackMessage(message.text, [*message.blocks, context(line)])


def done_by(by: Actor, what: str = "", *, refused: bool = False) -> Done:
    """Return that somebody has done it now, or refused it. `what`: in a few words."""
    return Done(by=by.id if by.kind == "slack" else "", what=what, at=now().timestamp(), refused=refused)


def too_late(session: Session, subject: str, words: str) -> Refusal:
    """Return the refusal of a press, which names who was first, if that is known. `words`: why nothing is done now."""
    done = who_did(session, subject)
    return already(words, done) if done else Refusal(words)


def who_did(session: Session, subject: str) -> Done | None:
    """Return who has used the buttons; None: they are still there, or nothing is known of the messages any more."""
    rows = outbox.find_open(session, subject) or outbox.find_closed(session, subject)
    return next((done for row in rows if (done := done_of(row))), None)


def done_of(row: OutboxMessage) -> Done | None:
    """Return who has used the buttons of one copy."""
    stored = row.content.get("done")
    return Done.model_validate(stored) if stored else None


def settle(session: Session, subject: str, done: Done) -> None:
    """Have every copy that is open say so in place of its buttons."""
    content: dict[str, Any] = {"done": done.model_dump(exclude_defaults=True)}
    for row in outbox.find_open(session, subject):
        outbox.edit(session, row, row.content | content)
