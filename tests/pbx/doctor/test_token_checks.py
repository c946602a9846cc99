"""Tokens that are about to end are found while somebody can still make others."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.api_token import ApiToken
from models.types import now
from pbx.doctor import token_checks
from pbx.doctor.findings import NothingToCheck
from pbx.services import Services

DAY = timedelta(days=1)


def save(
    services: Services, *, made: int = -80, used: int | None = -1, ends: int, revoked: bool = False
) -> None:
    """Save a token; all in days from now."""
    at = now()
    row = ApiToken(
        name="hr-sync",
        scope="extensions:write config:write",
        key_id="k",
        created_by="cli:root",
        created_at=at + made * DAY,
        last_used_at=None if used is None else at + used * DAY,
        expires_at=at + ends * DAY,
        revoked_at=at if revoked else None,
    )
    with services.database.session() as session:
        session.add(row)


@pytest.mark.parametrize(("ends", "verb"), [(13, "ends"), (-1, "ended")])
def test_a_token_in_use_that_ends_is_found_with_the_commands(quiet: Services, ends: int, verb: str) -> None:
    save(quiet, ends=ends)
    (finding,) = token_checks.tokens(quiet)
    day = now() + ends * DAY
    assert finding.seen == f"the token hr-sync of the API {verb} on {day:%Y-%m-%d}, and a program uses it"
    assert "create hr-sync-2 --scope extensions:write --scope config:write" in finding.remedy
    assert "flask token revoke hr-sync" in finding.remedy


def test_one_that_lasts_is_not_used_or_was_made_for_a_few_days_is_not(quiet: Services) -> None:
    save(quiet, ends=15)
    assert list(token_checks.tokens(quiet)) == []


@pytest.mark.parametrize(
    "values", [{"used": None, "ends": 3}, {"used": -20, "ends": -19}, {"made": -5, "ends": 1}]
)
def test_what_nobody_would_miss_is_not_found(quiet: Services, values: dict[str, int]) -> None:
    save(quiet, **values)  # type: ignore[arg-type] # no flag among them
    assert list(token_checks.tokens(quiet)) == []


def test_without_tokens_that_are_not_revoked_there_is_nothing_to_check(quiet: Services) -> None:
    save(quiet, ends=3, revoked=True)
    with pytest.raises(NothingToCheck):
        list(token_checks.tokens(quiet))
