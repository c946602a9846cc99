"""The listener: reads AMI's events, translates them into facts and stores these. It reads first and works later.

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

from models.lease import RENEW_SECONDS, LeaseHolder, LeaseLost
from pbx import event_filters, history, lock_outs, pjsip
from pbx.ami import connected
from pbx.ami_client import Client
from pbx.ami_messages import Message
from pbx.contact_status import contact
from pbx.errors import AsteriskUnavailable
from pbx.events import EVENTS_WANTED, Translator
from pbx.facts import Fact, LoginFailed, PhoneMoved, PhoneRegistered
from pbx.managed_numbers import ManagedNumbers
from pbx.registrations import ContactKey
from pbx.services import Services
from pbx.talking import Talking

log = logging.getLogger("switchhook.listener")

BATCH = 2000  # messages of one transaction
# Messages that wait for the database at most, some 50 MB of them. Beyond, the reader waits, Asterisk sooner or later
# closes the connection, and the next resync finds what was missed.
MAX_QUEUED = 20_000
PAUSE_SECONDS = 0.02  # how long a batch may gather
TICK_SECONDS = 0.5
PING_SECONDS = 3.0  # of silence until Asterisk is asked whether it is there; with the next, under 10 s in all
PING_TIMEOUT_SECONDS = 4.0
USER_AGENT_TIMEOUT_SECONDS = 2.0  # facts wait so long for the phone's user agent
# Failed logins are stored so seldom: each time, all rows of that minute are written anew.
GATHER_SECONDS = 1.0
RETRY_STORE_SECONDS = 0.5

Received = tuple[float, Message]


class Listener:
    """One session with Asterisk: until Asterisk or the lease is lost, or `stop` is set."""

    def __init__(
        self,
        services: Services,
        holder: LeaseHolder,
        stop: threading.Event,
        on_connected: Callable[[], None],
        on_stored: Callable[[], None],
        talking: Talking | None = None,
    ) -> None:
        """Prepare a session. `on_stored` is called after each transaction that stored facts; `talking` is kept up to date."""
        self._services = services
        self._holder = holder
        self._stop = stop
        self._on_connected = on_connected
        self._on_stored = on_stored
        self._talking = talking or Talking()
        self._messages: queue.Queue[Received] = queue.Queue(MAX_QUEUED)
        numbers = ManagedNumbers(services.database)
        self._translator = Translator(numbers, numbers.has_voicemail)
        self._stored_at = time.monotonic()
        self._failed_logins: list[Fact] = []  # not yet stored
        self._failed_logins_stored_at = 0.0
        self._ended = threading.Event()

    def run(self) -> None:
        """Listen until stopped. Raises AsteriskUnavailable, LeaseLost."""
        with connected(self._services.settings, self._enqueue, EVENTS_WANTED) as asterisk:
            try:
                _filter_events(asterisk)
                self._discard_queued()
                self._resync(asterisk)
                log.info("listening")
                self._on_connected()
                self._listen(asterisk)
            finally:
                self._talking.unheard()
                self._ended.set()  # or a reader that waits for room would never end

    def _listen(self, asterisk: Client) -> None:
        try:
            while not self._stop.is_set():
                self._process_batch(asterisk)
        except AsteriskUnavailable:
            self._drain()
            raise
        self._drain()

    def _drain(self) -> None:
        """Store what Asterisk still said before the end."""
        while not self._messages.empty():
            self._store(self._translate(self._next_batch()))
        self._store(self._failed_logins)

    def _enqueue(self, message: Message) -> None:
        """Queue a message, in the reader's thread; wait while MAX_QUEUED are there, but not for a listener that ended."""
        received = time.time(), message
        while not self._ended.is_set():
            with suppress(queue.Full):
                self._messages.put(received, timeout=TICK_SECONDS)
                return

    def _discard_queued(self) -> None:
        """Forget what came before the filters, which may be forged: the resync finds what it said."""
        with suppress(queue.Empty):
            while True:
                self._messages.get_nowait()

    def _process_batch(self, asterisk: Client) -> None:
        """Store one batch, ask for a sign of life when there has been none for a while, and renew the lease."""
        batch = self._next_batch()
        self._apply_lock_outs()  # first: what has come since then is news of other phones
        received_until = batch[-1][0] if len(batch) == BATCH else time.time()
        facts = self._hold_failed_logins(self._translate(batch) + self._translator.tick(received_until))
        if facts:
            self._store(_with_user_agents(asterisk, facts))
        if asterisk.ended.is_set() and self._messages.empty():
            raise AsteriskUnavailable("Asterisk closed the connection")
        if time.monotonic() - asterisk.received_at > PING_SECONDS:
            asterisk.ask_all([{"Action": "Ping"}], timeout=PING_TIMEOUT_SECONDS)
        if time.monotonic() - self._stored_at > RENEW_SECONDS:
            self._store([])  # keeps the lease

    def _hold_failed_logins(self, facts: list[Fact]) -> list[Fact]:
        """Return the facts without failed logins, or with all held back so far: a flood of them delays no calls."""
        self._failed_logins += [fact for fact in facts if isinstance(fact, LoginFailed)]
        others: list[Fact] = [fact for fact in facts if not isinstance(fact, LoginFailed)]
        if time.monotonic() - self._failed_logins_stored_at < GATHER_SECONDS:
            return others
        held, self._failed_logins, self._failed_logins_stored_at = self._failed_logins, [], time.monotonic()
        return others + held

    def _translate(self, batch: list[Received]) -> list[Fact]:
        facts = [fact for at, message in batch for fact in self._translator.feed(message, at)]
        self._talking.hear(self._translator.talking())
        return facts

    def _next_batch(self) -> list[Received]:
        """Wait for messages, TICK_SECONDS at most, and return up to BATCH of them."""
        try:
            batch = [self._messages.get(timeout=TICK_SECONDS)]
        except queue.Empty:
            return []
        if self._messages.qsize() < BATCH:
            time.sleep(PAUSE_SECONDS)
        while len(batch) < BATCH and not self._messages.empty():
            batch.append(self._messages.get_nowait())
        return batch

    def _store(self, facts: list[Fact], backfilled: bool = False) -> None:
        """Store facts and renew the lease, again and again while the database does not answer. Raises LeaseLost.

        The reader goes on reading meanwhile.
        """
        while True:
            try:
                with self._holder.transaction() as session:
                    history.store(session, facts, backfilled)
                self._stored_at = time.monotonic()
                if facts:
                    self._on_stored()
                return
            except OperationalError as error:
                log.warning(
                    "the database does not take events",
                    extra={"reason": str(error.orig), "facts": len(facts)},
                )
                if self._stop.wait(RETRY_STORE_SECONDS):
                    raise LeaseLost("stopped while the database did not answer") from None

    def _apply_lock_outs(self, backfilled: bool = False) -> None:
        """Store as gone the phones that publish() has made Asterisk forget, of which Asterisk itself says nothing."""
        with suppress(OperationalError):  # the database does not answer: the next batch applies them
            if lock_outs.any_noted(self._services.database):
                with self._holder.transaction() as session:
                    noted, gone = lock_outs.consume(session)
                    history.store(session, gone, backfilled)
                for each in noted:
                    self._translator.lock_out(each.number, each.at.timestamp())

    def _resync(self, asterisk: Client) -> None:
        """Store what happened while nobody listened. Events that come meanwhile wait in the queue."""
        self._apply_lock_outs(backfilled=True)
        with self._services.database.session() as session:
            self._translator.adopt(history.registered_phones(session), history.calls_to_take_up(session))
        at = time.time()
        contacts = asterisk.listed("PJSIPShowContacts")
        channels = asterisk.listed("CoreShowChannels")
        facts = self._translator.resync(contacts, channels, at)
        self._talking.hear(self._translator.talking())
        self._store(facts, backfilled=True)


