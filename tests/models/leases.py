"""What tests of leases work with: a clock that they set, and what the table says."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlmodel import select

from models import lease
from models.database import Database
from models.lease import LOOK_SECONDS, Lease, LeaseHolder, LeaseLost


class Time:
    """The monotonic clock that takers use, as tests set it."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds

    def pass_for(self, taker: LeaseHolder, seconds: float) -> bool:
        """Let time pass while somebody wants the lease, and return whether they got it."""
        end = self.seconds + seconds
        while self.seconds < end:
            self.seconds += LOOK_SECONDS
            if taker.acquire():
                return True
        return False


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Time:
    moment = Time()
    monkeypatch.setattr(lease, "time", moment)
    return moment


@pytest.fixture
def locked_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """A transaction may wait for a busy machine."""
    monkeypatch.setattr(lease, "LOCKED_MS", 60_000)


def renews(holder: LeaseHolder) -> bool:
    try:
        holder.renew()
    except LeaseLost:
        return False
    return True


def owner(database: Database) -> tuple[str, datetime]:
    with database.session() as session:
        row = session.exec(select(Lease)).one()
        return row.holder, row.renewed_at
