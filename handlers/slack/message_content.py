"""Pure: what a message says, apart from how Slack shows it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict

from handlers.slack.blocks import SlackMessage
from handlers.slack.done import Done, settled

# Slack's names for faults of the message itself: nothing but another message helps.
MESSAGE_FAULTS = {
    "invalid_blocks",
    "invalid_blocks_format",
    "invalid_arguments",
    "invalid_metadata_format",
    "metadata_too_large",
    "msg_too_long",
    "msg_blocks_too_long",
    "no_text",
}


class NotReady(Exception):
    """Raised where a message cannot be made or sent yet. Its text says why; `seconds`: when to try again."""

    def __init__(self, reason: str, seconds: float) -> None:
        super().__init__(reason)
        self.seconds = seconds


class MessageContent(BaseModel, ABC):
    """The content of one kind of message. The outbox keeps it as JSON: `kind` and the fields that are set.

    Rows outlive an upgrade: a new field needs a default, and a field that is gone is ignored.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    kind: ClassVar[str]
    text_alone: bool = False  # Slack has refused its blocks
    done: Done | None = None  # who has used its buttons

    @abstractmethod
    def render(self) -> SlackMessage:
        """Return the message in full, with the buttons that it was made with."""

    def as_posted(self) -> SlackMessage:
        """Return the message as it is posted: who has done it in place of buttons, and words alone where those are taken."""
        message = settled(self.render(), self.done) if self.done else self.render()
        return message.alone() if self.text_alone else message

    def simpler(self, error: str) -> tuple[Self, str] | None:
        """Return a simpler content and a reason for the log, for when Slack refuses this one; None: there is none.

        `error`: Slack's name for what is wrong with the message.
        """
        if self.text_alone:
            return None
        return self.model_copy(update={"text_alone": True}), f"Slack refused a message's blocks ({error})"

    def as_json(self) -> dict[str, Any]:
        """Return what the outbox keeps."""
        return {"kind": self.kind, **self.model_dump(mode="json", exclude_defaults=True)}
