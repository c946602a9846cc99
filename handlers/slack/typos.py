"""Pure: what was most likely meant by a word that nothing knows."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

NEAR = 0.75  # of difflib's ratio; below it are other words, such as remove and create
UNDOING = ("un", "dis")  # with one of these before it, a word means the opposite


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that was most likely meant; None when none is near."""
    alike = [each for each in known if all(word.startswith(un) <= each.startswith(un) for un in UNDOING)]
    return next(iter(get_close_matches(word, alike, n=1, cutoff=NEAR)), None)


def corrected(text: str, typed: str, meant: str) -> str | None:
    """Return a command as Slack sent it with another subcommand in the place of the one typed; None: it is not found."""
    before, found, after = text.partition(typed)
    return f"{meant}{after}" if found and before.strip().lower() in ("", "ext", "/ext") else None
