"""Pure: whether a delivery comes from the HR system that it says; over the raw bytes. Never raises.

What is expected is computed and compared as text, in constant time: a header that decodes to the same bytes but
is written differently is not the same signature.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, Protocol

from standardwebhooks import Webhook

from handlers.hr.timestamps import parse_timestamp

Headers = Mapping[str, str]  # names in lower case

TOLERANCE = timedelta(minutes=5)  # into the past and into the future
MISSING, STALE, WRONG = "no signature", "no timestamp of now", "wrong signature"


class Signature(Protocol):
    """How one source signs."""

    def refusal(self, headers: Headers, body: bytes, keys: Sequence[str], now: datetime) -> str | None:
        """Return None when one of the keys signed it; otherwise why not, in words for a log."""


@dataclass(frozen=True)
class Hmac:
    """A digest in a header, over the body and what is put around it."""

    header: str
    algorithm: Literal["sha256", "sha512"]
    encoding: Literal["hex", "base64"]
    prefix: str = ""  # stands before the digest in the header
    before: bytes = b""  # signed before the body
    timestamp: str | None = None  # a header that is signed behind the body, and has to be recent

    def refusal(self, headers: Headers, body: bytes, keys: Sequence[str], now: datetime) -> str | None:
        given = headers.get(self.header.lower())
        if not given:
            return MISSING
        sent_at = headers.get(self.timestamp.lower(), "") if self.timestamp else ""
        if self.timestamp and not _is_recent(sent_at, now):
            return STALE
        message = self.before + body + _bytes(sent_at)
        expected = [self.prefix + self._digest(key, message) for key in keys]
        return None if _any_equal([given], expected) else WRONG

    def _digest(self, key: str, message: bytes) -> str:
        digest = hmac.digest(_bytes(key), message, self.algorithm)
        return digest.hex() if self.encoding == "hex" else base64.b64encode(digest).decode()


@dataclass(frozen=True)
class StandardWebhooks:
    """https://www.standardwebhooks.com, version v1: one or more signatures with spaces between them.

    The library signs and we compare. Its verify() has a clock of its own, takes signatures whose base64 has
    stray characters, and raises five kinds of errors for hostile headers.
    """

    def refusal(self, headers: Headers, body: bytes, keys: Sequence[str], now: datetime) -> str | None:
        names = ("webhook-id", "webhook-timestamp", "webhook-signature")
        delivery, sent_at, given = (headers.get(name, "") for name in names)
        if not (delivery and given):
            return MISSING
        if not re.fullmatch(r"[1-9][0-9]{0,9}", sent_at) or not _is_recent(sent_at, now):
            return STALE
        moment = datetime.fromtimestamp(int(sent_at), UTC)
        try:
            expected = [Webhook(key).sign(delivery, moment, body.decode()) for key in keys]
        except UnicodeError:  # the library signs text
            return WRONG
        return None if _any_equal(given.split(" "), expected) else WRONG


@dataclass(frozen=True)
class FixedToken:
    """A fixed value of Authorization, with or without `Bearer`. It says who sends, not that the body is intact."""

    def refusal(
        self,
        headers: Headers,
        body: bytes,  # noqa: ARG002 - nothing signs it
        keys: Sequence[str],
        now: datetime,  # noqa: ARG002 - nothing says when it was sent
    ) -> str | None:
        given = headers.get("authorization", "").removeprefix("Bearer ")
        if not given:
            return MISSING
        return None if _any_equal([given], [key.removeprefix("Bearer ") for key in keys]) else WRONG


def _is_recent(sent_at: str, now: datetime) -> bool:
    moment = parse_timestamp(sent_at)
    return moment is not None and abs(now - moment) <= TOLERANCE


def _any_equal(given: Iterable[str], expected: Sequence[str]) -> bool:
    """Compare every pair, so that the time does not tell which key it was."""
    same = [hmac.compare_digest(_bytes(one), _bytes(other)) for one in given for other in expected]
    return any(same)


def _bytes(text: str) -> bytes:
    """Encode any text at all: compare_digest() raises for a str that is not ASCII, and UTF-8 for half a character."""
    return text.encode("utf-8", "surrogatepass")
