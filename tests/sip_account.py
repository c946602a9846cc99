"""A SIP account that sends what no phone would let a test choose: any request, with any headers, and its password."""

from __future__ import annotations

import re
import socket
import time
import uuid
from typing import Self

from tests.asterisk_bed import Asterisk
from tests.sip_digest import authorization

SECONDS = 60.0


class SipAccount:
    """The account `user`, over UDP; use it in a `with` statement."""

    def __init__(self, asterisk: Asterisk, user: str, secret: str) -> None:
        self.server, self.user, self._secret = asterisk.sip_domain, user, secret
        self._call_id, self._tag, self._sequence = uuid.uuid4().hex, uuid.uuid4().hex[:8], 0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.connect(("127.0.0.1", asterisk.sip_port))
        self.here = f"127.0.0.1:{self.socket.getsockname()[1]}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def register(self, contact: str) -> str:
        """Register a contact, such as `sip:101@192.0.2.7:5060`; return the status, such as `200 OK`."""
        me = f"sip:{self.user}@{self.server}"
        return self.request("REGISTER", f"sip:{self.server}", me, f"Contact: <{contact}>", "Expires: 600")

    def request(self, method: str, uri: str, to: str, *headers: str) -> str:
        """Send a request, again with the password if that is asked for; return the status of the answer."""
        answer = self._send(method, uri, to, *headers)
        if answer.startswith("SIP/2.0 401"):
            credentials = authorization(self.user, self._secret, method, uri, answer)
            answer = self._send(method, uri, to, *headers, credentials)
        return answer.partition("\r\n")[0].removeprefix("SIP/2.0 ")

    def _send(self, method: str, uri: str, to: str, *headers: str) -> str:
        self._sequence += 1
        lines = [
            f"{method} {uri} SIP/2.0",
            f"Via: SIP/2.0/UDP {self.here};branch=z9hG4bK{uuid.uuid4().hex};rport",
            "Max-Forwards: 70",
            f"From: <sip:{self.user}@{self.server}>;tag={self._tag}",
            f"To: <{to}>",
            f"Call-ID: {self._call_id}",
            f"CSeq: {self._sequence} {method}",
            *headers,
            "Content-Length: 0",
            "",
            "",
        ]
        self.socket.send("\r\n".join(lines).encode())
        deadline = time.monotonic() + SECONDS
        while not (answer := self.receive(deadline)):
            pass
        return answer

    def receive(self, deadline: float) -> str:
        """Take one message, and return it if it is a final answer. Raises TimeoutError."""
        self.socket.settimeout(max(deadline - time.monotonic(), 0.001))
        message = self.socket.recv(65_535).decode()
        if message.startswith("SIP/2.0"):
            return "" if message.startswith("SIP/2.0 1") else message
        self.asked(message)
        return ""

    def asked(self, message: str) -> None:
        """Answer a request with 200."""
        kept = re.findall(r"^(?:Via|From|To|Call-ID|CSeq): .*$", message.replace("\r", ""), re.MULTILINE)
        self.socket.send("\r\n".join(["SIP/2.0 200 OK", *kept, "Content-Length: 0", "", ""]).encode())
