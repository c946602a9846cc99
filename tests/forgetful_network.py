"""A way to a server that forgets connections in silence, as VPNs, firewalls and address translators do."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress


class ForgetfulNetwork:
    """Passes on what is said, and after forget() nothing of what was connected until then: neither side hears of it."""

    def __init__(self, stack: ExitStack, port: int) -> None:
        """Lead to `port` of this machine."""
        self._stack = stack
        self._listener = self._keep(socket.create_server(("127.0.0.1", 0)))
        self._to = port
        self._known: set[socket.socket] = set()  # both ends of each connection
        self.port: int = self._listener.getsockname()[1]

    def forget(self) -> None:
        self._known.clear()

    def accept(self) -> None:
        """Pass on, until the listener is closed."""
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self._to))
            except ConnectionRefusedError:
                client.close()
                continue
            self._known |= {self._keep(client), self._keep(server)}
            for ends in ((client, server), (server, client)):
                threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _keep(self, end: socket.socket) -> socket.socket:
        """Have it closed at the end, and woken who waits for it."""
        self._stack.enter_context(closing(end))
        self._stack.callback(_shut_down, end, socket.SHUT_RDWR)
        return end

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        """Pass on until one side ends, and then end the other. What is forgotten stays open."""
        while data := _received(source):
            if source in self._known:
                with suppress(OSError):
                    target.sendall(data)
        if source in self._known:
            _shut_down(target, socket.SHUT_WR)


def _received(source: socket.socket) -> bytes:
    try:
        return source.recv(65_536)
    except OSError:
        return b""


def _shut_down(end: socket.socket, how: int) -> None:
    with suppress(OSError):
        end.shutdown(how)


@contextmanager
def forgetful_network(port: int) -> Iterator[ForgetfulNetwork]:
    """Yield one that leads to a port of this machine."""
    with ExitStack() as stack:
        network = ForgetfulNetwork(stack, port)
        threading.Thread(target=network.accept, daemon=True).start()
        yield network
