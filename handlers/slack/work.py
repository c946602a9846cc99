"""The stored request of Slack's that a thread carries out."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass

from handlers.slack.blocks import SlackMessage
from models.inbox import Claim, InboxState


@dataclass
class Work:
    """`parts`: how many threads have something to do for it.

    `instead`: what is answered without doing it, as it was done already. Raises SwitchhookError.
    """

    claim: Claim
    instead: Callable[[], SlackMessage] | None = None
    parts: int = 1
    is_look: bool = False  # it changes nothing
    is_shared: bool = False  # another thread has, or had, something to do for it
    is_unsure: bool = False  # the database failed: who has it next tells of what it may have saved
    is_given_back: bool = False  # it failed, and whoever looks next tries again
    ends_as: InboxState = InboxState.DONE
    is_noted: bool = False  # that it has ended, with its answer

    @property
    def is_taken_up(self) -> bool:
        """Whether another process had it before: who sent it waits no more in the window or form that it came from."""
        return self.claim.attempt > 1


current: ContextVar[Work | None] = ContextVar("work", default=None)


def is_taken_up() -> bool:
    """Return whether another process had this request before."""
    work = current.get()
    return work is not None and work.is_taken_up


def note_unsure() -> None:
    """Note that the database failed in the middle of this request."""
    if work := current.get():
        work.is_unsure = True


def instead() -> Callable[[], SlackMessage] | None:
    """Return what is to be answered without doing it; None: it is to be done."""
    work = current.get()
    return work.instead if work else None
