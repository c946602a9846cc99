"""What the rules share: one transaction, and which channel an alert goes to."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from handlers.alerts import routing
from models.alert_route import AlertRoute
from models.event import Event


@dataclass(frozen=True)
class AlertContext:
    """What one transaction works with. `names`: of the extensions that its events are about, by number."""

    session: Session
    routes: list[AlertRoute]
    default_channel: str
    names: dict[str, str]

    def channel(self, topic: str, *numbers: str) -> str:
        """Return where an alert goes, by its numbers in the order in which they count; empty: nowhere."""
        return routing.channel_for(self.routes, topic, numbers, self.default_channel)


class Rule(ABC):
    """Turns events of some kinds into messages of the outbox; made anew for each transaction."""

    def __init__(self, context: AlertContext, events: Sequence[Event]) -> None:  # noqa: ARG002 (for those that look ahead)
        self.context = context

    @abstractmethod
    def apply(self, event: Event) -> None:
        """Write the messages of an event, or gather them for finish()."""

    def finish(self) -> None:  # noqa: B027 (most rules write at once)
        """Write what was gathered from all events."""
