"""Pure: what admins read of a delivery that waits for them: why, with a button for each way out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from pydantic import model_validator

from handlers import wording
from handlers.message_parts import bold
from handlers.onboarding import action_ids, choices
from handlers.slack.blocks import (
    Block,
    SlackMessage,
    actions,
    button,
    escape,
    plain_context,
    plain_section,
    section,
)
from handlers.slack.message_content import MessageContent
from handlers.wording import shorten
from models.employee import Employee
from models.extension import Extension
from models.hr_delivery import HrDelivery
from models.words import some

MAX_CANDIDATES = 10
MAX_WHO_LENGTH = 300  # characters
MAX_LABEL_LENGTH = 75  # characters of a button; Slack refuses more


def who(row: HrDelivery, known: Mapping[tuple[str, str], Employee] | None = None) -> str:
    """Return `Alice (alice@example.com) joined`, of a few of those in the delivery, and how many more.

    `known`: by source and ID; of who leaves, HR mostly sends the ID alone.
    """
    return shorten(some(each_of(row, known or {})), MAX_WHO_LENGTH)


def each_of(row: HrDelivery, known: Mapping[tuple[str, str], Employee]) -> list[str]:
    """Return `Alice (alice@example.com) joined` of each of those in the delivery."""
    return [_who(event, known.get((row.source, event["external_id"]))) for event in row.events]


def _who(event: Mapping[str, Any], employee: Employee | None) -> str:
    name = event.get("name") or (employee and employee.name) or f"employee {event['external_id']}"
    email = event.get("email") or (employee and employee.email)
    return f"{name}{f' ({email})' if email else ''} {event.get('kind')}"


class DeliveryFailed(MessageContent):
    """A delivery that could not be carried out.

    `joins`: somebody is to have a number, and so another one may do.
    """

    kind: ClassVar[str] = "hr_failed"
    delivery: int
    source: str
    who: str = ""
    reason: str
    joins: bool = True

    def render(self) -> SlackMessage:
        number = str(self.delivery)
        headline = f"⚠️ {bold(f'HR delivery {number} from {self.source} could not be carried out')}"
        another = [
            button("Next free number", action_ids.NEW, number),
            button("Type a number", action_ids.NUMBER, number),
        ]
        ways = [
            button("Try again", action_ids.RETRY, number),
            *(another if self.joins else []),
            button("Ignore", action_ids.IGNORE, number),
        ]
        return _question(headline, self.who, self.reason, ways)


class Candidate(NamedTuple):
    """An extension that may be theirs. `choice`: the value of its button."""

    number: str
    name: str
    choice: str


class OwnerUnclear(MessageContent):
    """A delivery of somebody whose extension is not surely known.

    `all`: the choice of all candidates, if there is one; `leaves`: until an admin answers, a phone may work that should not.
    """

    kind: ClassVar[str] = "hr_doubt"
    delivery: int
    source: str
    who: str = ""
    reason: str
    candidates: tuple[Candidate, ...] = ()
    all: str | None = None
    leaves: bool

    @classmethod
    def of(cls, row: HrDelivery, who: str, candidates: Sequence[Extension], *, leaves: bool) -> OwnerUnclear:
        """Return the question about a delivery, with a choice for each of the first candidates."""
        shown = candidates[:MAX_CANDIDATES]
        return cls(
            delivery=row.id or 0,
            source=row.source,
            who=who,
            reason=row.reason or "",
            candidates=tuple(Candidate(each.number, each.name, choices.encode([each])) for each in shown),
            all=choices.encode(shown) if 1 < len(candidates) <= MAX_CANDIDATES else None,
            leaves=leaves,
        )

    def render(self) -> SlackMessage:
        if self.leaves:
            headline = "🚨 *Somebody has left, and a phone may be theirs that still works.* Is it?"
            return _question(headline, self.who, self.reason, self._ways_of_leaver())
        headline = "❔ *Somebody has joined, and may have an extension already.* Is it theirs?"
        return _question(headline, self.who, self.reason, self._ways_of_joiner())

    def _ways_of_leaver(self) -> list[Block]:
        number = str(self.delivery)
        ways = self._buttons("Lock out", style="danger")
        if self.all:
            ways.append(
                button(
                    "Lock out all of them", f"{action_ids.THEIRS}all", f"{number} {self.all}", style="danger"
                )
            )
        return [*ways, button("Leave them", action_ids.IGNORE, number)]

    def _ways_of_joiner(self) -> list[Block]:
        number = str(self.delivery)
        new = button("Make a new one", action_ids.NEW, number)
        return [*self._buttons("It is"), new, button("Ignore", action_ids.IGNORE, number)]

    def _buttons(self, word: str, **style: str) -> list[Block]:
        return [
            button(
                shorten(f"{word} {each.number} ({each.name})", MAX_LABEL_LENGTH),
                f"{action_ids.THEIRS}{index}",
                f"{self.delivery} {each.choice}",
                **style,
            )
            for index, each in enumerate(self.candidates)
        ]


def _question(headline: str, who: str, reason: str, ways: list[Block]) -> SlackMessage:
    """Return a headline, mrkdwn, with who it is and why below it, and buttons."""
    about = [plain_section(who)] if who else []
    why = [plain_context(wording.ended(reason))] if reason else []
    blocks = [section(headline), *about, *why, actions(*ways)]
    return SlackMessage(f"{headline} {escape(who)}".rstrip(), blocks)


class DeliveryAnswered(MessageContent):
    """What became of a delivery that waited. Where somebody has answered, `done` says who."""

    kind: ClassVar[str] = "hr_answered"
    delivery: int
    source: str
    who: str
    words: str

    @model_validator(mode="before")
    @classmethod
    def _read_old(cls, data: dict[str, Any]) -> dict[str, Any]:
        """Read a row of the version before, which had who has answered as `by`."""
        by = data.get("by")
        return {**data, "done": {"by": by}} if by and not data.get("done") else data

    def render(self) -> SlackMessage:
        headline = f"{bold(f'HR delivery {self.delivery} from {self.source}')} · {escape(self.who)}"
        return SlackMessage(
            headline,
            [section(headline), *map(plain_context, [wording.ended(self.words)] if self.words else [])],
        )
