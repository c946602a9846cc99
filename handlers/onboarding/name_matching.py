"""Pure: whether two names may be one person's."""

from __future__ import annotations

import re
import unicodedata


def words(name: str) -> set[str]:
    """Without accents, and without what stands in brackets: Carol (desk)."""
    name = re.sub(r"\([^()]*\)", "", name)
    plain = unicodedata.normalize("NFKD", name).casefold()
    return set(re.findall(r"\w+", "".join(each for each in plain if not unicodedata.combining(each))))


def _is_prefix(one: str, other: str) -> bool:
    """Ali and Alice."""
    return min(len(one), len(other)) > 1 and (one.startswith(other) or other.startswith(one))


def share_a_word(one: str, other: str) -> bool:
    return any(_is_prefix(a, b) for a in words(one) for b in words(other))


def is_same(one: str, other: str) -> bool:
    """Each word of the shorter name is in the longer one: Alice and Smith, Alice; not Carol Smith and Chris Smith."""
    shorter, longer = sorted((words(one), words(other)), key=len)
    return bool(shorter) and all(any(_is_prefix(a, b) for b in longer) for a in shorter)
