"""Pure: which of the two counts, the phones in Asterisk's files or those of the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.actor import Actor
from models.audit import SETTLED, AuditEntry
from models.words import some

MOST = 10  # numbers in words, and in a command that is named
BUT = "but"  # the audit's word for the numbers


class Side(StrEnum):
    """Which of the two counts."""

    ASTERISK = "asterisk"  # phones stay as they work today
    DATABASE = "database"  # phones become what the database says


WORDS = {
    Side.ASTERISK: "phones stay as Asterisk has them",
    Side.DATABASE: "phones become what the database has",
}


@dataclass(frozen=True)
class Decision:
    """What somebody decided. `but`: numbers for which the other side counts."""

    side: Side
    by: Actor
    but: Sequence[str] = ()

    def __str__(self) -> str:
        return self._words(len(self.but))

    @property
    def not_ended(self) -> str:
        return f"it was decided that {self._words(MOST)}, and that is not carried out to its end"

    @property
    def command(self) -> str:
        """Return what goes on with it, once it is begun: that it is this one is known then, should the numbers be too many."""
        if len(self.but) > MOST:
            return "flask settle"
        return f"flask settle {self.side}" + (f" --but={','.join(self.but)}" if self.but else "")

    @property
    def act(self) -> str:
        """Return the audit's action; the numbers are its changes, which cuts no list of them."""
        return f"{SETTLED}{WORDS[self.side]}"

    @property
    def changes(self) -> dict[str, list[list[str] | None]]:
        return {BUT: [None, list(self.but)]} if self.but else {}

    def is_as(self, other: Decision) -> bool:
        """Return whether the same becomes of every phone."""
        return (self.side, set(self.but)) == (other.side, set(other.but))

    def _words(self, most: int) -> str:
        return WORDS[self.side] + (f", but for {some(self.but, most)}" if self.but else "")


def of(entry: AuditEntry) -> Decision | None:
    """Return the decision that an entry of the audit has; None: none that this program knows."""
    words = entry.action.removeprefix(SETTLED)
    side = next((side for side in Side if WORDS[side] == words), None)
    if side is None:
        return None
    _, but = entry.changes.get(BUT, (None, ()))
    return Decision(side, Actor.parse(entry.actor), but)
