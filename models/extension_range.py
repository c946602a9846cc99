"""Pure: a range of extension numbers, as settings name them."""

from __future__ import annotations

import re
from typing import Self

from models.number import ascii_digits


class ExtensionRange(str):
    """A range of extension numbers with the same number of digits, such as `100-199`."""

    first: int
    last: int
    digits: int

    def __new__(cls, text: str) -> Self:
        text = re.sub("[‐‑‒–—−－]", "-", ascii_digits(text))
        match = re.fullmatch(r"([0-9]{2,9})-([0-9]{2,9})", text)
        if not match or len(match[1]) != len(match[2]) or match[1] > match[2] or match[1][0] == "0":
            raise ValueError("needs two numbers with as many digits as each other, such as 100-199")
        self = super().__new__(cls, text)
        self.first, self.last, self.digits = int(match[1]), int(match[2]), len(match[1])
        return self

    def __contains__(self, number: object) -> bool:
        return (
            isinstance(number, str)
            and len(number) == self.digits
            and number.isascii()
            and number.isdecimal()
            and self.first <= int(number) <= self.last
        )

    def numbers(self) -> range:
        return range(self.first, self.last + 1)
