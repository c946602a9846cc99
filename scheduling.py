"""How jobs run: in threads of their own, or by a scheduler that logs the runs that take too long."""

from __future__ import annotations

import logging
import math
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from apscheduler.events import EVENT_JOB_MAX_INSTANCES, EVENT_JOB_SUBMITTED, JobSubmissionEvent
from apscheduler.schedulers.background import BackgroundScheduler

log = logging.getLogger("switchhook.schedule")

LONG_RUN = 10.0  # seconds; a shorter run that is still going on at its next due time is no news


@dataclass(frozen=True)
class Job:
    """Something to run again and again; it is known by its function's name, and never runs twice at a time.

    `seconds`: the period. With `wake` it has a thread of its own and may run for as long as it likes: it begins again
    that many seconds after it ended, or as soon as `wake` is set.
    """

    run: Callable[[], None]
    seconds: float
    wake: threading.Event | None = None

    @property
    def name(self) -> str:
        return self.run.__name__


class JobRunner:
    """Runs the jobs of a table. They must not raise."""

    def __init__(self, table: Sequence[Job]) -> None:
        self._stopping = threading.Event()
        self._scheduler = _new_scheduler()
        self._threads: dict[threading.Thread, threading.Event] = {}
        for job in table:
            if job.wake:
                thread = threading.Thread(target=self._repeat, args=(job, job.wake), name=job.name)
                self._threads[thread] = job.wake
            else:
                times = {"seconds": job.seconds, "next_run_time": datetime.now(UTC)}
                self._scheduler.add_job(job.run, "interval", id=job.name, **times)

    def start(self) -> None:
        self._scheduler.start()
        for thread in self._threads:
            thread.start()

    def run_now(self, name: str) -> None:
        """Run a periodic job at once, or when its present run is due again."""
        self._scheduler.modify_job(name, next_run_time=datetime.now(UTC))

    def stop(self) -> None:
        """Wait for the runs that are under way; begin no more."""
        self._stopping.set()
        for thread, wake in self._threads.items():
            wake.set()
            thread.join()
        self._scheduler.shutdown(wait=True)

    def _repeat(self, job: Job, wake: threading.Event) -> None:
        while not self._stopping.is_set():
            wake.clear()
            job.run()
            if not self._stopping.is_set():
                wake.wait(job.seconds)


def ending_signal() -> threading.Event:
    """Return an event that SIGTERM and SIGINT set from now on. Call it in the main thread."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    return ended


def _new_scheduler() -> BackgroundScheduler:
    """Return a scheduler that runs a late job once, however often it was due, and logs overruns."""
    defaults = {"coalesce": True, "misfire_grace_time": None}
    scheduler, overruns = BackgroundScheduler(timezone="UTC", job_defaults=defaults), _Overruns()
    scheduler.add_listener(overruns.submitted, EVENT_JOB_SUBMITTED)
    scheduler.add_listener(overruns.skipped, EVENT_JOB_MAX_INSTANCES)
    return scheduler


class _Overruns:
    """Logs each run of a job once that is still going on when the job is due again, LONG_RUN or longer after it began."""

    def __init__(self) -> None:
        # By job, on the monotonic clock; without the runs that were logged.
        self._started: dict[str, float] = {}

    def submitted(self, event: JobSubmissionEvent) -> None:
        self._started[event.job_id] = time.monotonic()

    def skipped(self, event: JobSubmissionEvent) -> None:
        seconds = time.monotonic() - self._started.get(event.job_id, math.inf)
        if seconds >= LONG_RUN:
            del self._started[event.job_id]
            log.warning("a job overruns", extra={"job": event.job_id, "seconds": round(seconds)})
