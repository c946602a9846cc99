"""Pure: what a check is, what it finds, and what came of a table of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

SubjectT = TypeVar("SubjectT")
LIMIT_SECONDS = 5.0  # of one check, unless it says otherwise


@dataclass(frozen=True)
class Finding:
    """Something that is wrong. `seen`, `why` it matters and `remedy` are sentences without a full stop."""

    check: str  # slug of the check
    seen: str
    why: str
    remedy: str  # exactly what to do or type
    fix: str | None = None  # name of one of pbx/doctor/fixes.py that the program can carry out

    @classmethod
    def explained(cls, check: str, sentence: str, why: str, fix: str | None = None) -> Finding:
        """Make one of a sentence such as `what was seen: what to do`, as errors have it."""
        seen, remedy = _divided(sentence)
        return cls(check, seen, why, remedy or "mend that, and run the doctor again", fix)


def _divided(sentence: str) -> tuple[str, str]:
    """Divide it at the first colon that stands in no parentheses."""
    for colon in re.finditer(": ", sentence):
        before = sentence[: colon.start()]
        if before.count("(") <= before.count(")"):
            return before, sentence[colon.end() :]
    return sentence, ""


class Skipped(Exception):
    """Raised by a check that can say nothing because of what another one finds, where `needs` is too coarse to tell."""


class NothingToCheck(Exception):
    """Raised by a check that has nothing to look at. Its text says why, as in “OUTBOUND_TRUNK is empty”."""


@dataclass(frozen=True)
class Check(Generic[SubjectT]):
    """One line of a table. `title` says what was checked, as in “Asterisk's manager interface lets Switchhook in”."""

    slug: str
    title: str
    find: Callable[[SubjectT], Iterable[Finding]]
    needs: tuple[str, ...] = ()  # slugs of earlier checks: while these find anything, this one is skipped
    limit: float = LIMIT_SECONDS  # seconds


@dataclass(frozen=True)
class Report:
    """What came of a table: its findings in order, and the (slug, title) of each check, by what became of it."""

    findings: tuple[Finding, ...] = ()
    checked: tuple[tuple[str, str], ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()  # a root cause was found that they depend on
    failed: tuple[tuple[str, str], ...] = ()  # could not be carried out; their finding says why
    absent: tuple[tuple[str, str], ...] = ()  # had nothing to look at; why stands behind the title

    def __add__(self, other: Report) -> Report:
        return Report(
            self.findings + other.findings,
            self.checked + other.checked,
            self.skipped + other.skipped,
            self.failed + other.failed,
            self.absent + other.absent,
        )

    @property
    def blocking(self) -> set[str]:
        """Return the slugs of the checks that found something or were skipped."""
        return {each.check for each in self.findings} | {slug for slug, _ in self.skipped}
