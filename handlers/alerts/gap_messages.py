"""Pure: calls of a time when nobody listened, in one message."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from handlers.alerts.call_messages import CallMessage, MissedCall
from handlers.slack.blocks import SlackMessage, clock, context, escape, section, sections
from handlers.slack.message_content import MessageContent
from handlers.slack.times import moment
from handlers.wording import duration, shorten

CALLS_SHOWN = 15
MAX_LENGTH = 5000  # characters of all lines
MAX_PROBLEM_LENGTH = 1000
REST = "The rest stands on the page, under Events, and in each extension's calls."
OWN_REST = "Your latest calls stand in App Home."


class GapCall(BaseModel):
    """One call. `at`: when it began, epoch seconds."""

    model_config = ConfigDict(frozen=True)

    at: float
    call: CallMessage


class WhileAway(MessageContent):
    """What Asterisk has recorded of a time; epoch seconds. `calls`: the first of `count`."""

    kind: ClassVar[str] = "while_away"
    since: float
    until: float
    calls: tuple[GapCall, ...] = ()
    count: int = 0

    def render(self) -> SlackMessage:
        many = "1 call" if self.count == 1 else f"{self.count} calls"
        headline = f"📼 *While nobody listened, {_span(self.since, self.until)}, {many}:*"
        lines = (f"{clock(each.at)} {each.call.render().text}" for each in self.calls)
        return _list(headline, lines, self.count, REST)


class MissedWhileAway(MessageContent):
    """Calls that somebody missed meanwhile, for them alone; epoch seconds. `calls`: all, or the first of `count`."""

    kind: ClassVar[str] = "missed_while_away"
    since: float
    until: float
    calls: tuple[MissedCall, ...]
    count: int

    @classmethod
    def of(cls, since: float, until: float, calls: Sequence[MissedCall]) -> MissedCall | MissedWhileAway:
        """Return what is told of them; one call is told by itself."""
        if len(calls) == 1:
            return calls[0]
        return cls(since=since, until=until, calls=tuple(calls[:CALLS_SHOWN]), count=len(calls))

    def render(self) -> SlackMessage:
        span = _span(self.since, self.until)
        headline = f"📵 *While nobody listened, {span}, you missed {self.count} calls:*"
        return _list(headline, (each.line for each in self.calls), self.count, OWN_REST)


def _list(headline: str, lines: Iterable[str], count: int, rest: str) -> SlackMessage:
    """Return the first of so many lines below a headline. `rest`: where those stand that are left out."""
    shown = [headline, *_first(lines)]
    if (left_out := count + 1 - len(shown)) > 0:
        shown.append(f"… and {left_out} more. {rest}")
    blocks = [*sections(shown, section), context("From Asterisk's own records (CDR).")]
    return SlackMessage("\n".join(shown), blocks)


def _first(lines: Iterable[str]) -> Iterator[str]:
    length = 0
    for line in islice(lines, CALLS_SHOWN):
        length += len(line)
        if length > MAX_LENGTH:
            return
        yield line


class RecordsMissing(MessageContent):
    """A time of which records are missing or cannot be read; epoch seconds.

    `problem`: why, and what to do. `is_some_known`: calls of it are.
    """

    kind: ClassVar[str] = "nothing_known"  # as rows of the outbox have it
    since: float
    until: float
    problem: str
    is_some_known: bool = False

    def render(self) -> SlackMessage:
        known = (
            "more calls of that time may have been"
            if self.is_some_known
            else "of calls of that time nothing is known"
        )
        headline = f"⚠️ *Nobody listened, {_span(self.since, self.until)}* · {known}"
        why = escape(shorten(self.problem, MAX_PROBLEM_LENGTH))
        hint = "`/ext doctor` says so, too, as long as it is so."
        return SlackMessage(f"{headline}\n{why}", [section(headline), section(why), context(hint)])


def _span(since: float, until: float) -> str:
    """Return `14:03–14:10 (6 min 41 s)`, as clocks may be put back in it; with the days where it took more than half of one."""
    if until - since > 12 * 3600:
        return f"{moment(since)}–{moment(until)}"
    return f"{clock(since)}–{clock(until)} ({duration(until - since)})"
