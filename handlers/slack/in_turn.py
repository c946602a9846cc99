"""One person's answers in the order of their requests: none goes while an older one of theirs waits to be tried again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from models.inbox_answer import NOBODY, InboxAnswer, Waiting


class InTurn:
    """Knows what waited at the last look. `asker`: returns who has asked; empty: the answer cannot be opened."""

    def __init__(self, asker: Callable[[InboxAnswer], str]) -> None:
        self._asker = asker
        self._askers: dict[int, str] = {}  # of each that waits
        self._oldest: dict[str, int] = {}  # of each person's that Slack has not taken
        self.failing: set[int] = set()  # raise an error at each try: nothing waits for those

    def due(self, waiting: Sequence[Waiting]) -> list[list[InboxAnswer]]:
        """Return, for each person, those that are to be tried now, one after another."""
        self._askers = {row.request: self._askers.get(row.request) or self._asker(row) for row, _ in waiting}
        turns, closed = dict[str, list[InboxAnswer]](), set[str]()
        for row, is_due in waiting:
            asker = self._askers[row.request]
            if asker and is_due and asker not in closed:
                turns.setdefault(asker, []).append(row)
            elif row.request not in self.failing:
                closed.add(asker)
        again = [row for row, _ in waiting if self._is_tried_again(row)]
        self._oldest = {self._askers[row.request]: row.request for row in reversed(again)}
        return list(turns.values())

    def _is_tried_again(self, row: InboxAnswer) -> bool:
        return row.request not in self.failing and (row.sender == NOBODY or row.attempt > 1)

    def is_behind(self, request: int, asker: str) -> bool:
        """Return whether an older one of theirs waits."""
        return self._oldest.get(asker, request) < request
