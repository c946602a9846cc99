"""Checks that the files and Asterisk are as the database says."""

from __future__ import annotations

from collections.abc import Iterator

from pbx.doctor.findings import Finding
from pbx.drift.look import look
from pbx.services import Services

WHY = "the database says what should be: what differs is written anew sooner or later, or belongs to nobody"


def drift(services: Services) -> Iterator[Finding]:
    """Find what differs now. Raises ConfigFileError."""
    for each in look(services).drifts:
        yield Finding.explained("drift", each.text, WHY)
