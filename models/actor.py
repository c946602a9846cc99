"""Pure: who did something: a user of Slack, of the command line, of the API, an HR system, or Switchhook itself."""

from __future__ import annotations

from typing import NamedTuple, Self

MAX_ACTOR_LENGTH = 128  # as a column has it


class Actor(NamedTuple):
    """`kind` is slack, cli, api (a token), hr, link (a phone that provisioned itself), workflow
    (an execution of a step) or switchhook.

    `id` names one of that kind.
    `request_id`: the idempotent request by which they act, if it is one.
    """

    kind: str
    id: str = ""
    request_id: int | None = None

    def __str__(self) -> str:
        """Return `slack:U0123456`, as logs and the database have it."""
        return f"{self.kind}:{self.id}" if self.id else self.kind

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what str() returned."""
        kind, _, name = text.partition(":")
        return cls(kind, name)

    @classmethod
    def slack(cls, user_id: str) -> Self:
        return cls("slack", user_id)

    @classmethod
    def hr(cls, source: str) -> Self:
        return cls("hr", source)


SWITCHHOOK = Actor("switchhook")
