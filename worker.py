"""The composition root of `flask listen`: the jobs, run until a signal."""

from __future__ import annotations

import logging
from dataclasses import replace

from sqlalchemy.exc import OperationalError, SQLAlchemyError

from jobs import Jobs
from models import failure, schema
from models.errors import DatabaseUnfit
from pbx.services import Services
from scheduling import Ending, JobRunner, end_within

log = logging.getLogger("switchhook.schedule")

# For what is under way at a signal. With scheduling.LEAVE_SECONDS well below TimeoutStopSec of the unit file.
ENDING_SECONDS = 15.0


def run(services: Services) -> None:
    """Run every job until SIGTERM, SIGINT or SIGHUP. Raises DatabaseUnfit, also when it becomes so."""
    _check_tables(services)
    ending, unfit = Ending(), list[DatabaseUnfit]()

    def publish_now() -> None:
        """Publish what waits, now that Asterisk is (back) there."""
        runner.run_now(jobs.publish.__name__)

    def on_unfit(error: DatabaseUnfit) -> None:
        """End, so that a new process is started: the program was updated under this one, say."""
        unfit.append(error)
        ending.set()

    jobs = Jobs(services, on_connected=publish_now)
    runner = JobRunner([replace(job, run=jobs.detector.guarded(job.run, on_unfit)) for job in jobs.table()])
    runner.start()
    ending.wait()
    _leave_in_time(jobs, runner)
    jobs.stop()
    # Meanwhile the lease is renewed: what is on its way to Slack is nobody else's to send.
    runner.stop(last=jobs.hold_lease.__name__)
    if not unfit:
        _end(jobs)
    runner.shut_down()
    if unfit:
        raise unfit[0]


def _end(jobs: Jobs) -> None:
    """End the jobs, also while the database takes nothing: who stands by takes over from a process that has ended."""
    try:
        jobs.end()
    except SQLAlchemyError as error:
        log.warning("the lease is not released", extra={"reason": failure.cause(error)})


def _leave_in_time(jobs: Jobs, runner: JobRunner) -> None:
    """Have what takes too long, as Slack, Asterisk or the database hangs, left as by a crash: others go on with it."""

    def leave() -> None:
        log.warning("what is under way is left: it takes too long", extra={"jobs": runner.under_way()})
        jobs.release()

    end_within(ENDING_SECONDS, leave)


def _check_tables(services: Services) -> None:
    """Raise DatabaseUnfit; the jobs wait for a database that does not answer."""
    try:
        schema.require_usable(services.database.engine)
    except OperationalError as error:
        log.warning("the database does not answer", extra={"reason": type(error).__name__})
