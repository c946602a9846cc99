"""Pure: an extension's number, as people write it and as phones have it; and whole numbers that somebody sent."""

from __future__ import annotations

import re
import unicodedata

NUMBER = "[0-9]{2,20}"  # as a regular expression
ID_DIGITS = 9  # of a row's id, as far as every database holds such a number


def is_number(text: str) -> bool:
    return re.fullmatch(NUMBER, text) is not None


def ascii_digits(text: str) -> str:
    """Replace digits of any script by those of phones: ١٠١ and １０１ become 101. All else stays."""
    return "".join(str(unicodedata.decimal(each)) if each.isdecimal() else each for each in text)


def whole(text: str, digits: int) -> int | None:
    """Return a whole number of at most so many digits, as a page, a revision or an id is; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= digits else None


def by_size(number: str) -> tuple[int, str]:
    """Return the key that sorts numbers as people count: 99, 101, 1000."""
    return len(number), number
