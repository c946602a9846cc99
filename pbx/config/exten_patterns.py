"""Pure: the patterns of the dialplan, `_1XX` and the like, and which numbers they match."""

from __future__ import annotations

import re
from dataclasses import dataclass

ANY_CHARACTER = frozenset(map(chr, range(33, 127)))
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

    @property
    def only(self) -> str | None:
        """Return the number, where this matches no other."""
        if self.tail or any(len(each) > 1 for each in self.positions):
            return None
        return "".join(map(min, self.positions))

    def common(self, other: Pattern) -> Pattern | None:
        """Return the pattern of the numbers that both match; None where there are none."""
        short, long = sorted((self._plain(), other._plain()), key=lambda each: len(each.positions))
        more = long.positions[len(short.positions) :]
        both = tuple(map(frozenset.intersection, short.positions, long.positions))
        if (more and not short.tail) or not all(both):
            return None
        return Pattern(both + more, short.tail and long.tail)

    def sliced(self, start: int, length: int | None = None) -> Pattern:
        """Return the pattern of `${EXTEN:start:length}`, neither length nor, with one, start below 0."""
        plain = self._plain()
        if start < 0:
            return Pattern((ANY_CHARACTER,) * -start if plain.tail else plain.positions[start:])
        found = Pattern(plain.positions[start:], plain.tail)
        return found if length is None else Pattern(found.positions[:length], found.tail)

    def _plain(self) -> Pattern:
        """Return the same without `.`, which is any character and `!`."""
        return Pattern((*self.positions, ANY_CHARACTER), "!") if self.tail == "." else self


ANY_NUMBER = Pattern((), "!")


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
