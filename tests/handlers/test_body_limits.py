"""Only the address that takes thousands of rows takes large bodies, and only of who has a token."""

from __future__ import annotations

import pytest

from handlers.body_limits import MAX_BODY, MAX_BULK_BODY, BodyLimits

LIMITS = BodyLimits({"POST /api/extensions/bulk": MAX_BULK_BODY}, lambda headers: headers == ["Bearer ours"])
SIGNED = b"\r\nHost: phones\r\nauthorization:  Bearer ours \r\n\r\n"
BULK = b"POST /api/extensions/bulk HTTP/1.1"


@pytest.mark.parametrize(
    ("line", "limit"),
    [
        (BULK, MAX_BULK_BODY),
        (b"POST /api/extensions/bulk?dry_run=true HTTP/1.1", MAX_BULK_BODY),
        (b"POST /api/extensions/bulky HTTP/1.1", MAX_BODY),
        (b"PUT /api/extensions/bulk HTTP/1.1", MAX_BODY),
        (b"POST /api/extensions HTTP/1.1\r\nX: POST /api/extensions/bulk ", MAX_BODY),
        (b"POST /slack/events HTTP/1.1", MAX_BODY),
        (b"\xff", MAX_BODY),
    ],
)
def test_the_limit_follows_from_the_request_line(line: bytes, limit: int) -> None:
    assert LIMITS.of_head(line + SIGNED) == limit


@pytest.mark.parametrize(
    "headers",
    [
        b"\r\n\r\n",
        SIGNED.replace(b"ours", b"guessed"),
        b"\r\nX-Authorization: Bearer ours\r\n\r\n",
        b"\r\nAuthorization: Bearer ours" + SIGNED,
    ],
    ids=["none", "not ours", "another header", "two"],
)
def test_strangers_send_no_more_than_elsewhere(headers: bytes) -> None:
    assert LIMITS.of_head(BULK + headers) == MAX_BODY
