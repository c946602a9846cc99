"""Pure: the patterns of the dialplan, `_1XX` and the like, and which numbers they match."""

from __future__ import annotations

import re
from dataclasses import dataclass

CLASSES = {"X": "0123456789", "Z": "123456789", "N": "23456789"}
ELEMENT = re.compile(r"\[([^\]]*)\]|(.)")


@dataclass(frozen=True)
class Pattern:
    """An exten: the characters that may stand at each position, and whether more may follow."""

    positions: tuple[frozenset[str], ...]
    tail: str = ""  # `.`: one or more of anything, `!`: any number of them

    def covers(self, other: Pattern) -> bool:
        """Return whether this matches every number that `other`, which has no tail, matches."""
        more = len(other.positions) - len(self.positions)
        fits = more == 0 if not self.tail else more >= (self.tail == ".")
        return fits and all(
            theirs <= ours for ours, theirs in zip(self.positions, other.positions, strict=False)
        )


def pattern(exten: str) -> Pattern:
    """Read `_11X`, `_9.` or `112` as Asterisk does: dashes count for nothing, letters of classes in any case."""
    if not exten.startswith("_"):
        return Pattern(tuple(frozenset(each) for each in exten.replace("-", "")))
    positions: list[frozenset[str]] = []
    for chosen, single in ELEMENT.findall(exten[1:]):
        if single and single in ".!":
            return Pattern(tuple(positions), single)
        if chosen:
            positions.append(_chosen(chosen))
        elif single not in ("-", " "):
            positions.append(frozenset(CLASSES.get(single.upper(), single)))
    return Pattern(tuple(positions))


def _chosen(text: str) -> frozenset[str]:
    """Return the characters of `[13-5]`."""
    spans = re.findall(r"(.)-(.)|(.)", text)
    return frozenset(
        character
        for low, high, single in spans
        for character in (single or map(chr, range(ord(low), ord(high) + 1)))
    )
