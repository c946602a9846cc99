"""A SIP phone's busy lamp: subscribes to an extension's state, and keeps what it is notified of."""

from __future__ import annotations

import hashlib
import re
import socket
import time
import uuid
from dataclasses import dataclass

from tests.asterisk_bed import Asterisk

ACCEPTED = {
    "dialog": "application/dialog-info+xml",
    "presence": "application/pidf+xml",
    "message-summary": "application/simple-message-summary",
}
STATE = re.compile(r"<state>(.*?)</state>")  # of a dialog
NOTE = re.compile(r"<note>(.*?)</note>")  # of a presence document
SUBSCRIPTION = re.compile(r"^Subscription-State: (\w+)", re.MULTILINE)


@dataclass(frozen=True)
class Notice:
    """What a NOTIFY says: the state in its body, and whether the subscription is active or terminated."""

    state: str
    subscription: str


class Watcher:
    """The lamp of `user`'s phone for the number `watched`; `event` is dialog, as lamps have it, or presence.

    `status` is Asterisk's answer to the SUBSCRIBE, such as `200 OK`. Use it in a `with` statement.
    """

    def __init__(
        self, asterisk: Asterisk, user: str, secret: str, watched: str, event: str = "dialog"
    ) -> None:
        self._server, self._user, self._secret = asterisk.sip_domain, user, secret
        self._uri, self._event = f"sip:{watched}@{self._server}", event
        self._call_id, self._tag = uuid.uuid4().hex, uuid.uuid4().hex[:8]
        self._notices: list[Notice] = []
        self._last: Notice | None = None
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.connect(("127.0.0.1", asterisk.sip_port))
        self._here = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self.status = self._subscribe()

    def __enter__(self) -> Watcher:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def next(self, seconds: float = 10) -> Notice:
        """Return the next notice that says something else than the one before. Raises TimeoutError."""
        deadline, last = time.monotonic() + seconds, self._last
        while self._last == last:
            while not self._notices:
                self._receive(deadline)
            self._last = self._notices.pop(0)
        assert self._last
        return self._last

    def _subscribe(self) -> str:
        """Return the status line, such as `489 Bad Event`."""
        answer = self._request(1, "")
        if answer.startswith("SIP/2.0 401"):
            answer = self._request(2, self._credentials(answer))
        return answer.partition("\r\n")[0].removeprefix("SIP/2.0 ")

    def _request(self, sequence: int, authorization: str) -> str:
        lines = [
            f"SUBSCRIBE {self._uri} SIP/2.0",
            f"Via: SIP/2.0/UDP {self._here};branch=z9hG4bK{uuid.uuid4().hex};rport",
            "Max-Forwards: 70",
            f"From: <sip:{self._user}@{self._server}>;tag={self._tag}",
            f"To: <{self._uri}>",
            f"Call-ID: {self._call_id}",
            f"CSeq: {sequence} SUBSCRIBE",
            f"Contact: <sip:{self._user}@{self._here}>",
            f"Event: {self._event}",
            f"Accept: {ACCEPTED[self._event]}",
            "Expires: 600",
            *[authorization] * bool(authorization),
            "Content-Length: 0",
            "",
            "",
        ]
        self._socket.send("\r\n".join(lines).encode())
        deadline = time.monotonic() + 10
        while not (answer := self._receive(deadline)):
            pass
        return answer

    def _credentials(self, challenge: str) -> str:
        realm, nonce = (self._quoted(name, challenge) for name in ("realm", "nonce"))
        opaque = self._quoted("opaque", challenge)
        both = [f"{self._user}:{realm}:{self._secret}", f"SUBSCRIBE:{self._uri}"]
        user, request = (hashlib.md5(each.encode()).hexdigest() for each in both)  # noqa: S324 # SIP's digest
        response = hashlib.md5(f"{user}:{nonce}:00000001:x:auth:{request}".encode()).hexdigest()  # noqa: S324
        return (
            f'Authorization: Digest username="{self._user}", realm="{realm}", nonce="{nonce}", uri="{self._uri}", '
            f'response="{response}", algorithm=MD5, opaque="{opaque}", qop=auth, nc=00000001, cnonce="x"'
        )

    @staticmethod
    def _quoted(name: str, text: str) -> str:
        found = re.search(rf'{name}="([^"]*)"', text)
        return found[1] if found else ""

    def _receive(self, deadline: float) -> str:
        """Take one message: a final answer is returned, a NOTIFY is acknowledged and kept. Raises TimeoutError."""
        self._socket.settimeout(max(deadline - time.monotonic(), 0.001))
        message = self._socket.recv(65_535).decode()
        if message.startswith("NOTIFY"):
            self._acknowledge(message)
            return ""
        return "" if message.startswith("SIP/2.0 1") else message

    def _acknowledge(self, notify: str) -> None:
        kept = re.findall(r"^(?:Via|From|To|Call-ID|CSeq): .*$", notify.replace("\r", ""), re.MULTILINE)
        self._socket.send("\r\n".join(["SIP/2.0 200 OK", *kept, "Content-Length: 0", "", ""]).encode())
        state, subscription = STATE.search(notify) or NOTE.search(notify), SUBSCRIPTION.search(notify)
        self._notices.append(Notice(state[1] if state else "", subscription[1] if subscription else ""))
