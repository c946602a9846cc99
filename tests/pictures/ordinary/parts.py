"""What pictures are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from handlers.slack.blocks import SlackMessage
from handlers.slack.message_content import MessageContent

View = dict[str, Any]
Shown = MessageContent | SlackMessage | View
ByKind = Mapping[str, Callable[[], Shown]]


@dataclass(frozen=True)
class Typed:
    """What a person types. `at`: as their client shows the time."""

    by: str
    text: str
    at: str = "2:45 PM"
