"""The listener: follows AMI, turns it into facts, stores them. Reads first, works later.

AMI's reader thread only queues messages. The listening thread takes them in batches and stores each batch in one
transaction, which also renews the lease: when another process has it, nothing more is stored here.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace

from sqlalchemy.exc import OperationalError

from models.lease import Holder, LeaseLost
from pbx import history, lock_outs
from pbx.ami import connected
from pbx.ami_client import Client
from pbx.ami_messages import Message
from pbx.contact_status import contact
from pbx.errors import AsteriskUnavailable
from pbx.events import EVENTS_WANTED, Translator
from pbx.facts import Fact, LoginFailed, PhoneMoved, PhoneRegistered
from pbx.managed import ManagedNumbers
from pbx.publishing.verify import show_endpoint
from pbx.services import Services

log = logging.getLogger("switchhook.listener")

LEASE = "listener"
BATCH = 2000  # messages of one transaction
# Messages that wait for the database at most, some 50 MB of them. Beyond, the reader waits, Asterisk hangs up on it
# sooner or later, and a resync finds what was missed.
MOST_WAITING = 20_000
PAUSE_SECONDS = 0.02  # how long a batch may gather
TICK_SECONDS = 0.5
PING_SECONDS = 3.0  # of silence until Asterisk is asked whether it is there; with the next, under 10 s in all
PING_PATIENCE = 4.0
NAME_PATIENCE = 2.0  # facts wait so long for the phone's make
RENEW_SECONDS = 3.0
GATHER_SECONDS = (
    1.0  # failed logins are stored so seldom: each time, all of that minute's rows are written anew
)
STORE_AGAIN_SECONDS = 0.5

Received = tuple[float, Message]


class Listener:
    """One turn at listening: from taking the lease to losing Asterisk, the lease, or being stopped."""

    def __init__(
        self, system: Services, holder: Holder, stop: threading.Event, on_connected: Callable[[], None]
    ) -> None:
        self._system = system
        self._holder = holder
        self._stop = stop
        self._on_connected = on_connected
        self._messages: queue.Queue[Received] = queue.Queue(MOST_WAITING)
        self._translator = Translator(ManagedNumbers(system.database))
        self._stored_at = time.monotonic()
        self._failed: list[Fact] = []  # logins that wait to be stored
        self._failed_stored_at = 0.0
        self._ended = threading.Event()

    def run(self) -> None:
        """Until stopped. Raises AsteriskUnavailable, LeaseLost."""
        with connected(self._system.settings, self._receive, EVENTS_WANTED) as asterisk:
            try:
                _ask_for_less(asterisk)
                self._resync(asterisk)
                log.info("listening")
                self._on_connected()
                self._listen(asterisk)
            finally:
                self._ended.set()  # or a reader that waits for room would never end

    def _listen(self, asterisk: Client) -> None:
        try:
            while not self._stop.is_set():
                self._turn(asterisk)
        except AsteriskUnavailable:
            self._drain()
            raise
        self._drain()

    def _drain(self) -> None:
        """What Asterisk still said before the end."""
        while not self._messages.empty():
            self._store(self._facts(self._take()))
        self._store(self._failed)

    def _receive(self, message: Message) -> None:
        """Called by the reader, which waits only when MOST_WAITING are there, and not for a listener that ended."""
        received = time.time(), message
        while not self._ended.is_set():
            with suppress(queue.Full):
                self._messages.put(received, timeout=TICK_SECONDS)
                return

    def _turn(self, asterisk: Client) -> None:
        """One batch, and a sign of life when there has been none for a while."""
        batch = self._take()
        self._lock_outs()  # first: what has come since then is news of other phones
        heard_until = batch[-1][0] if len(batch) == BATCH else time.time()
        facts = self._due(self._facts(batch) + self._translator.tick(heard_until))
        if facts:
            self._store(_with_user_agents(asterisk, facts))
        if asterisk.ended.is_set() and self._messages.empty():
            raise AsteriskUnavailable("Asterisk closed the connection")
        if time.monotonic() - asterisk.received_at > PING_SECONDS:
            asterisk.ask_all([{"Action": "Ping"}], timeout=PING_PATIENCE)
        if time.monotonic() - self._stored_at > RENEW_SECONDS:
            self._store([])  # keeps the lease

    def _due(self, facts: list[Fact]) -> list[Fact]:
        """Without failed logins, or with all that have gathered: a flood of them holds up no calls."""
        self._failed += [fact for fact in facts if isinstance(fact, LoginFailed)]
        others: list[Fact] = [fact for fact in facts if not isinstance(fact, LoginFailed)]
        if time.monotonic() - self._failed_stored_at < GATHER_SECONDS:
            return others
        gathered, self._failed, self._failed_stored_at = self._failed, [], time.monotonic()
        return others + gathered

    def _facts(self, batch: list[Received]) -> list[Fact]:
        return [fact for at, message in batch for fact in self._translator.feed(message, at)]

    def _take(self) -> list[Received]:
        """What has come, at the latest when it is time for a tick."""
        try:
            batch = [self._messages.get(timeout=TICK_SECONDS)]
        except queue.Empty:
            return []
        if self._messages.qsize() < BATCH:
            time.sleep(PAUSE_SECONDS)
        while len(batch) < BATCH and not self._messages.empty():
            batch.append(self._messages.get_nowait())
        return batch

    def _store(self, facts: list[Fact], away: bool = False) -> None:
        """Again and again while the database is locked or away: the reader goes on reading meanwhile."""
        while True:
            try:
                with self._holder.writing(self._system.database, LEASE) as session:
                    history.store(session, facts, away)
                self._stored_at = time.monotonic()
                return
            except OperationalError as error:
                log.warning(
                    "the database does not take events",
                    extra={"reason": str(error.orig), "facts": len(facts)},
                )
                if self._stop.wait(STORE_AGAIN_SECONDS):
                    raise LeaseLost("stopped while the database was away") from None

    def _lock_outs(self, away: bool = False) -> None:
        """Phones that publish() has made Asterisk forget, of which Asterisk says nothing."""
        with suppress(OperationalError):  # the database is away: the next turn finds them
            if lock_outs.any_noted(self._system.database):
                with self._holder.writing(self._system.database, LEASE) as session:
                    noted, gone = lock_outs.take(session)
                    history.store(session, gone, away)
                for each in noted:
                    self._translator.lock_out(each.number, each.at.timestamp())

    def _resync(self, asterisk: Client) -> None:
        """What happened while nobody listened. Events that come meanwhile wait in the queue."""
        self._lock_outs(away=True)
        with self._system.database.session() as session:
            self._translator.adopt(history.registered_phones(session), history.calls_to_take_up(session))
        at = time.time()
        contacts = asterisk.listed("PJSIPShowContacts")
        channels = asterisk.listed("CoreShowChannels")
        self._store(self._translator.resync(contacts, channels, at), away=True)


def _ask_for_less(asterisk: Client) -> None:
    """Asterisk itself leaves out what nobody needs: most events of a call."""
    for name in EVENTS_WANTED:
        asterisk.ask(Action="Filter", Operation="Add", Filter=f"Event: {name}")


def _with_user_agents(asterisk: Client, facts: list[Fact]) -> list[Fact]:
    """Asterisk's events do not name the phone's make; its list of contacts does, if it still answers."""
    numbers = {
        fact.number
        for fact in facts
        if isinstance(fact, PhoneRegistered | PhoneMoved) and not fact.user_agent
    }
    try:
        questions = [show_endpoint(number) for number in sorted(numbers)]
        answers = asterisk.ask_all(questions, timeout=NAME_PATIENCE)
    except AsteriskUnavailable:
        return facts
    known = _user_agents(event for answer in answers for event in answer)
    return [_named(fact, known) for fact in facts]


def _user_agents(events: Iterable[Message]) -> dict[tuple[str, str, int], str]:
    details = [event for event in events if event.get("Event") == "ContactStatusDetail"]
    found = [(event.get("EndpointName", ""), contact(event)) for event in details]
    return {(number, each.address, each.port): each.user_agent for number, each in found}


def _named(fact: Fact, known: dict[tuple[str, str, int], str]) -> Fact:
    if not isinstance(fact, PhoneRegistered | PhoneMoved):
        return fact
    return replace(fact, user_agent=known.get((fact.number, fact.address, fact.port), fact.user_agent))
