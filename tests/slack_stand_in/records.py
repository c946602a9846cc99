"""What the stand-in remembers: calls made to it, and the messages that came of them."""

from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

Json = dict[str, Any]
PATIENCE = 60.0  # seconds, after which something does not happen any more


class SlackRefusal(Exception):
    """Slack's `{"ok": false, "error": ...}`; `details` become `response_metadata.messages`."""

    def __init__(self, error: str, details: list[str] | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.details = details or []

    def answer(self) -> Json:
        metadata = {"response_metadata": {"messages": self.details}} if self.details else {}
        return {"ok": False, "error": self.error, **metadata}


@dataclass(frozen=True)
class ApiCall:
    """One call to the Web API, or one post to a response_url (method `response_url`).

    `at` is the stand-in's clock on arrival, in seconds. `error` is what the call was refused with, "" if
    it was not. A post to a response_url has the arguments `{"id": ..., "body": {...}}`.
    """

    method: str
    arguments: Json
    at: float
    error: str = ""


@dataclass(frozen=True)
class Message:
    """A message as it stands now."""

    channel: str
    ts: str
    content: Json

    @property
    def text(self) -> str:
        return str(self.content.get("text") or "")

    @property
    def blocks(self) -> list[Json]:
        return list(self.content.get("blocks") or [])


@dataclass
class Conversations:
    """Every message in every channel, by its ts."""

    _messages: dict[tuple[str, str], Message] = field(default_factory=dict)
    _sequence: "count[int]" = field(default_factory=lambda: count(1))

    def next_ts(self) -> str:
        """A ts such as Slack's: seconds, a dot, six digits; each greater than the one before."""
        return f"{1_700_000_000 + next(self._sequence)}.000100"

    def post(self, channel: str, content: Json) -> Message:
        message = Message(channel, self.next_ts(), content)
        self._messages[channel, message.ts] = message
        return message

    def update(self, channel: str, ts: str, content: Json, keep: tuple[str, ...] = ()) -> Message:
        """`keep` names what stays unless it is given anew. Raises SlackRefusal `message_not_found`."""
        before = self._find(channel, ts)
        content = {name: before.content[name] for name in keep if name in before.content} | content
        after = replace(before, content=content)
        self._messages[channel, ts] = after
        return after

    def delete(self, channel: str, ts: str) -> None:
        """Raises SlackRefusal `message_not_found`."""
        self._find(channel, ts)
        del self._messages[channel, ts]

    def in_channel(self, channel: str) -> list[Message]:
        """The channel's messages, oldest first."""
        return [message for message in self._messages.values() if message.channel == channel]

    def _find(self, channel: str, ts: str) -> Message:
        if (channel, ts) not in self._messages:
            raise SlackRefusal("message_not_found")
        return self._messages[channel, ts]


def direct_message(user_id: str) -> str:
    """The channel id of the app's direct messages with a user: U024BE7LH -> D024BE7LH."""
    return "D" + user_id[1:]
