"""Whose program is at the other end of a connection from this machine, as Linux itself knows."""

from __future__ import annotations

import os
import pwd
import sys
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from socket import socket

TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))  # proc_pid_net(5)
ESTABLISHED = "01"
MONITOR = "prometheus"  # the user of Debian's package


def is_a_monitors(connection: socket | None) -> bool:
    """Return whether a program of root, of our own user or of Prometheus's has opened it. None: there is no connection."""
    return connection is None or _user_of(connection) in _users()


def _users() -> set[int]:
    found = {0, os.geteuid()}
    with suppress(KeyError):
        found.add(pwd.getpwnam(MONITOR).pw_uid)
    return found


def _user_of(connection: socket) -> int | None:
    """Return the user's ID; None: the other end is not on this machine, or gone, or this is not Linux."""
    with suppress(OSError):
        ends = [_as_in_table(*name[:2]) for name in (connection.getpeername(), connection.getsockname())]
        for line in "".join(table.read_text() for table in TABLES if table.exists()).splitlines():
            _, local, remote, state, *others = line.split()
            if [local, remote, state] == [*ends, ESTABLISHED]:
                return int(others[3])
    return None


def _as_in_table(address: str, port: int) -> str:
    """Return an end as the kernel writes it: words of four bytes in the machine's order, in hexadecimal."""
    packed = ip_address(address).packed
    words = (packed[at : at + 4] for at in range(0, len(packed), 4))
    return f"{''.join(f'{int.from_bytes(word, sys.byteorder):08X}' for word in words)}:{port:04X}"
