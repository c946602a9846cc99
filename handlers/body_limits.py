"""How many bytes the body of a request may have: MAX_BODY, and more where thousands of rows come in one request."""

from __future__ import annotations

import re

from handlers.hr.receive import MAX_BODY

MAX_BULK_BODY = 10_000_000  # 10,000 rows of 1,000 bytes
BULK = re.compile(rb"POST /api/extensions/bulk[ ?]")


def of_head(head: bytes) -> int:
    """Return the limit of a request that begins so."""
    return MAX_BULK_BODY if BULK.match(head) else MAX_BODY
