"""The listener: reads AMI's events, translates them into facts and hands over these. It reads first and works later.

AMI's reader thread only queues messages. The listening thread takes them in batches; fact_store.py stores each batch in one
transaction, or keeps it while another process has the lease. Each process listens all the time.
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

from pbx import asterisk_clock, event_filters, pjsip
from pbx.ami import connected
from pbx.ami_client import Client
from pbx.ami_messages import Message
from pbx.contact_status import contact
from pbx.errors import AsteriskUnavailable
from pbx.events import EVENTS_WANTED, Translator
from pbx.fact_store import FactStore
from pbx.facts import Fact, PhoneMoved, PhoneRegistered
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
RETRY_STORE_SECONDS = 0.5
LOG_EVERY = 60.0  # seconds, while the database takes nothing: its disk may be that of the log, and full

Received = tuple[float, Message]


class Listener:
    """One session with Asterisk: until it is lost, or `stop` is set."""

    def __init__(
        self,
        services: Services,
        facts: FactStore,
        stop: threading.Event,
        on_connected: Callable[[], None],
        talking: Talking | None = None,
    ) -> None:
        """Prepare a session. `talking` is kept up to date."""
        self._services = services
        self._facts = facts
        self._stop = stop
        self._on_connected = on_connected
        self._talking = talking or Talking()
        self._messages: queue.Queue[Received] = queue.Queue(MAX_QUEUED)
        numbers = ManagedNumbers(services.database)
        self._translator = Translator(numbers, numbers.has_voicemail)
        self._ended = threading.Event()

    def run(self) -> None:
        """Listen until stopped. Raises AsteriskUnavailable."""
        with connected(self._services.settings, self._enqueue, EVENTS_WANTED) as asterisk:
            try:
                _filter_events(asterisk)
                self._resync(asterisk, is_first=True)
                log.info("listening")
                self._on_connected()
                self._listen(asterisk)
            finally:
                if not self._stop.is_set():  # else what is under way ends with the lease
                    self._facts.follows(False)
                self._talking.unheard()
                self._ended.set()  # or a reader that waits for room would never end

    def _listen(self, asterisk: Client) -> None:
        try:
            while not self._stop.is_set():
                self._process_batch(asterisk)
        except AsteriskUnavailable:
            self._drain()
            raise
        self._ended.set()
        self._drain()

    def _drain(self) -> None:
        """Hand over what Asterisk still said before the end."""
        while not self._messages.empty():
            self._facts.add(self._translate(self._next_batch()))
        self._store([], at_once=True)

    def _enqueue(self, message: Message) -> None:
        """Queue a message, in the reader's thread; wait while MAX_QUEUED are there, but not for a listener that ended."""
        received = time.time(), message
        while not self._ended.is_set():
            with suppress(queue.Full):
                self._messages.put(received, timeout=TICK_SECONDS)
                return

    def _discard_queued(self) -> None:
        """Forget what came before the filters, which may be forged, or before the rows were read, which may tell of it.

        The resync finds what it said. On a busy machine that are the news of many seconds.
        """
        with suppress(queue.Empty):
            while True:
                self._messages.get_nowait()

    def _process_batch(self, asterisk: Client) -> None:
        """Hand over the facts of one batch, and ask for a sign of life when there has been none for a while."""
        at = time.time()
        batch = self._next_batch()
        self._apply_lock_outs()  # first: what has come since then is news of other phones
        received_until = batch[-1][0] if len(batch) == BATCH else time.time()
        facts = self._translate(batch) + self._translator.tick(received_until)
        self._store(_with_user_agents(asterisk, facts) if facts else [])
        with suppress(OperationalError):  # as below
            self._facts.following.heard(batch[-1][0] if len(batch) == BATCH else at)
        if self._facts.must_resync:
            with suppress(OperationalError):  # the next batch does it
                self._resync(asterisk, is_first=False)
        if asterisk.ended.is_set() and self._messages.empty():
            raise AsteriskUnavailable("Asterisk closed the connection")
        is_silent = time.monotonic() - asterisk.received_at > PING_SECONDS
        # A reader that waits for room for its messages could not read the answer.
        if is_silent and self._messages.empty():
            asterisk.ask_all([{"Action": "Ping"}], timeout=PING_TIMEOUT_SECONDS)

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

    def _store(self, facts: list[Fact], *, backfilled: bool = False, at_once: bool = False) -> None:
        """Hand over facts; have them stored, again and again while the database does not answer.

        The reader goes on reading meanwhile.
        """
        self._facts.add(facts, backfilled=backfilled)
        log_at = time.monotonic()
        while True:
            try:
                self._facts.store(at_once=at_once)
                return
            except OperationalError as error:
                if time.monotonic() >= log_at:
                    log_at = time.monotonic() + LOG_EVERY
                    extra = {"reason": str(error.orig), "facts": len(facts)}
                    log.warning("the database does not take events", extra=extra)
                if self._stop.wait(RETRY_STORE_SECONDS):
                    return

    def _apply_lock_outs(self, *, backfilled: bool = False) -> None:
        """Forget the phones that publish() has made Asterisk forget, of which Asterisk itself says nothing."""
        with suppress(OperationalError):  # the database does not answer: the next batch applies them
            for number, at in self._facts.apply_lock_outs(backfilled=backfilled):
                self._translator.lock_out(number, at)

    def _resync(self, asterisk: Client, *, is_first: bool) -> None:
        """Find what happened while nobody listened, or is otherwise than who had the lease before has stored it.

        Events that come meanwhile wait in the queue at first; later, what they say is known before the lists are compared.
        """
        self._apply_lock_outs(backfilled=True)
        self._translator.adopt(*self._facts.begin())
        if is_first:
            self._discard_queued()
        at = time.time()
        contacts = asterisk.listed("PJSIPShowContacts")
        channels = asterisk.listed("CoreShowChannels")
        while not (is_first or self._messages.empty()):
            self._store(self._translate(self._next_batch()))
        found, following = self._translator.resync(contacts, channels, at), self._facts.following
        if is_first:
            facts = following.begin(at, channels, found, asterisk_clock.ahead(asterisk))
        else:
            facts = following.resynced(at, found)
        self._talking.hear(self._translator.talking())
        self._store(facts, backfilled=True)
        self._facts.follows(True)


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
