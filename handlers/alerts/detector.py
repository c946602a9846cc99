"""What the listener itself notices to be wrong: Asterisk, its own jobs, publishing, its database."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import wraps

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select

from handlers import put_back_wording, wording
from handlers.alerts import incidents
from handlers.alerts.incident_messages import JOB, LINES_SHOWN
from handlers.alerts.incident_states import Observation
from handlers.alerts.watchdogs import DatabaseWatchdog
from models import failure
from models.errors import DatabaseUnfit
from models.extension import BY_NUMBER, Extension, State
from models.lease import AsHolder, LeaseHolder
from models.types import now
from pbx.services import Services

log = logging.getLogger("switchhook.detector")

ASTERISK_GRACE = timedelta(seconds=15)
GRACE = timedelta(minutes=1)
PUBLISH_GRACE = timedelta(minutes=3)  # it is tried every minute
NOT_LIVE_AFTER = timedelta(minutes=5)
LOG_EVERY = 60.0  # seconds
HOLD_LEASE = "hold_lease"  # Jobs.hold_lease, the job that acquires the lease


class IncidentDetector:
    """Notes what the listener's jobs find wrong, and reports what stays so for too long."""

    def __init__(self, services: Services, holder: LeaseHolder, database: DatabaseWatchdog) -> None:
        self._services = services
        self._holder = holder
        self._database = database
        self._seen: dict[str, Observation] = {}
        self._log_again_at = 0.0  # by time.monotonic()
        self.failing: dict[str, str | None] = {}  # job → why its last run failed; None: it did not

    def guarded(
        self, job: Callable[[], None], on_unfit: Callable[[DatabaseUnfit], None]
    ) -> Callable[[], None]:
        """Return the job so that its errors are noted and logged: the next run may fare better."""

        @wraps(job)
        def run() -> None:
            try:
                job()
                self.failing[job.__name__] = None
            except DatabaseUnfit as error:
                on_unfit(error)
            except SQLAlchemyError as error:
                self.failing[job.__name__] = failure.cause(error)
                self._log(job.__name__, error)
            except Exception as error:
                self.failing[job.__name__] = f"something is wrong inside Switchhook ({type(error).__name__})"
                log.exception("a job failed", extra={"job": job.__name__})

        return run

    def _log(self, job: str, error: SQLAlchemyError) -> None:
        """Log at most once a minute, without a traceback: some jobs run ten times a second, and fail together."""
        if time.monotonic() < self._log_again_at:
            return
        self._log_again_at = time.monotonic() + LOG_EVERY
        reason = f"{type(error).__name__}: {failure.cause(error)}"
        log.warning("the database does not answer", extra={"job": job, "reason": reason})

    def reset(self) -> None:
        """Forget what was seen: this process has become the listener, and knows nothing yet."""
        self._seen.clear()
        self.failing.clear()

    def note_asterisk(self, reason: str | None) -> None:
        """Note why Asterisk does not answer; None: it does."""
        self._note(Observation("asterisk", ASTERISK_GRACE, _details(reason)))

    def note_publishing(self, reason: str | None) -> None:
        """Note why nothing at all can be published, also when no extension waits for it; None: it can.

        Of an older state of the database people read by note_put_back().
        """
        details = None if self._is_put_back() else _details(reason)
        self._note(Observation("publishing", PUBLISH_GRACE, details))

    def note_put_back(self) -> None:
        """Note what an older state of the database differs in that was put back, until somebody has settled it."""
        details = put_back_wording.details(self._services)
        self._note(Observation("put_back", timedelta(), details))

    def _is_put_back(self) -> bool:
        return bool("put_back" in self._seen and self._seen["put_back"].details)

    def note_calls_out(self, problems: Sequence[str]) -> None:
        """Note why calls out are not as the settings ask; none: they are."""
        self._note(Observation("calls_out", PUBLISH_GRACE, {each: each for each in problems} or None))

    def note_secrets(self, reason: str | None) -> None:
        """Note why the phones' secrets cannot be read; None: they can."""
        self._note(Observation("secrets", timedelta(), _details(reason)))

    def note_voicemail(self, reason: str | None) -> None:
        """Note why recordings cannot be read; None: they can."""
        self._note(Observation("voicemail", GRACE, _details(reason)))

    def _note(self, seen: Observation) -> None:
        self._seen[seen.subject] = seen

    def report(self, as_holder: AsHolder) -> None:
        """Report what has lasted, and what is resolved, as the holder of the lease. Raises SQLAlchemyError.

        That the database itself is away, or cannot be written, is reported past the outbox.
        """
        database = Observation("database", GRACE, _details(self._why_not_holder()))
        try:
            as_holder(self._report)
        except SQLAlchemyError as error:
            database = replace(database, details=_details(failure.cause(error)))
            raise
        finally:
            self._database.report(database)

    def _why_not_holder(self) -> str | None:
        """Return why this process cannot take the lease of one that has ended: no other one would tell."""
        return self.failing.get(HOLD_LEASE) if self._holder.may_take_over else None

    def _report(self) -> None:
        self._database.look_up_recipients()
        failing = [Observation(JOB + job, GRACE, _details(why)) for job, why in self.failing.copy().items()]
        # Until it is settled, an older state's rows are all not live, for that one reason; their phones may well work.
        late = {} if self._is_put_back() else not_live(self._services)
        waiting = Observation("not_live", ASTERISK_GRACE, late or None)
        incidents.report(self._services, self._holder, [*self._seen.values(), waiting, *failing])


def _details(reason: str | None) -> dict[str, str] | None:
    return {"": reason} if reason else None


def not_live(services: Services) -> dict[str, str]:
    """Return the extensions that have not been live for long, by number, with a line for each of the first."""
    waits = col(Extension.state) != State.LIVE, col(Extension.updated_at) < now() - NOT_LIVE_AFTER
    with services.database.session() as session:
        rows = session.exec(select(Extension).where(*waits).order_by(*BY_NUMBER)).all()
    return {row.number: _line(row) if index < LINES_SHOWN else "" for index, row in enumerate(rows)}


def _line(row: Extension) -> str:
    whose = f", made for {row.employee_ref}" if row.employee_ref else ""
    return f"{wording.label(row)}{whose}: {wording.configuration(row)}"
