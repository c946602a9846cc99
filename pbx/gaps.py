"""The times in which nobody followed Asterisk: noted by whoever has the lease and follows it again."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from models import listening_gap
from models.lease import LeaseHolder, LeaseLost
from models.listening_gap import ListeningGap
from models.types import now
from pbx import history
from pbx.ami_messages import Headers
from pbx.facts import CallEnded, Fact

log = logging.getLogger("switchhook.gaps")

NOTE_SECONDS = 0.5
LONGEST = timedelta(days=7)  # what is looked for; older than that, nobody asks
# Clocks of two machines may be as far apart; beyond, one was set since Asterisk was followed last.
APART = timedelta(minutes=1)
# By how much Asterisk on a busy machine, or its connection, may be behind with what it says. So what ended shortly before
# the moment that the last one noted may be news to it, and who has followed for less than this has not heard it, either.
BEHIND = timedelta(seconds=10)
# Nobody knows when that was then.
AFTER_SET_CLOCK = timedelta(minutes=10)


class Following:
    """Since when, and until when, this process has heard all that Asterisk said. `holder`: who may store it."""

    def __init__(self, holder: LeaseHolder) -> None:
        self._holder = holder
        self._began: float | None = None  # by the monotonic clock: the other one may be set meanwhile
        self._asterisk_ahead = 0.0  # of the monotonic clock, in seconds
        self._going_on: list[str] = []
        self._unfinished: list[str] = []
        self._noted: datetime | None = None  # by this session
        self._noted_at = 0.0  # by the monotonic clock

    def begin(
        self, at: float, channels: Iterable[Headers], found: Sequence[Fact], ahead: float = 0.0
    ) -> list[Fact]:
        """Note that a session with Asterisk began (epoch seconds), and return what is to be stored of what a resync found.

        `channels`: the CoreShowChannel events; `ahead`: as asterisk_clock.ahead() has it. How calls ended that are not there any more is left to backfill.py, if there
        was a time when nobody listened. Raises SQLAlchemyError.
        """
        self._began, self._noted = time.monotonic() - (time.time() - at), None
        self._asterisk_ahead = ahead + time.time() - time.monotonic()
        self._going_on = sorted({text for message in channels for text in _names(message)})
        self._unfinished = [fact.linkedid for fact in found if isinstance(fact, CallEnded)]
        return self.resynced(at, found)

    def resynced(self, at: float, found: Sequence[Fact]) -> list[Fact]:
        """Note that a resync began (epoch seconds), and return what is to be stored of what it found. Raises SQLAlchemyError.

        Without the lease, no ends of calls: who has it may have seen how they ended, and who takes it over resyncs.
        """
        self._note(datetime.fromtimestamp(at, UTC))
        left: set[str] | None = None
        with suppress(LeaseLost), self._holder.transaction() as session:
            left = listening_gap.unfinished(session)
        return [
            fact
            for fact in found
            if not isinstance(fact, CallEnded) or (left is not None and fact.linkedid not in left)
        ]

    def heard(self, until: float) -> None:
        """Note that all that Asterisk said before is stored (epoch seconds). Raises SQLAlchemyError."""
        if self._began is not None and time.monotonic() - self._noted_at > NOTE_SECONDS:
            self._note(datetime.fromtimestamp(until, UTC))

    def _note(self, until: datetime) -> None:
        """Note until when Asterisk was followed, and the time before in which nobody did, if there was one."""
        if not self._holder.has_it:
            return
        with suppress(LeaseLost), self._holder.transaction() as session:
            gap = self._gap(session, until)
            if gap:
                session.add(gap)
            listening_gap.note_followed(session, until)
            self._noted, self._noted_at = until, time.monotonic()

    def _gap(self, session: Session, until: datetime) -> ListeningGap | None:
        """Return the time between whoever followed Asterisk last and this session; None: there is none, or nobody ever did.

        A session that began a while before the last one noted, as of who stood by, leaves none.
        """
        before = listening_gap.followed_until(session)
        if before is None or self._began is None or before == self._noted:
            return None
        since = now() - timedelta(seconds=time.monotonic() - self._began)
        if since + BEHIND <= before <= until + APART:
            return None
        was_set = before > until + APART
        if was_set:
            log.warning("the clock was set back: when Asterisk was followed last is unknown")
        return ListeningGap(
            since=since - AFTER_SET_CLOCK if was_set else max(min(before, since), since - LONGEST),
            until=since,
            after_event=history.latest_id(session),
            going_on=self._going_on,
            unfinished=self._unfinished,
            look_at=since,
            ahead=round(self._asterisk_ahead + time.monotonic() - time.time(), 3),
        )


def _names(message: Headers) -> list[str]:
    names = (message.get(name, "") for name in ("Linkedid", "Uniqueid", "Channel"))
    return [name for name in names if name]
