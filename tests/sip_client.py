"""A SIP client at an address of its own on loopback, whose messages a test reads as they came."""

from __future__ import annotations

import re
import socket
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

from tests.asterisk_bed import Asterisk
from tests.sip_digest import authorization

TIMEOUT_SECONDS = 60.0
MEDIA_PORT = 4000


@dataclass(frozen=True)
class SipMessage:
    """A request or an answer as it was received."""

    text: str

    @property
    def start(self) -> str:
        return self.text.partition("\r\n")[0]

    @property
    def sdp(self) -> list[str]:
        return self.text.partition("\r\n\r\n")[2].splitlines()

    def headers(self, name: str) -> list[str]:
        """Return the lines of that name, as they are."""
        lines = self.text.partition("\r\n\r\n")[0].split("\r\n")[1:]
        return [line for line in lines if line.lower().startswith(f"{name.lower()}:")]

    def value(self, name: str) -> str:
        return self.headers(name)[0].partition(":")[2].strip()

    @property
    def addresses(self) -> tuple[str, str, str]:
        """Return the hosts of Contact, of the session's origin (o=), and of its media (c=)."""
        contact = re.search(r"<sips?:(?:[^@>]*@)?\[?([^\]:;>]+)", self.value("Contact"))
        origin, media = (next(line for line in self.sdp if line.startswith(kind)) for kind in ("o=", "c="))
        return contact[1] if contact else "", origin.split()[-1], media.split()[-1]


class SipClient:
    """One account, by UDP from `address`; use it in a `with` statement."""

    def __init__(self, asterisk: Asterisk, number: str, secret: str, address: str) -> None:
        self.number, self._secret, self.address = number, secret, address
        self._server = asterisk.sip_domain
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.settimeout(TIMEOUT_SECONDS)
        self._socket.bind((address, 0))
        self._socket.connect(("127.0.0.1", asterisk.sip_port))
        self._here = f"{address}:{self._socket.getsockname()[1]}"
        self._sequence = 0

    def __enter__(self) -> SipClient:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._socket.close()

    def register(self) -> None:
        """Log in. Fails unless the answer is 200."""
        call = self._call_id()
        self._request("REGISTER", f"sip:{self._server}", self.number, call)
        self._log_in("REGISTER", f"sip:{self._server}", self.number, call)
        assert self._answer().start == "SIP/2.0 200 OK"

    def invite(self, number: str) -> None:
        """Begin a call, and log in for it."""
        call, uri = self._call_id(), f"sip:{number}@{self._server}"
        self._request("INVITE", uri, number, call, body=self._session())
        self._log_in("INVITE", uri, number, call, body=self._session())

    def invited(self) -> SipMessage:
        """Wait for a call, answer it, and return the request."""
        request = self._receive(lambda message: message.start.startswith("INVITE "))
        self._send(
            "SIP/2.0 200 OK",
            [
                *(line for name in ("Via", "From", "Call-ID", "CSeq") for line in request.headers(name)),
                f"{request.headers('To')[0]};tag={uuid.uuid4().hex}",
                f"Contact: <sip:{self.number}@{self._here}>",
            ],
            self._session(),
        )
        return request

    def answered(self) -> SipMessage:
        """Wait until the call that it began is answered, and return the answer."""
        return self._receive(lambda message: message.start.startswith("SIP/2.0 200 "))

    def _log_in(self, method: str, uri: str, to: str, call: str, body: str = "") -> None:
        """Answer the challenge."""
        challenge = self._answer()
        if method == "INVITE":
            self._request("ACK", uri, to, call, to_line=challenge.headers("To")[0])
        credentials = authorization(self.number, self._secret, method, uri, challenge.text)
        self._request(method, uri, to, call, [credentials], body)

    def _request(
        self,
        method: str,
        uri: str,
        to: str,
        call: str,
        more: list[str] | None = None,
        body: str = "",
        to_line: str = "",
    ) -> None:
        self._sequence += method != "ACK"
        lines = [
            f"Via: SIP/2.0/UDP {self._here};branch=z9hG4bK{call}{self._sequence};rport",
            "Max-Forwards: 70",
            f"From: <sip:{self.number}@{self._server}>;tag={call[:8]}",
            to_line or f"To: <sip:{to}@{self._server}>",
            f"Call-ID: {call}",
            f"CSeq: {self._sequence} {method}",
            f"Contact: <sip:{self.number}@{self._here}>",
            *(more or []),
        ]
        self._send(f"{method} {uri} SIP/2.0", lines, body)

    def _send(self, start: str, lines: list[str], body: str) -> None:
        lines = [
            start,
            *lines,
            *["Content-Type: application/sdp"] * bool(body),
            f"Content-Length: {len(body)}",
        ]
        self._socket.send("\r\n".join([*lines, "", body]).encode())

    def _answer(self) -> SipMessage:
        """Wait for the next final answer."""
        return self._receive(lambda message: message.start.startswith(("SIP/2.0 2", "SIP/2.0 4")))

    def _receive(self, fits: Callable[[SipMessage], bool]) -> SipMessage:
        """Skip what is not waited for: OPTIONS, provisional answers, repetitions."""
        while not fits(message := SipMessage(self._socket.recv(65_535).decode())):
            pass
        return message

    def _session(self) -> str:
        lines = ["v=0", f"o=- 1 1 IN IP4 {self.address}", "s=-", f"c=IN IP4 {self.address}", "t=0 0"]
        return "\r\n".join([*lines, f"m=audio {MEDIA_PORT} RTP/AVP 0", ""])

    def _call_id(self) -> str:
        return uuid.uuid4().hex
