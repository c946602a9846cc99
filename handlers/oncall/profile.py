"""Pure: the status of a Slack profile: which is ours, which is somebody's own, and what is written over.

https://docs.slack.dev/reference/methods/users.profile.set
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

TEXT, EMOJI = "On a call", ":telephone_receiver:"
SAME_SECONDS = 60  # Slack's own choices of an expiration are minutes or more apart
NEVER = 0


@dataclass(frozen=True)
class Status:
    """`expiration`: epoch seconds, or NEVER."""

    text: str = ""
    emoji: str = ""
    expiration: int = NEVER

    @classmethod
    def of(cls, profile: Mapping[str, Any]) -> Status:
        return cls(
            str(profile.get("status_text") or ""),
            str(profile.get("status_emoji") or ""),
            int(profile.get("status_expiration") or NEVER),
        )

    def fields(self) -> dict[str, str | int]:
        """Return what users.profile.set takes."""
        return {"status_text": self.text, "status_emoji": self.emoji, "status_expiration": self.expiration}

    @property
    def is_empty(self) -> bool:
        return not (self.text or self.emoji)

    def is_ours(self, expirations: Iterable[int]) -> bool:
        """Return whether it is one that was set with one of these: the same words may be somebody's own."""
        has_our_words = (self.text, self.emoji) == (TEXT, EMOJI)
        return has_our_words and any(abs(self.expiration - each) < SAME_SECONDS for each in expirations)


EMPTY = Status()


def on_a_call(expiration: int) -> Status:
    """Return our status: never with whom."""
    return Status(TEXT, EMOJI, expiration)
