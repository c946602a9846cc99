"""SIP requests of strangers, written by hand: a phone would not send such names."""

from __future__ import annotations

import socket
import uuid
from urllib.parse import quote

from tests.asterisk_bed import Asterisk


def send(asterisk: Asterisk, user: str, method: str = "REGISTER", to: str = "", agent: str = "x") -> None:
    """Send one request from `user`, and wait for the first answer."""
    server, call_id = asterisk.sip_domain, uuid.uuid4().hex
    name = quote(user, safe="")  # Asterisk takes `%0d` for the byte itself
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.settimeout(60)
        stranger.connect(("127.0.0.1", asterisk.sip_port))
        port = stranger.getsockname()[1]
        lines = [
            f"{method} sip:{to}{'@' if to else ''}{server} SIP/2.0",
            f"Via: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bK{call_id};rport",
            "Max-Forwards: 70",
            f"From: <sip:{name}@{server}>;tag={call_id[:8]}",
            f"To: <sip:{to or name}@{server}>",
            f"Call-ID: {call_id}",
            f"CSeq: 1 {method}",
            f"Contact: <sip:stranger@127.0.0.1:{port}>",
            f"User-Agent: {agent}",
        ]
        session = f"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {port} RTP/AVP 0\r\n"
        body = session if method == "INVITE" else ""
        lines += ["Content-Type: application/sdp"] * bool(body) + [f"Content-Length: {len(body)}", "", body]
        stranger.send("\r\n".join(lines).encode())
        assert stranger.recv(65_535).startswith(b"SIP/2.0 ")
