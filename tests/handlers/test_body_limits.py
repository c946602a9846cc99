"""Only the address that takes thousands of rows takes large bodies, and only of who has a token."""

from __future__ import annotations

import pytest

from handlers.body_limits import MAX_BODY, MAX_BULK_BODY, BodyLimits, Larger

BY_TOKEN = Larger(MAX_BULK_BODY, "authorization", lambda headers: headers == ["Bearer ours"])
BY_COOKIE = Larger(2 * MAX_BULK_BODY, "cookie", lambda headers: headers == ["pass=ours"])
LIMITS = BodyLimits({"POST /api/extensions/bulk": BY_TOKEN, "POST /extensions/import": BY_COOKIE})
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


def test_a_page_looks_at_its_cookie() -> None:
    line = b"POST /extensions/import HTTP/1.1"
    assert LIMITS.of_head(line + b"\r\nCookie: pass=ours\r\n\r\n") == 2 * MAX_BULK_BODY
    assert LIMITS.of_head(line + b"\r\nCookie: pass=theirs\r\n\r\n") == MAX_BODY
    assert LIMITS.of_head(line + SIGNED) == MAX_BODY
