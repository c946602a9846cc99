"""Checks of the API's tokens: that no program is about to be refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from models import api_token
from models.api_token import ApiToken
from models.types import now
from pbx.doctor.findings import Finding, NothingToCheck
from pbx.services import Services

SOON = timedelta(days=14)
IN_USE = timedelta(days=14)  # since it was used last


def tokens(services: Services) -> Iterator[Finding]:
    """Find tokens that programs use, and that end soon or have just ended. One for a few days is meant to end."""
    rows = [row for row in api_token.all_of(services.database) if row.revoked_at is None]
    if not rows:
        raise NothingToCheck("there are none")
    at = now()
    for row in rows:
        is_used = row.last_used_at is not None and row.last_used_at > at - IN_USE
        is_lasting = row.expires_at - row.created_at > SOON
        if is_used and is_lasting and row.expires_at < at + SOON:
            yield _ends(row, "ends" if row.expires_at > at else "ended")


def _ends(row: ApiToken, verb: str) -> Finding:
    scopes = " ".join(f"--scope {scope}" for scope in row.scopes)
    return Finding(
        "api-tokens",
        f"the token {row.name} of the API {verb} on {row.expires_at:%Y-%m-%d}, and a program uses it",
        "the program is refused from then on",
        f"make another, flask token create {row.name}-2 {scopes}, give it to the program, and then "
        f"flask token revoke {row.name}; only the latter if it is not needed any more",
    )
