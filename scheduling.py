"""How jobs run: in threads of their own, or by a scheduler that logs the runs that take too long."""

from __future__ import annotations

import logging
import math
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from queue import Empty, SimpleQueue

from apscheduler.events import EVENT_JOB_MAX_INSTANCES, EVENT_JOB_SUBMITTED, JobSubmissionEvent
from apscheduler.schedulers.background import BackgroundScheduler

log = logging.getLogger("switchhook.schedule")

LONG_RUN = 10.0  # seconds; a shorter run that is still going on at its next due time is no news
LEAVE_SECONDS = 3.0
LOOK_SECONDS = 1.0  # between two looks at the clock


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
        self._under_way: set[str] = set()
        self._changed = threading.Condition()
        self._last = ""  # the job that goes on while the others end
        self._scheduler = _new_scheduler()
        self._threads: dict[threading.Thread, threading.Event] = {}
        for job in table:
            if job.wake:
                thread = threading.Thread(target=self._repeat, args=(job, job.wake), name=job.name)
                self._threads[thread] = job.wake
            else:
                times = {"seconds": job.seconds, "next_run_time": datetime.now(UTC)}
                self._scheduler.add_job(self._run, "interval", id=job.name, args=[job], **times)

    def start(self) -> None:
        self._scheduler.start()
        threading.Thread(target=self._watch_clock, name="clock", daemon=True).start()
        for thread in self._threads:
            thread.start()

    def _watch_clock(self) -> None:
        """Run every periodic job when the clock was set back: the scheduler would wait until it is as late as it was."""
        ahead = time.time() - time.monotonic()
        while not self._stopping.wait(LOOK_SECONDS):
            before, ahead = ahead, time.time() - time.monotonic()
            if ahead < before - LOOK_SECONDS:
                log.warning("the clock was set back", extra={"seconds": round(before - ahead)})
                for job in self._scheduler.get_jobs():
                    self.run_now(job.id)

    def run_now(self, name: str) -> None:
        """Run a periodic job at once, or when its present run is due again."""
        self._scheduler.modify_job(name, next_run_time=datetime.now(UTC))

    def stop(self, last: str = "") -> None:
        """Wait for the runs that are under way; begin no more, but for those of the job `last` meanwhile."""
        self._last = last
        self._stopping.set()
        self._join(last)
        with self._changed:
            self._changed.wait_for(lambda: self._under_way <= {last})

    def shut_down(self) -> None:
        """End the last job, too."""
        self._last = ""
        self._join()
        self._scheduler.shutdown(wait=True)

    def _join(self, but: str = "") -> None:
        for thread, wake in self._threads.items():
            if thread.name != but:
                wake.set()
                thread.join()

    def under_way(self) -> list[str]:
        with self._changed:
            return sorted(self._under_way)

    def _run(self, job: Job) -> None:
        if self._is_to_end(job):
            return
        self._note(self._under_way.add, job)
        try:
            job.run()
        finally:
            self._note(self._under_way.discard, job)

    def _note(self, how: Callable[[str], None], job: Job) -> None:
        with self._changed:
            how(job.name)
            self._changed.notify_all()

    def _repeat(self, job: Job, wake: threading.Event) -> None:
        while not self._is_to_end(job):
            wake.clear()
            self._run(job)
            if not self._is_to_end(job):
                wake.wait(job.seconds)

    def _is_to_end(self, job: Job) -> bool:
        return self._stopping.is_set() and job.name != self._last


class Ending:
    """What SIGTERM, SIGINT and SIGHUP set, and whoever else wants the process to end. Make it in the main thread.

    No Event: its lock may be held by the very thread that a signal interrupts, such as by a second one.
    """

    def __init__(self) -> None:
        self._reasons: SimpleQueue[None] = SimpleQueue()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: self.set())

    def set(self) -> None:
        self._reasons.put(None)

    def wait(self) -> None:
        """Wait until it is set. It looks each second: a signal that the system gives to another thread wakes nobody."""
        while True:
            with suppress(Empty):
                return self._reasons.get(timeout=1.0)


def end_within(seconds: float, leave: Callable[[], object]) -> None:
    """Have this process end after so many seconds at the latest, as if it were killed then.

    `leave` is called before that, and waited for LEAVE_SECONDS: it may hang, too.
    """
    threading.Thread(target=_leave_after, args=(seconds, leave), name="ending", daemon=True).start()


def _leave_after(seconds: float, leave: Callable[[], object]) -> None:
    time.sleep(seconds)
    last = threading.Thread(target=leave, daemon=True)
    last.start()
    last.join(LEAVE_SECONDS)
    os._exit(0)


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
