"""One person's answers in the order of their requests: none goes while an older one of theirs waits to be tried again.

For a minute: what Slack then still does not take is late, and the others do not become so with it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from models.inbox_answer import NOBODY, InboxAnswer, Waiting

MOST = timedelta(minutes=1)  # of age, for which others wait behind it


class InTurn:
    """Knows what waited at the last look. `line_of`: returns in which line it stands; empty: the answer cannot be opened."""

    def __init__(self, line_of: Callable[[InboxAnswer], str]) -> None:
        self._line_of = line_of
        self._lines: dict[int, str] = {}  # of each that waits
        self._oldest: dict[str, int] = {}  # of each line that Slack has not taken
        self.failing: set[int] = set()  # raise an error at each try: nothing waits for those

    def due(self, waiting: Sequence[Waiting]) -> list[list[InboxAnswer]]:
        """Return, for each line, those that are to be tried now, one after another."""
        rows = [each.row for each in waiting]
        self._lines = {row.request: self._lines.get(row.request) or self._line_of(row) for row in rows}
        self.failing &= self._lines.keys()
        turns, closed = dict[str, list[InboxAnswer]](), set[str]()
        for each in waiting:
            line = self._lines[each.row.request]
            if line and each.is_due and line not in closed:
                turns.setdefault(line, []).append(each.row)
            elif self._keeps_others(each):
                closed.add(line)
        again = [each.row for each in waiting if self._keeps_others(each) and _is_tried_again(each.row)]
        self._oldest = {self._lines[row.request]: row.request for row in reversed(again)}
        return list(turns.values())

    def _keeps_others(self, one: Waiting) -> bool:
        return one.row.request not in self.failing and one.age < MOST

    def is_behind(self, request: int, line: str) -> bool:
        """Return whether an older one of the same line waits."""
        return self._oldest.get(line, request) < request


def _is_tried_again(row: InboxAnswer) -> bool:
    return row.sender == NOBODY or row.attempt > 1
