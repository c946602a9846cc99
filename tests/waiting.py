"""Waiting for what happens in another thread or process."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
SECONDS = 60  # after which something does not happen any more


def wait_for(look: Callable[[], T | None], log: Callable[[], object] = lambda: "it did not happen") -> T:
    """Look until there is something, and return it. Raises AssertionError, with what the log says."""
    deadline = time.monotonic() + SECONDS
    while not (found := look()):
        assert time.monotonic() < deadline, log()
        time.sleep(0.02)
    return found
