"""The AMI client: pyst2's Manager without its faults.

pyst2 reads a byte at a time, waits for ever, ignores ActionID, sends CR and LF as they are, keeps one of several equal
headers, raises at ChanVariable, hangs at “status will follow”, and has no TLS. Its actions, its login and its
exceptions are used; reading, sending, and matching answers to actions are ours.
"""

from __future__ import annotations

import logging
import queue
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

from asterisk.manager import Manager, ManagerAuthException

from pbx.ami_messages import Message, encode, is_noise, parse, split
from pbx.errors import AsteriskUnavailable, SwitchhookError
from pbx.tls import SharedTls

log = logging.getLogger("switchhook.ami")

CHUNK = 1 << 18
CONNECT_SECONDS = 5.0
REPLY_SECONDS = 15.0  # a reload of 10,000 endpoints takes Asterisk 3.4 s


Inbox = queue.SimpleQueue[Message | None]  # messages with one ActionID; None: the connection has ended


class ActionFailed(SwitchhookError):
    """Asterisk answered `Response: Error`; the message is Asterisk's."""


class Client(Manager):  # type: ignore[misc] # pyst2 has no types
    """One AMI session. A connection that ended stays ended: make a new Client."""

    def __init__(
        self,
        on_event: Callable[[Message], None] | None = None,
        wanted: Iterable[str] = (),
        *,
        timeout: float = REPLY_SECONDS,
    ) -> None:
        """Make a client that is not connected yet.

        `on_event` is called in the reading thread with each event that answers no action. `wanted`: the names of these
        events, none for all; others are not even parsed. `timeout`: how many seconds an answer may be silent.
        """
        super().__init__()
        self._on_event = on_event
        self._wanted = frozenset(name.encode() for name in wanted)
        self.timeout = timeout
        self._socket: socket.socket | SharedTls | None = None
        self._inboxes: dict[str, Inbox] = {}
        # Strangers can write lines into what Asterisk sends, but not guess this.
        self._id_prefix = f"switchhook-{secrets.token_hex(8)}-"
        self._open_list = ""  # ActionID of the list that is being read
        self._send_lock = threading.Lock()
        self.booted = threading.Event()
        self.ended = threading.Event()
        self.received_at = time.monotonic()  # when anything last came from Asterisk

    def connect(self, host: str, port: int = 5038, *, tls: ssl.SSLContext | None = None) -> None:
        """Connect and begin to read. Raises OSError (ssl.SSLError is one)."""
        connection = socket.create_connection((host, port), timeout=CONNECT_SECONDS)
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket = (
                SharedTls(tls.wrap_socket(connection, server_hostname=host), CONNECT_SECONDS)
                if tls
                else connection
            )
        except BaseException:
            connection.close()
            raise
        self._connected.set()
        self._reader = threading.Thread(target=self._read, name="ami-reader", daemon=True)
        self._reader.start()

    def login(self, username: str, secret: str) -> Message:
        """Log in; ask for all events if there is `on_event`, else for those of Asterisk's start alone.

        Raises ManagerAuthException.
        """
        events = "on" if self._on_event else "system"
        try:
            return self.send_action(Action="Login", Username=username, Secret=secret, Events=events)
        except ActionFailed as error:
            raise ManagerAuthException(str(error)) from None

    def send_action(self, cdict: dict[str, str] | None = None, **headers: str) -> Message:
        """Send one action and return the reply. Raises ActionFailed, AsteriskUnavailable."""
        return self.ask(**(cdict or {}), **headers)[0]

    def ask(self, **headers: str) -> list[Message]:
        """Send one action and return the reply, followed by the events of its list, if it has one.

        Raises ActionFailed, AsteriskUnavailable.
        """
        answer = self.ask_all([headers])[0]
        if answer[0].get("Response") == "Error":
            raise ActionFailed(answer[0].get("Message", "no reason given"))
        return answer

    def listed(self, action: str) -> list[Message]:
        """Return the events of a list; none where Asterisk refuses because it is empty. Raises AsteriskUnavailable."""
        return self.ask_all([{"Action": action}])[0][1:]

    def names(self, action: str) -> set[str]:
        """Return the names of the objects in a list, such as PJSIPShowEndpoints. Raises AsteriskUnavailable."""
        return {event.get("ObjectName", "") for event in self.listed(action)}

    def ask_all(self, actions: Iterable[dict[str, str]], timeout: float | None = None) -> list[list[Message]]:
        """Send all actions at once and return the answer to each, in order, errors among them.

        `timeout`: how many seconds an answer may be silent. Raises AsteriskUnavailable.
        """
        timeout = self.timeout if timeout is None else timeout
        with self._inboxes_for(list(actions)) as sent:
            for _, headers in sent:
                self._send(headers)
            return [self._answer(inbox, timeout) for inbox, _ in sent]

    @contextmanager
    def _inboxes_for(self, actions: list[dict[str, str]]) -> Iterator[list[tuple[Inbox, dict[str, str]]]]:
        """Give each action an ActionID, and an inbox for what comes with it."""
        sent = []
        for action in actions:
            headers = {**action, "ActionID": f"{self._id_prefix}{self.next_seq()}"}
            inbox: Inbox = queue.SimpleQueue()
            self._inboxes[headers["ActionID"]] = inbox
            sent.append((inbox, headers))
        try:
            yield sent
        finally:
            for _, headers in sent:
                del self._inboxes[headers["ActionID"]]

    def _send(self, headers: dict[str, str]) -> None:
        data = encode(headers)
        try:
            with self._send_lock:
                if self._socket is None or self.ended.is_set():
                    raise OSError("the connection has ended")
                self._socket.sendall(data)
        except OSError as error:
            raise AsteriskUnavailable(f"the connection to Asterisk broke ({error})") from None

    def _answer(self, inbox: Inbox, timeout: float) -> list[Message]:
        while "Response" not in (reply := self._next(inbox, timeout)):
            pass
        answer = [reply]
        if reply.get("EventList", "").lower() == "start":
            while not _ends_list(event := self._next(inbox, timeout)):
                answer.append(event)
        return answer

    def _next(self, inbox: Inbox, timeout: float) -> Message:
        try:
            message = inbox.get_nowait() if self.ended.is_set() else inbox.get(timeout=timeout)
        except queue.Empty:
            message = None
        if message is not None:
            return message
        if self.ended.is_set():
            raise AsteriskUnavailable("Asterisk closed the connection before it answered")
        raise AsteriskUnavailable(f"Asterisk did not answer within {timeout:g} s")

    def _read(self) -> None:
        """Deliver each message: the reading thread, which waits for nothing but the socket."""
        try:
            for block in split(iter(self._receive, b"")):
                if not is_noise(block, self._wanted):
                    self._deliver(parse(block))
        except OSError:
            pass  # closed by us or lost: either way it has ended
        finally:
            self.ended.set()
            self._connected.clear()
            for inbox in list(self._inboxes.values()):
                inbox.put(None)

    def _receive(self) -> bytes:
        """Return the next bytes, none at the end. The socket's timeout is for sending: silence is no fault."""
        while True:
            connection = self._socket
            if connection is None:
                return b""
            try:
                chunk = connection.recv(CHUNK)
            except TimeoutError:
                continue
            self.received_at = time.monotonic()
            return chunk

    def _deliver(self, message: Message) -> None:
        """Hand a message to the action it answers, or an event to `on_event`.

        Asterisk writes a list in one piece: what looks like an event in it is a stranger's, say from the number of a
        caller, with line breaks.
        """
        inbox = self._inboxes.get(message.get("ActionID", ""))
        if inbox is not None:
            self._note_list(message)
            inbox.put(message)
        elif self._open_list not in self._inboxes:
            self._handle_event(message)

    def _note_list(self, message: Message) -> None:
        if "Response" in message and message.get("EventList", "").lower() == "start":
            self._open_list = message["ActionID"]
        elif _ends_list(message):
            self._open_list = ""

    def _handle_event(self, message: Message) -> None:
        if message.get("Event") == "FullyBooted":
            self.booted.set()
        if self._on_event and "Event" in message:
            try:
                self._on_event(message)
            except Exception:
                log.exception("an event was lost", extra={"event": message["Event"]})

    def close(self) -> None:
        """End the session; safe to call twice, and from any thread but the reader's."""
        connection, self._socket = self.__dict__.get("_socket"), None
        if connection is None:
            return
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        self._reader.join()
        connection.close()


def _ends_list(message: Message) -> bool:
    """Return whether nothing of a list follows. The name counts, too: a value with line breaks can forge EventList.

    ShowDialPlan ends with an error, and no event, where the context has a switch and no such exten.
    """
    if "Event" not in message:
        return message.get("Response") == "Error"
    return message.get("EventList", "").lower() == "complete" and message["Event"].endswith("Complete")
