"""Only the address that takes thousands of rows takes large bodies."""

from __future__ import annotations

import pytest

from handlers import body_limits
from handlers.body_limits import MAX_BULK_BODY
from handlers.hr.receive import MAX_BODY


@pytest.mark.parametrize(
    ("line", "limit"),
    [
        (b"POST /api/extensions/bulk HTTP/1.1\r\n", MAX_BULK_BODY),
        (b"POST /api/extensions/bulk?dry_run=true HTTP/1.1\r\n", MAX_BULK_BODY),
        (b"POST /api/extensions/bulky HTTP/1.1\r\n", MAX_BODY),
        (b"PUT /api/extensions/bulk HTTP/1.1\r\n", MAX_BODY),
        (b"POST /api/extensions HTTP/1.1\r\nX: POST /api/extensions/bulk \r\n", MAX_BODY),
        (b"POST /slack/events HTTP/1.1\r\n", MAX_BODY),
    ],
)
def test_the_limit_follows_from_the_request_line(line: bytes, limit: int) -> None:
    assert body_limits.of_head(line) == limit
