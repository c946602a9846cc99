"""What becomes of facts: who has the lease stores them; who stands by keeps them until their rows are there.

Both compare what they have with the rows that were stored since they looked last. So who takes over stores what nobody
has stored, in the transaction that takes the lease, and who is not sure whether a commit arrived repeats nothing.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import groupby

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, func, select

from models.database import Database
from models.event import Event, EventKind
from models.lease import LeaseHolder, LeaseLost
from pbx import history, lock_outs
from pbx.facts import Fact, LoginFailed, OpenCall, PhoneRegistered
from pbx.gaps import Following
from pbx.kept_facts import KeptFact, KeptFacts
from pbx.login_counts import MAX_ROWS
from pbx.unstored_facts import unstored, without_known_calls

log = logging.getLogger("switchhook.listener")

# Failed logins are stored so seldom: each time, all rows of that minute are written anew.
GATHER_SECONDS = 1.0
PAGE = 1000  # rows


class FactStore:
    """The facts of this process, from one connection to Asterisk to the next. May be used from any thread."""

    def __init__(
        self, database: Database, holder: LeaseHolder, on_stored: Callable[[], None] = lambda: None
    ) -> None:
        """Prepare to keep facts. `on_stored` is called after each transaction that stored some."""
        self._database = database
        self._holder = holder
        self._on_stored = on_stored
        self._lock = threading.Lock()
        self._kept = KeptFacts()
        self._seen: int | None = None  # the last row that was compared; None: nothing was ever heard
        self._logins_stored_at = 0.0
        self._must_resync = False
        holder.is_following = False
        self.following = Following(holder)

    def begin(self) -> tuple[list[PhoneRegistered], list[OpenCall]]:
        """Return the phones and calls that rows tell of, for a translator to adopt. Raises SQLAlchemyError."""
        with self._lock, self._database.session() as session:
            if self._seen is None:
                self._kept.know_logins(reversed(history.recent(session, MAX_ROWS, EventKind.LOGIN_FAILED)))
                self._seen = history.latest_id(session)
            self._must_resync = False
            return history.registered_phones(session), history.calls_to_take_up(session)

    def follows(self, is_following: bool) -> None:
        """Note whether this process follows Asterisk and has resynced; another that does takes the lease from one that does not."""
        if is_following:
            with self._lock:
                self._kept.forget_rows()
        self._holder.is_following = is_following
        if self._holder.has_it:
            with suppress(LeaseLost, SQLAlchemyError):  # the next renewal says it, too
                self._holder.renew()

    @property
    def kept(self) -> list[Fact]:
        """What is kept, in its order."""
        with self._lock:
            return [each.fact for each in self._kept.listed(logins=True).values()]

    @property
    def must_resync(self) -> bool:
        """Whether this process has become the holder since begin(), so that the rows are another's in part."""
        return self._must_resync

    def add(self, facts: Iterable[Fact], *, backfilled: bool = False) -> None:
        """Keep facts until they are rows. `backfilled`: found by a resync."""
        with self._lock:
            self._kept.add(facts, backfilled=backfilled)

    def store(self, *, at_once: bool = False) -> None:
        """Store what is kept if this process has the lease; failed logins once in a while, or `at_once`.

        A flood of them then delays no calls. Raises SQLAlchemyError: all of it is kept.
        """
        with self._lock:
            logins = at_once or time.monotonic() - self._logins_stored_at > GATHER_SECONDS
            chosen = self._kept.listed(logins=logins)
            if not chosen or not self._holder.has_it:
                return
            try:
                with self._holder.transaction() as session:
                    self._strike(session, remember=False)
                    chosen = self._kept.listed(logins=logins)
                    seen = _insert(session, without_known_calls(session, chosen.values()))
            except LeaseLost:
                log.info("facts are kept: another process stores them", extra={"facts": len(self._kept)})
                return
            self._stored(chosen, seen)

    def take_over(self) -> bool:
        """Acquire the lease if that may be, and store in the same transaction what nobody has stored.

        Return whether we have it. Else compare what is kept with what its holder has stored. Raises SQLAlchemyError.
        """
        with self._lock:
            chosen: dict[int, KeptFact] = {}
            news: list[KeptFact] = []
            seen = 0

            def store_the_rest(session: Session) -> None:
                nonlocal chosen, news, seen
                self._strike(session, remember=True)
                history.store(session, lock_outs.consume(session)[1], backfilled=True)
                chosen = self._kept.listed(logins=True)
                news = unstored(session, chosen.values())
                seen = _insert(session, news)

            is_following = self._holder.is_following
            if not self._holder.acquire(store_the_rest, from_who_does_not_follow=is_following):
                with self._database.session() as session:
                    self._strike(session, remember=True)
                self._kept.looked()
                return False
            self._must_resync = True
            self._stored(chosen, seen)
        if chosen:
            log.info("what was kept is stored", extra={"facts": len(news), "kept": len(chosen)})
        return True

    def apply_lock_outs(self, *, backfilled: bool) -> list[tuple[str, float]]:
        """Store as gone the phones that publish() has made Asterisk forget; return their numbers, and when that was."""
        if not self._holder.has_it or not lock_outs.any_noted(self._database):
            return []
        with self._lock:
            try:
                with self._holder.transaction() as session:
                    self._strike(session, remember=False)
                    noted, gone = lock_outs.consume(session)
                    history.store(session, gone, backfilled)
                    seen = _latest(session)
            except LeaseLost:
                return []
            self._seen = max(self._seen or 0, seen)
        return [(each.number, each.at.timestamp()) for each in noted]

    def _stored(self, chosen: dict[int, KeptFact], seen: int) -> None:
        self._kept.remove(chosen)
        self._seen = max(self._seen or 0, seen)
        if any(isinstance(each.fact, LoginFailed) for each in chosen.values()):
            self._logins_stored_at = time.monotonic()
        if chosen:
            self._on_stored()

    def _strike(self, session: Session, *, remember: bool) -> None:
        """Compare with the rows since the last look, which others have stored, or we ourselves without hearing so."""
        while self._seen is not None and (rows := history.after(session, self._seen, PAGE)):
            for row in rows:
                self._kept.strike(row, remember=remember)
            self._seen = rows[-1].id or 0


def _insert(session: Session, kept: Iterable[KeptFact]) -> int:
    """Store facts in their order, and return the id of the last row."""
    for backfilled, some in groupby(kept, lambda each: each.backfilled):
        history.store(session, [each.fact for each in some], backfilled)
    return _latest(session)


def _latest(session: Session) -> int:
    session.flush()
    return session.exec(select(func.max(col(Event.id)))).one() or 0
