"""What the writers of alerts share: one transaction, and which channel an alert goes to."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from handlers.alerts import routing
from models.alert_route import AlertRoute


@dataclass(frozen=True)
class AlertContext:
    """What one transaction works with."""

    session: Session
    routes: list[AlertRoute]
    default_channel: str

    def channel(self, topic: str, *numbers: str) -> str:
        """Of those numbers, in the order in which they count."""
        return routing.channel_for(self.routes, topic, numbers, self.default_channel)