def _filter_events(asterisk: Client) -> None:
    """Have Asterisk itself leave out the events that nobody needs, most of a call's among them."""
    for pattern in event_filters.PATTERNS:
        asterisk.ask(Action="Filter", Operation="Add", Filter=pattern)


def _with_user_agents(asterisk: Client, facts: list[Fact]) -> list[Fact]:
    """Add the phones' makes, if Asterisk answers: its events do not name them, its lists of contacts do."""
    numbers = {
        fact.number
        for fact in facts
        if isinstance(fact, PhoneRegistered | PhoneMoved) and not fact.user_agent
    }
    try:
        questions = [pjsip.show_action(number) for number in sorted(numbers)]
        answers = asterisk.ask_all(questions, timeout=USER_AGENT_TIMEOUT_SECONDS)
    except AsteriskUnavailable:
        return facts
    known = _user_agents(event for answer in answers for event in answer)
    return [_with_user_agent(fact, known) for fact in facts]


def _user_agents(events: Iterable[Message]) -> dict[ContactKey, str]:
    details = [event for event in events if event.get("Event") == "ContactStatusDetail"]
    found = [(event.get("EndpointName", ""), contact(event)) for event in details]
    return {ContactKey(number, each.address, each.port): each.user_agent for number, each in found}


def _with_user_agent(fact: Fact, known: dict[ContactKey, str]) -> Fact:
    if not isinstance(fact, PhoneRegistered | PhoneMoved):
        return fact
    key = ContactKey(fact.number, fact.address, fact.port)
    return replace(fact, user_agent=known.get(key, fact.user_agent))
