"""The AMI client: pyst2's Manager, with its faults mended at this one seam.

pyst2 reads a byte at a time, waits for ever, ignores ActionID, sends CR and LF as they are, keeps one of
several equal headers, trips over ChanVariable and “status will follow”, and has no TLS. What is kept of it
are the actions, the login and the exceptions; reading, sending and matching are ours.
"""

from __future__ import annotations

import logging
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

from asterisk.manager import Manager, ManagerAuthException, ManagerException

from pbx.ami_messages import END, Message, encode, parse
from pbx.errors import AsteriskUnavailable, SwitchhookError
from pbx.tls import SharedTls
from settings import Settings

log = logging.getLogger("switchhook.ami")

EVENT = b"Event: "
CHUNK = 1 << 18
CONNECT_SECONDS = 5.0
BOOT_SECONDS = 5.0  # how long a login waits for an Asterisk that is starting
REPLY_SECONDS = 15.0  # a reload of 10,000 endpoints takes Asterisk 3.4 s


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
        """`wanted`: names of the only events to hand on, none for all; the others are not even parsed.

        `timeout`: the longest silence, in seconds, while an answer is awaited.
        """
        super().__init__()
        self._on_event = on_event
        self._wanted = frozenset(name.encode() for name in wanted)
        self.timeout = timeout
        self._socket: socket.socket | SharedTls | None = None
        self._inboxes: dict[str, queue.SimpleQueue[Message | None]] = {}
        self._send_lock = threading.Lock()
        self.booted = threading.Event()
        self.ended = threading.Event()
        self.heard_at = time.monotonic()  # when Asterisk last said anything

    def connect(
        self,
        host: str,
        port: int = 5038,
        *,
        tls: ssl.SSLContext | None = None,
        timeout: float = CONNECT_SECONDS,
    ) -> None:
        """Raises OSError (ssl.SSLError is one)."""
        connection = socket.create_connection((host, port), timeout=timeout)
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket = (
                SharedTls(tls.wrap_socket(connection, server_hostname=host), timeout) if tls else connection
            )
        except BaseException:
            connection.close()
            raise
        self._connected.set()
        self._reader = threading.Thread(target=self._read, name="ami-reader", daemon=True)
        self._reader.start()

    def login(self, username: str, secret: str) -> Message:
        """All events are asked for only when somebody listens, else those that tell of Asterisk's start.

        Raises ManagerAuthException.
        """
        events = "on" if self._on_event else "system"
        try:
            return self.send_action(Action="Login", Username=username, Secret=secret, Events=events)
        except ActionFailed as error:
            raise ManagerAuthException(str(error)) from None

    def send_action(self, cdict: dict[str, str] | None = None, **headers: str) -> Message:
        """The reply to one action. Raises ActionFailed, AsteriskUnavailable."""
        return self.ask(**(cdict or {}), **headers)[0]

    def ask(self, **headers: str) -> list[Message]:
        """The reply to one action, then the events of its list, if it has one.

        Raises ActionFailed, AsteriskUnavailable.
        """
        answer = self.ask_all([headers])[0]
        if answer[0].get("Response") == "Error":
            raise ActionFailed(answer[0].get("Message", "no reason given"))
        return answer

    def listed(self, action: str) -> list[Message]:
        """The events of a list; none of one that Asterisk refuses because it is empty. Raises AsteriskUnavailable."""
        return self.ask_all([{"Action": action}])[0][1:]

    def ask_all(self, actions: Iterable[dict[str, str]], timeout: float | None = None) -> list[list[Message]]:
        """Sends all actions at once; the answer to each, in order, errors among them.

        `timeout` is the longest silence in seconds. Raises AsteriskUnavailable.
        """
        patience = self.timeout if timeout is None else timeout
        with self._waiting(list(actions)) as sent:
            for _, headers in sent:
                self._send(headers)
            return [self._answer(inbox, patience) for inbox, _ in sent]

    @contextmanager
    def _waiting(
        self, actions: list[dict[str, str]]
    ) -> Iterator[list[tuple[queue.SimpleQueue[Message | None], dict[str, str]]]]:
        sent = []
        for action in actions:
            headers = {**action, "ActionID": f"switchhook-{self.next_seq()}"}
            inbox: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
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

    def _answer(self, inbox: queue.SimpleQueue[Message | None], timeout: float) -> list[Message]:
        answer = [self._next(inbox, timeout)]
        if answer[0].get("EventList", "").lower() == "start":
            while (event := self._next(inbox, timeout)).get("EventList", "").lower() != "complete":
                answer.append(event)
        return answer

    def _next(self, inbox: queue.SimpleQueue[Message | None], timeout: float) -> Message:
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
        """The reading thread: hands each message on, and never waits for anything but the socket."""
        try:
            for block in self._blocks():
                if not self._is_noise(block):
                    self._hand_on(parse(block))
        except OSError:
            pass  # closed by us or lost: either way it has ended
        finally:
            self.ended.set()
            self._connected.clear()
            for inbox in list(self._inboxes.values()):
                inbox.put(None)

    def _blocks(self) -> Iterator[bytes]:
        rest = b""
        while chunk := self._receive():
            *blocks, rest = (rest + chunk).split(END)
            yield from blocks

    def _is_noise(self, block: bytes) -> bool:
        """Most of what a busy Asterisk says. Events of a list, which carry an ActionID, never are."""
        if not self._wanted or not block.startswith(EVENT):
            return False
        name = block.split(b"\r", 1)[0].removeprefix(EVENT)
        return name not in self._wanted and name != b"FullyBooted" and b"\r\nActionID: " not in block

    def _receive(self) -> bytes:
        """The next bytes, none at the end. The socket's timeout is for sending: silence is no fault."""
        while True:
            connection = self._socket
            if connection is None:
                return b""
            try:
                chunk = connection.recv(CHUNK)
            except TimeoutError:
                continue
            self.heard_at = time.monotonic()
            return chunk

    def _hand_on(self, message: Message) -> None:
        if message.get("Event") == "FullyBooted":
            self.booted.set()
        inbox = self._inboxes.get(message.get("ActionID", ""))
        if inbox is not None:
            inbox.put(message)
        elif self._on_event and "Event" in message:
            try:
                self._on_event(message)
            except Exception:
                log.exception("an event was lost", extra={"event": message["Event"]})

    def close(self) -> None:
        """Ends the session; safe to call twice, and from any thread but the reader's."""
        connection, self._socket = self.__dict__.get("_socket"), None
        if connection is None:
            return
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        self._reader.join()
        connection.close()


