"""Whose program asks: the kernel says it, whatever a web server passes on."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from handlers.metrics.peer import is_a_monitors

NOBODY = 65534
SECONDS = 30
CONNECT = """
import encodings.idna, os, socket, sys
os.setuid(int(sys.argv[3]))
socket.create_connection((sys.argv[1], int(sys.argv[2]))).recv(1)
"""
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can start a program as another user")


@contextmanager
def connection_of(user: int, address: str) -> Iterator[socket.socket]:
    """One that a program of the user has opened, as the server has it."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.create_server((address, 0), family=family) as server:
        server.settimeout(SECONDS)
        command = [sys.executable, "-I", "-c", CONNECT, address, str(server.getsockname()[1]), str(user)]
        with subprocess.Popen(command), closing(server.accept()[0]) as connection:
            yield connection


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_a_program_of_our_own_user_is_known(address: str) -> None:
    with connection_of(os.geteuid(), address) as connection:
        assert is_a_monitors(connection)


@as_root
@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_one_of_another_user_is_none_such_as_a_web_server(address: str) -> None:
    with connection_of(NOBODY, address) as connection:
        assert not is_a_monitors(connection)


def test_what_has_gone_away_is_none() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = socket.create_connection(server.getsockname())
        with closing(server.accept()[0]) as connection:
            assert is_a_monitors(connection)
            client.close()
            assert not is_a_monitors(connection)
