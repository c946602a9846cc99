"""Looks host names up in DNS, not longer than people wait; and which address this machine has towards another."""

from __future__ import annotations

import ipaddress
import queue
import socket
import threading
import time
from collections.abc import Iterable
from contextlib import suppress

from models.nat_fields import AnyAddress, as_address

TIMEOUT_SECONDS = 5.0
ANY_PORT = 9  # nothing is sent to it


def resolve(hosts: Iterable[str]) -> dict[str, list[AnyAddress]]:
    """Return the addresses of each name, IPv4 first; none of one that does not resolve in time. Addresses are left out."""
    found: dict[str, list[AnyAddress]] = {host: [] for host in hosts if not as_address(host)}
    answers: queue.SimpleQueue[tuple[str, list[AnyAddress]]] = queue.SimpleQueue()
    for host in found:
        # Nobody can end a look-up: the thread is left behind where DNS says nothing.
        threading.Thread(target=_look_up, args=(host, answers), daemon=True).start()
    deadline = time.monotonic() + TIMEOUT_SECONDS
    with suppress(queue.Empty):
        for _ in list(found):
            host, addresses = answers.get(timeout=max(0.0, deadline - time.monotonic()))
            found[host] = addresses
    return found


def _look_up(host: str, answers: queue.SimpleQueue[tuple[str, list[AnyAddress]]]) -> None:
    try:
        found = {str(each[4][0]) for each in socket.getaddrinfo(host, None, type=socket.SOCK_DGRAM)}
    except (OSError, UnicodeError):
        found = set()
    answers.put((host, sorted(filter(None, map(as_address, found)), key=_ipv4_first)))


def _ipv4_first(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> tuple[int, str]:
    return address.version, str(address)


def address_towards(address: str) -> str:
    """Return the address that this machine sends from to another, "" if it has none; nothing is sent."""
    with suppress(OSError, ValueError):
        family = socket.AF_INET6 if ipaddress.ip_address(address).version == 6 else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((address, ANY_PORT))
            return str(probe.getsockname()[0])
    return ""
