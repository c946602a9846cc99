"""What the streams of one kind have in common: what is new is read once for all of them."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Collection

from sqlmodel import Session


class Feed(ABC):
    """Belongs to the hub's thread; the limits alone are for others. `holder`: who has opened a stream, in a word."""

    max_streams: int  # of one web process
    max_of_holder: int  # of these
    holder: str
    # Seconds for which the database may not answer until streams are closed; None: they wait for it.
    max_away_seconds: float | None = None
    read_at = 0.0  # when the database last answered, on the monotonic clock
    streams = 0  # that are open
    check_rights_at = 0.0  # when it is next looked which rights still count

    def is_away(self) -> bool:
        """Return whether the database has not answered for longer than streams wait."""
        return self.max_away_seconds is not None and time.monotonic() - self.read_at > self.max_away_seconds

    @abstractmethod
    def read(self, session: Session) -> None:
        """Read what is new. Raises SQLAlchemyError, and is as before then."""

    @abstractmethod
    def forget(self) -> None:
        """Forget all, while nobody streams."""

    @abstractmethod
    def live_among(self, session: Session, rights: Collection[str]) -> set[str]:
        """Return those of them on which streams may be open now."""
