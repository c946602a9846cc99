"""What the listener does about older states of the database: notes how far this one is, and has other jobs wait."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from models.lease import AsHolder, LeaseHolder
from pbx.services import Services
from pbx.settling import notice


class Watch:
    """`noticed` is called after each look."""

    def __init__(
        self, services: Services, holder: LeaseHolder, as_holder: AsHolder, noticed: Callable[[], None]
    ) -> None:
        self._services = services
        self._holder = holder
        self._as_holder = as_holder
        self._noticed = noticed

    def note_state(self) -> None:
        """Note beside the database how far it is, so that an older state that is put back is noticed."""
        self._as_holder(self._note_state)

    def _note_state(self) -> None:
        with self._holder.transaction() as session:
            seen = notice.tick(self._services, session)
        notice.note(self._services, seen)
        self._noticed()

    def looked(self, job: Callable[[], None]) -> Callable[[], None]:
        """Return the job so that what must not be told twice is held before it tells anything."""

        @wraps(job)
        def run() -> None:
            if self._holder.has_it:  # a standby tells nothing
                notice.look(self._services)
            job()

        return run

    def settled(self, job: Callable[[], None]) -> Callable[[], None]:
        """Return the job so that it waits until all is settled: it might do once more what was done."""

        @wraps(job)
        def run() -> None:
            if self._holder.has_it and not notice.is_unsettled(self._services):
                job()

        return run
