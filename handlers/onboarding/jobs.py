"""The jobs of onboarding, as the listener's table of jobs runs them."""

from __future__ import annotations

import threading
import time

from handlers.onboarding import (
    activation,
    decisions,
    deliveries,
    detail_requests,
    password_handovers,
    retention,
)
from handlers.onboarding.context import OnboardingContext
from models.lease import AsHolder


class OnboardingJobs:
    """`as_holder` does a step if this process holds the listener's lease; `filled` is set for new messages.

    `stop`: this process is to end.
    """

    def __init__(
        self, context: OnboardingContext, as_holder: AsHolder, filled: threading.Event, stop: threading.Event
    ) -> None:
        self._context = context
        self._as_holder = as_holder
        self._filled = filled
        self._stop = stop
        self._employees_lock = threading.Lock()  # nobody may leave while being welcomed
        self._ask_slack_again_at = 0.0

    def onboard(self) -> None:
        with self._employees_lock:
            self._onboard()
        self._filled.set()

    def _onboard(self) -> None:
        self._as_holder(self._process_deliveries)
        self._as_holder(lambda: detail_requests.ask_admins(self._context))
        self._as_holder(lambda: decisions.report_progress(self._context.services))
        self._as_holder(lambda: activation.activate_due(self._context))
        self._as_holder(lambda: password_handovers.send_due(self._context.services))
        if time.monotonic() > self._ask_slack_again_at:
            self._as_holder(self._send_welcomes)

    def _process_deliveries(self) -> None:
        while deliveries.process_due(self._context):
            pass

    def _send_welcomes(self) -> None:
        self._ask_slack_again_at = activation.send_or_back_off(self._context) + time.monotonic()

    def look_up_employees(self) -> None:
        """Ask HR systems, apart from onboard(), which does not wait for a slow one."""
        self._as_holder(self._look_up_employees)

    def _look_up_employees(self) -> None:
        while not self._stop.is_set() and detail_requests.look_up_next(self._context):
            pass

    def release_numbers(self) -> None:
        with self._employees_lock:
            self._as_holder(lambda: retention.release_numbers(self._context))
