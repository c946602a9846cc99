"""One examination at a time in a process: at the same time they would find each other, and take long for everybody."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, TypeVar

ResultT = TypeVar("ResultT")


@dataclass
class OneAtATime:
    """Has those who ask for the same thing while something runs share the next result, which is begun after they asked."""

    _lock: AbstractContextManager[Any] = field(default_factory=threading.Lock)
    _latest: tuple[Hashable, float, Any] = (None, 0.0, None)  # what for, when begun, the result

    def ask(self, subject: Hashable, examine: Callable[[], ResultT]) -> ResultT:
        """Return what examine() returns, called now or by another thread since this one asked. Raises what it raises."""
        asked = time.monotonic()
        with self._lock:
            latest, begun, result = self._latest
            if latest != subject or begun < asked:
                begun = time.monotonic()
                result = examine()
                self._latest = subject, begun, result
            shared: ResultT = result
        return shared
