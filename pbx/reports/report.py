"""Pure: what was counted for a day or a week."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from pbx.reports.periods import Kind


class Calls(BaseModel):
    """Calls that ended, each once, however many phones rang.

    `missed`: a phone here was called, and nobody took it, though a mailbox may have; `unreached`: a phone here called
    somebody elsewhere who did not answer.
    """

    model_config = ConfigDict(frozen=True)

    answered: int = 0
    missed: int = 0
    unreached: int = 0

    @property
    def all(self) -> int:
        return self.answered + self.missed + self.unreached


class Known(StrEnum):
    """How far the calls of an hour or a day are known."""

    ALL = "all"
    PARTLY = "partly"  # a part of the time nobody listened
    NOT = "not"  # nobody listened
    TO_COME = "to come"


class Span(NamedTuple):
    start: datetime
    end: datetime


class Bar(BaseModel):
    """One hour of a day, or one day of a week, with the offset of the server's clock at its beginning."""

    model_config = ConfigDict(frozen=True)

    start: datetime
    end: datetime
    calls: Calls = Calls()
    known: Known = Known.ALL


class PhoneCount(BaseModel):
    """How many phones were registered at a moment; None: not known."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    count: int | None


class Report(BaseModel):
    """`zone`: what the server's time zone is called; `until`: up to when it is counted; `unheard`: when nobody listened."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    first: date
    zone: str
    until: datetime
    bars: tuple[Bar, ...]
    phones: tuple[PhoneCount, ...]
    unheard: tuple[Span, ...] = ()

    @property
    def start(self) -> datetime:
        return self.bars[0].start

    @property
    def end(self) -> datetime:
        return self.bars[-1].end

    @property
    def is_over(self) -> bool:
        return self.until >= self.end

    @property
    def calls(self) -> Calls:
        """Return the calls of all bars."""
        each = [bar.calls for bar in self.bars]
        return Calls(
            answered=sum(calls.answered for calls in each),
            missed=sum(calls.missed for calls in each),
            unreached=sum(calls.unreached for calls in each),
        )

    @property
    def busiest(self) -> Bar | None:
        """Return the first bar with the most calls; None: there were none."""
        most = max(self.bars, key=lambda bar: bar.calls.all)
        return most if most.calls.all else None

    @property
    def known_phones(self) -> list[int]:
        return [each.count for each in self.phones if each.count is not None]


def merged(spans: Iterable[Span], start: datetime, end: datetime) -> list[Span]:
    """Return what the spans cover of the time from start to end, in order, without overlaps."""
    found: list[Span] = []
    for each in sorted(Span(max(span.start, start), min(span.end, end)) for span in spans):
        if each.start >= each.end:
            continue
        if found and each.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, each.end))
        else:
            found.append(each)
    return found


def known(start: datetime, end: datetime, until: datetime, unheard: Sequence[Span]) -> Known:
    """Return how far what happened from start to end is known, at `until`. `unheard`: as merged() returns it."""
    if start >= until:
        return Known.TO_COME
    gaps = merged(unheard, start, min(end, until))
    if not gaps:
        return Known.ALL
    return Known.NOT if gaps == [Span(start, min(end, until))] else Known.PARTLY


def is_known(at: datetime, unheard: Sequence[Span]) -> bool:
    """Return whether somebody listened at a moment."""
    return not any(gap.start <= at <= gap.end for gap in unheard)
