"""The jobs of reports, as the listener's table of jobs runs them."""

from __future__ import annotations

import threading
from datetime import timedelta

from handlers.reports import weekly
from models.lease import AsHolder, LeaseHolder
from pbx.reports import listening_times
from pbx.services import Services
from pbx.talking import Talking


class ReportJobs:
    """`as_holder` does a step if this process holds the listener's lease; `filled` is set for new messages.

    `talking` says whether Asterisk is listened to.
    """

    def __init__(
        self,
        services: Services,
        holder: LeaseHolder,
        as_holder: AsHolder,
        filled: threading.Event,
        talking: Talking,
    ) -> None:
        self._services = services
        self._holder = holder
        self._as_holder = as_holder
        self._filled = filled
        self._talking = talking

    def note_listening(self) -> None:
        """Note that somebody listens: a time without such notes is unknown in reports."""
        if self._talking.is_current:
            keep = timedelta(days=self._services.settings.keep_events_days)
            self._as_holder(lambda: listening_times.note(self._holder, keep))

    def send_weekly_report(self) -> None:
        """Have the report of the week before sent on Monday, or as soon after as somebody listens."""
        self._as_holder(self._send_weekly_report)

    def _send_weekly_report(self) -> None:
        if weekly.send_due(self._services, self._holder):
            self._filled.set()
