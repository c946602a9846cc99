"""The jobs of voicemail, as the listener's table of jobs runs them."""

from __future__ import annotations

import threading
from collections.abc import Callable

from handlers.voicemail.delivery import VoicemailDelivery
from models.lease import AsHolder, LeaseHolder
from pbx.services import Services


class VoicemailJobs:
    """`as_holder` does a step if this process holds the listener's lease; `filled` is set for new messages.

    `note_problem` is told why recordings cannot be read; None: they can.
    """

    def __init__(
        self,
        services: Services,
        holder: LeaseHolder,
        as_holder: AsHolder,
        filled: threading.Event,
        note_problem: Callable[[str | None], None],
    ) -> None:
        self._delivery = VoicemailDelivery(services, holder)
        self._as_holder = as_holder
        self._filled = filled
        self._note_problem = note_problem

    def deliver_voicemail(self) -> None:
        """Have new recordings sent to their owners."""
        self._as_holder(self._deliver_voicemail)

    def _deliver_voicemail(self) -> None:
        if self._delivery.store_new():
            self._filled.set()
        self._note_problem(self._delivery.problem())

    def compare_voicemail(self) -> None:
        """See whether Asterisk has recordings that cannot be found here."""
        self._as_holder(self._delivery.compare)
