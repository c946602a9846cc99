"""Which phones are in an answered call right now, as far as Asterisk has said: kept in memory by who listens to it."""

from __future__ import annotations

import threading


class Talking:
    """May be used from any thread. `changed` is set when there is news."""

    def __init__(self) -> None:
        self.changed = threading.Event()
        self._numbers: frozenset[str] | None = None
        self._is_current = False

    @property
    def numbers(self) -> frozenset[str] | None:
        """The extensions, as Asterisk said last; None: it was not asked yet."""
        return self._numbers

    @property
    def is_current(self) -> bool:
        """Whether Asterisk is being listened to, so that calls that end are noticed."""
        return self._is_current

    def hear(self, numbers: frozenset[str]) -> None:
        """Note who talks."""
        is_news = numbers != self._numbers or not self._is_current
        self._numbers, self._is_current = numbers, True
        if is_news:
            self.changed.set()

    def nobody(self) -> None:
        """Note that no call is going on, as Asterisk does not run."""
        self._numbers, self._is_current = frozenset(), False
        self.changed.set()

    def unheard(self) -> None:
        """Note that Asterisk is not listened to any more: what it said last is all that is known."""
        self._is_current = False
