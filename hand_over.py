"""How a response outlives its thread: its body says that the worker may give the socket away."""

from __future__ import annotations

from collections.abc import Callable
from socket import socket


class HandOver(BaseException):
    """Raised by a response's body after its first item. `take` is given the socket, which then is the taker's to close.

    Of no kind that gunicorn would catch and log.
    """

    def __init__(self, take: Callable[[socket], None]) -> None:
        super().__init__()
        self.take = take
