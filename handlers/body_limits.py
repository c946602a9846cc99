"""Pure: how many bytes the body of a request may have, by where it goes and who sends it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

LIMITS = "switchhook-body-limits"  # where the app has them
MAX_BODY = 1_000_000  # bytes
MAX_BULK_BODY = 10_000_000  # 10,000 rows of 1,000 bytes
METHOD_AND_PATH = re.compile(rb"([A-Z]+ [^ ?]+)[ ?]")
HEADER = rb"(?im)^%b:[ \t]*(.*?)[ \t\r]*$"


class Larger(NamedTuple):
    """The limit of a route, for whose headers of that name hold something that we have signed."""

    limit: int  # bytes
    header: str
    is_signed: Callable[[Sequence[str]], bool]


@dataclass(frozen=True)
class BodyLimits:
    """MAX_BODY, and more for some routes, though not before a signature is seen: strangers are to fill no memory.

    `larger`: `POST /api/extensions/bulk` → how much.
    """

    larger: dict[str, Larger]

    def of_head(self, head: bytes) -> int:
        """Return the limit of a request that begins so."""
        line = METHOD_AND_PATH.match(head)
        larger = self.larger.get(line[1].decode("latin-1")) if line else None
        if larger is None:
            return MAX_BODY
        found = re.findall(HEADER % larger.header.encode(), head)
        headers = [value.decode("latin-1") for value in found]
        return larger.limit if larger.is_signed(headers) else MAX_BODY
