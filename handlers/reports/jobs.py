"""The jobs of reports, as the listener's table of jobs runs them."""

from __future__ import annotations

from datetime import timedelta

from models.lease import AsHolder, LeaseHolder
from pbx.reports import listening_times
from pbx.services import Services
from pbx.talking import Talking


class ReportJobs:
    """`as_holder` does a step if this process holds the listener's lease; `talking` says whether Asterisk is listened to."""

    def __init__(
        self, services: Services, holder: LeaseHolder, as_holder: AsHolder, talking: Talking
    ) -> None:
        self._services = services
        self._holder = holder
        self._as_holder = as_holder
        self._talking = talking

    def note_listening(self) -> None:
        """Note that somebody listens: a time without such notes is unknown in reports."""
        if self._talking.is_current:
            keep = timedelta(days=self._services.settings.keep_events_days)
            self._as_holder(lambda: listening_times.note(self._holder, keep))
