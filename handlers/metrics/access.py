"""Pure: whether a request comes straight from a program on this machine, which may read /metrics without a token.

A web server on this machine connects from loopback, too, for the whole world. So a request may have nothing about it that
a monitor on the machine would not send: no list of what web servers add could be complete. One that adds nothing at all
is not told apart: the doctor finds it, and deploy/nginx-site adds a header.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

# All that Prometheus, programs like it, and curl send.
SENT_BY_MONITORS = {
    "accept",
    "accept-encoding",
    "authorization",
    "connection",
    "host",
    "user-agent",
    "x-prometheus-scrape-timeout-seconds",
}
LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")
PROTOCOL = "HTTP/1.1"  # by itself, nginx before 1.29.7 passes requests on in HTTP/1.0


def is_direct(address: str | None, host: str, headers: Iterable[str], protocol: str) -> bool:
    """Return whether a program on this machine asks, and nothing in between. `address`: of the client; `headers`: the names of all that were sent."""
    return (
        _is_loopback(address or "")
        and _name_in(host) in LOCAL_NAMES
        and protocol == PROTOCOL
        and {name.lower() for name in headers} <= SENT_BY_MONITORS
    )


def _is_loopback(address: str) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return (mapped or found).is_loopback


def _name_in(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None
