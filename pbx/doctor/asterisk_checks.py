"""Checks of the running Asterisk, asked over its manager interface."""

from __future__ import annotations

from collections.abc import Iterator

from pbx.ami import connected
from pbx.doctor.findings import Finding
from pbx.errors import AsteriskUnavailable
from pbx.services import Services

TIMEOUT_SECONDS = 3.0  # of one answer


def ami(services: Services) -> Iterator[Finding]:
    """Find why no action gets an answer, if that is so."""
    try:
        with connected(services.settings, timeout=TIMEOUT_SECONDS) as asterisk:
            asterisk.ping()
    except AsteriskUnavailable as error:
        yield Finding.explained(
            "ami",
            str(error),
            "without Asterisk's manager interface no change goes live, and nothing is known of phones and calls",
        )
