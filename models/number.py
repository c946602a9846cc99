"""Pure: an extension's number, as people write it and as phones have it."""

from __future__ import annotations

import re
import unicodedata

NUMBER = "[0-9]{2,20}"  # as a regular expression


def is_number(text: str) -> bool:
    return re.fullmatch(NUMBER, text) is not None


def ascii_digits(text: str) -> str:
    """Replace digits of any script by those of phones: ١٠١ and １０１ become 101. All else stays."""
    return "".join(str(unicodedata.decimal(each)) if each.isdecimal() else each for each in text)


def by_size(number: str) -> tuple[int, str]:
    """Return the key that sorts numbers as people count: 99, 101, 1000."""
    return len(number), number
