"""Pure: which of the two counts, the phones in Asterisk's files or those of the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.actor import Actor


class Side(StrEnum):
    """Which of the two counts."""

    ASTERISK = "asterisk"  # phones stay as they work today
    DATABASE = "database"  # phones become what the database says


@dataclass(frozen=True)
class Decision:
    """What somebody decided. `but`: numbers for which the other side counts."""

    side: Side
    by: Actor
    but: Sequence[str] = ()

    def __str__(self) -> str:
        words = {
            Side.ASTERISK: "phones stay as Asterisk has them",
            Side.DATABASE: "phones become what the database has",
        }
        return words[self.side] + (f", but for {', '.join(self.but)}" if self.but else "")
