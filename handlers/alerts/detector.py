"""What the listener sees going wrong: Asterisk, its own jobs, publishing, its database."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import wraps

from sqlalchemy.exc import SQLAlchemyError

from handlers.alerts import incidents
from handlers.alerts.incident_messages import JOB
from handlers.alerts.incidents import Sign
from handlers.alerts.outages import DatabaseWatch
from models import failure
from models.errors import DatabaseUnfit
from models.lease import LeaseHolder
from pbx.services import Services

log = logging.getLogger("switchhook.schedule")

ASTERISK_PATIENCE = timedelta(seconds=15)
PATIENCE = timedelta(minutes=1)
LOG_EVERY = 60.0  # seconds
PUBLISH_PATIENCE = timedelta(minutes=3)  # it is tried every minute


class IncidentDetector:
    """Is told by the jobs how it is, and tells people what stays so for too long."""

    def __init__(self, system: Services, holder: LeaseHolder, database: DatabaseWatch) -> None:
        self._system = system
        self._holder = holder
        self._database = database
        self._signs: dict[str, Sign] = {}
        self._log_again_at = 0.0  # by time.monotonic(); it is said once a minute that the database is away
        self.failing: dict[str, str | None] = {}  # job → why its last run failed; None: it did not

    def surviving(
        self, job: Callable[[], None], give_up: Callable[[DatabaseUnfit], None]
    ) -> Callable[[], None]:
        """The next run may fare better; a database that is away must not fill the log with tracebacks."""

        @wraps(job)
        def run() -> None:
            try:
                job()
                self.failing[job.__name__] = None
            except DatabaseUnfit as error:
                give_up(error)
            except SQLAlchemyError as error:
                self.failing[job.__name__] = failure.words(error)
                self._log(job.__name__, error)
            except Exception as error:
                self.failing[job.__name__] = f"something is wrong inside Switchhook ({type(error).__name__})"
                log.exception("a job failed", extra={"job": job.__name__})

        return run

    def _log(self, job: str, error: SQLAlchemyError) -> None:
        """Some jobs run ten times a second, and fail together."""
        if time.monotonic() < self._log_again_at:
            return
        self._log_again_at = time.monotonic() + LOG_EVERY
        reason = f"{type(error).__name__}: {failure.words(error)}"
        log.warning("the database does not answer", extra={"job": job, "reason": reason})

    def begin(self) -> None:
        """This process has become the listener, and knows nothing yet."""
        self._signs.clear()
        self.failing.clear()

    def asterisk(self, reason: str | None) -> None:
        """None: it answers."""
        self._signs["asterisk"] = Sign("asterisk", ASTERISK_PATIENCE, _details(reason))

    def publishing(self, reason: str | None) -> None:
        """Why nothing at all can be published, also when no extension waits for it. None: it can."""
        self._signs["publishing"] = Sign("publishing", PUBLISH_PATIENCE, _details(reason))

    def secrets(self, reason: str | None) -> None:
        """Why the phones' secrets cannot be read. None: they can."""
        self._signs["secrets"] = Sign("secrets", timedelta(), _details(reason))

    def look(self) -> None:
        """Of the database itself it is told past the outbox. Raises LeaseLost, SQLAlchemyError."""
        away = Sign("database", PATIENCE)
        failing = [Sign(JOB + job, PATIENCE, _details(why)) for job, why in self.failing.copy().items()]
        try:
            not_live = Sign("not_live", ASTERISK_PATIENCE, incidents.stuck(self._system) or None)
            incidents.look(self._system, self._holder, [*self._signs.values(), not_live, *failing])
        except SQLAlchemyError as error:
            away = replace(away, details=_details(failure.words(error)))
            raise
        finally:
            self._database.look(away)


def _details(reason: str | None) -> dict[str, str] | None:
    return {"": reason} if reason else None
