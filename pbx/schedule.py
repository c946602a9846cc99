"""What runs by the clock, all of it in one table."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from contextlib import suppress

from apscheduler.schedulers.blocking import BlockingScheduler

from pbx.publish import TROUBLE, publish
from pbx.system import PhoneSystem

log = logging.getLogger("switchhook.schedule")


def publish_what_waits(system: PhoneSystem) -> None:
    with suppress(*TROUBLE):  # logged, and saved with the rows that wait
        publish(system)


# name, what it does, every how many seconds
JOBS: tuple[tuple[str, Callable[[PhoneSystem], None], float], ...] = (("publish", publish_what_waits, 60),)


def run(system: PhoneSystem) -> None:
    """Runs every job at once, then by its period, until SIGTERM or SIGINT."""
    scheduler = BlockingScheduler(timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1})
    for name, job, seconds in JOBS:
        scheduler.add_job(job, "interval", [system], id=name, seconds=seconds)
        scheduler.add_job(job, args=[system], id=f"{name} at start")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: scheduler.shutdown(wait=False))
    log.info("scheduler started", extra={"jobs": [name for name, _, _ in JOBS]})
    scheduler.start()
