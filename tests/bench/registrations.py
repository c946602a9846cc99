"""Ten thousand phones that come at once: how long it takes to store them, and to make alerts of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from handlers.alerts import rules
from models.lease import LISTENER_LEASE, LeaseHolder
from pbx import history, listener
from pbx.services import Services
from settings import Settings
from tests.factories import NOON, registered
from tests.server import TEST_KEY, migrate

PHONES = 10_000


def run(folder: Path) -> None:
    url = f"sqlite:///{folder / 'switchhook.db'}"
    migrate(url)
    values: dict[str, Any] = {"database_url": url, "secret_key": TEST_KEY, "alert_channel": "C0PHONES"}
    services = Services.of(Settings(_env_file=None, **values))
    holder = LeaseHolder(services.database, LISTENER_LEASE)
    holder.acquire()
    _tell("stored", lambda: _store(services))
    _tell("made into alerts", lambda: _write(services, holder))
    services.database.close()


def _store(services: Services) -> None:
    """In batches, as the listener does it."""
    facts = [registered(str(10_000 + place), NOON + place / 1000) for place in range(PHONES)]
    for start in range(0, PHONES, listener.BATCH):
        with services.database.session() as session:
            history.store(session, facts[start : start + listener.BATCH])


def _write(services: Services, holder: LeaseHolder) -> None:
    while rules.write_alerts(services, holder):
        pass


def _tell(what: str, step: Callable[[], None]) -> None:
    began = time.monotonic()
    step()
    took = time.monotonic() - began
    print(f"{PHONES:,} registrations {what}: {took:.1f} s, {PHONES / took:,.0f}/s", flush=True)
