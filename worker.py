"""The composition root of `flask listen`: the jobs, run until a signal."""

from __future__ import annotations

import logging
from dataclasses import replace

from sqlalchemy.exc import OperationalError

from jobs import Jobs
from models import schema
from models.errors import DatabaseUnfit
from pbx.services import Services
from scheduling import JobRunner, ending_signal

log = logging.getLogger("switchhook.schedule")


def run(services: Services) -> None:
    """Run every job until SIGTERM or SIGINT. Raises DatabaseUnfit, also when it becomes so."""
    _check_tables(services)
    ended, unfit = ending_signal(), list[DatabaseUnfit]()

    def publish_now() -> None:
        """Publish what waits, now that Asterisk is (back) there."""
        runner.run_now(jobs.publish.__name__)

    def on_unfit(error: DatabaseUnfit) -> None:
        """End, so that a new process is started: the program was updated under this one, say."""
        unfit.append(error)
        ended.set()

    jobs = Jobs(services, on_connected=publish_now)
    runner = JobRunner([replace(job, run=jobs.detector.guarded(job.run, on_unfit)) for job in jobs.table()])
    runner.start()
    ended.wait()
    jobs.stop()
    runner.stop()
    if unfit:
        raise unfit[0]
    jobs.end()


def _check_tables(services: Services) -> None:
    """Raise DatabaseUnfit; the jobs wait for a database that does not answer."""
    try:
        schema.require_usable(services.database.engine)
    except OperationalError as error:
        log.warning("the database does not answer", extra={"reason": type(error).__name__})
