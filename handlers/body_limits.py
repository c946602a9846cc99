"""Pure: how many bytes the body of a request may have, by where it goes and who sends it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

LIMITS = "switchhook-body-limits"  # where the app has them
MAX_BODY = 1_000_000  # bytes
MAX_BULK_BODY = 10_000_000  # 10,000 rows of 1,000 bytes
METHOD_AND_PATH = re.compile(rb"([A-Z]+ [^ ?]+)[ ?]")
AUTHORIZATION = re.compile(rb"(?im)^authorization:[ \t]*(.*?)[ \t\r]*$")


@dataclass(frozen=True)
class BodyLimits:
    """MAX_BODY, and more for some routes, though not before a token is seen: strangers are to fill no memory.

    `larger`: `POST /api/extensions/bulk` → its limit. `is_signed`: whether headers Authorization hold a token of ours.
    """

    larger: Mapping[str, int]
    is_signed: Callable[[Sequence[str]], bool]

    def of_head(self, head: bytes) -> int:
        """Return the limit of a request that begins so."""
        line = METHOD_AND_PATH.match(head)
        limit = self.larger.get(line[1].decode("latin-1")) if line else None
        if limit is None:
            return MAX_BODY
        headers = [value.decode("latin-1") for value in AUTHORIZATION.findall(head)]
        return limit if self.is_signed(headers) else MAX_BODY
