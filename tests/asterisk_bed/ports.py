"""Loopback ports nobody listens on."""

from __future__ import annotations

import contextlib
import secrets
import socket
from dataclasses import dataclass

LOOPBACK = "127.0.0.1"
# Below the range from which systems take the local end of outgoing connections (Linux: from 32768), so that
# a port is still free when Asterisk comes back to it after a crash.
FIRST, LAST = 15000, 32000
RTP_PORTS = 1000


@dataclass(frozen=True)
class Ports:
    """`sip` serves UDP and TCP alike; `rtp` is the first of RTP_PORTS UDP ports, an even number."""

    sip: int
    ami: int
    ami_tls: int
    rtp: int

    @property
    def rtp_end(self) -> int:
        """The last port of the RTP range."""
        return self.rtp + RTP_PORTS - 1


def choose_ports() -> Ports:
    """Ports free at this moment. RTP ranges of several beds may overlap: Asterisk skips a busy port."""
    rtp = FIRST + secrets.randbelow(LAST - RTP_PORTS - FIRST)
    return Ports(sip=free_port(), ami=free_port(), ami_tls=free_port(), rtp=rtp - rtp % 2)


def free_port() -> int:
    """A port that can be bound on loopback for both TCP and UDP. Raises OSError when there is none."""
    for _ in range(100):
        port = FIRST + secrets.randbelow(LAST - FIRST)
        if _is_free(port):
            return port
    raise OSError("found no free port on loopback")


def _is_free(port: int) -> bool:
    with contextlib.ExitStack() as stack:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            candidate = stack.enter_context(socket.socket(socket.AF_INET, kind))
            try:
                candidate.bind((LOOPBACK, port))
            except OSError:
                return False
    return True
