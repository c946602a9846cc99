"""The latest snapshot, as one process takes them."""

from __future__ import annotations

import math
import time

from handlers.home import snapshot
from handlers.home.snapshot import Snapshot
from pbx.services import Services


class Snapshots:
    """Takes snapshots, and keeps of the last what serves again."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._asterisk: str | None = None
        self._known: Snapshot | None = None
        self._asked_at = -math.inf

    def take(self, max_age: float = 0.0, *, anew: bool = False) -> Snapshot:
        """Return how things are. Raises SQLAlchemyError.

        `max_age`: seconds after which Asterisk is asked again whether it is there. `anew`: read all extensions, also if
        none seems to have changed.
        """
        if time.monotonic() >= self._asked_at + max_age:
            self._asterisk, self._asked_at = snapshot.why_silent(self._services), time.monotonic()
        known = snapshot.take(self._services, self._asterisk, None if anew else self._known)
        self._known = known
        return known  # not what another thread, which began before, has written there since