@contextmanager
def connected(
    settings: Settings,
    on_event: Callable[[Message], None] | None = None,
    wanted: Iterable[str] = (),
    *,
    timeout: float = REPLY_SECONDS,
) -> Iterator[Client]:
    """A logged-in session with the configured Asterisk; the arguments are Client's.

    Raises AsteriskUnavailable, with what to check, when there is none to be had.
    """
    client = Client(on_event, wanted, timeout=timeout)
    try:
        _log_in(client, settings)
        yield client
    finally:
        client.close()


def _log_in(client: Client, settings: Settings) -> None:
    where = f"{settings.ami_host}:{settings.ami_port}"
    tls = ssl.create_default_context(cafile=settings.ami_ca_file) if settings.ami_tls else None
    try:
        client.connect(settings.ami_host, settings.ami_port, tls=tls)
        client.login(settings.ami_username, settings.ami_secret.get_secret_value())
    except ssl.SSLError as error:
        raise AsteriskUnavailable(
            f"no TLS with Asterisk's manager interface at {where} ({error.reason or error}): check tlsenable and "
            "tlscertfile in manager.conf, AMI_PORT, and AMI_CA_FILE for a certificate of your own"
        ) from None
    except OSError as error:
        raise AsteriskUnavailable(
            f"Asterisk's manager interface at {where} does not answer ({error.strerror or error}): "
            "is Asterisk running, and enabled=yes in manager.conf?"
        ) from None
    except ManagerException:
        raise AsteriskUnavailable(
            f"Asterisk at {where} refused the login of {settings.ami_username!r}: "
            "AMI_USERNAME and AMI_SECRET must match a section of manager.conf"
        ) from None
    if not client.booted.wait(min(BOOT_SECONDS, client.timeout)):
        # Until then modules are missing, and what they would show cannot be told from what is not there.
        raise AsteriskUnavailable(
            f"Asterisk at {where} is still starting (if it is not, {settings.ami_username!r} lacks read=system "
            "in manager.conf)"
        )
