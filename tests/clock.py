"""A clock that tests set: minutes and hours pass at once."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from handlers.alerts import flapping, poster, rate_limit, uploads
from models import lease, outbox
from tests.factories import NOON


class Clock:
    """Takes the place of the clock in the modules that write alerts and post them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds = NOON
        for module in (flapping, poster, uploads, outbox, lease):
            monkeypatch.setattr(module, "now", self.now)
        for module in (lease, rate_limit):
            monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=self.monotonic))

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, UTC)

    def monotonic(self) -> float:
        return self.seconds

    def forward(self, seconds: float) -> None:
        self.seconds += seconds
