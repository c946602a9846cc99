"""Checks that the files and Asterisk are as the database says."""

from __future__ import annotations

from collections.abc import Iterator

from pbx.doctor.findings import Finding
from pbx.drift.look import look
from pbx.services import Services

PAST = "overwritten"  # put back by publish already: /ext drift tells it for a week
WHY = "the database says what should be: what differs is written anew sooner or later, or belongs to nobody"


def drift(services: Services) -> Iterator[Finding]:
    """Find what differs now. Raises ConfigFileError."""
    for each in look(services).drifts:
        if each.kind != PAST:
            yield Finding.explained("drift", each.text, WHY)
