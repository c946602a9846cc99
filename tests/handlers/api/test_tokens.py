"""Creating and revoking tokens, and what the audit trail has of it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import update

from handlers import audit_messages
from handlers.api import tokens
from models import api_token, audit
from models.actor import Actor
from models.api_token import ApiToken, Scope
from models.types import now
from pbx.errors import NotFound, Refusal
from pbx.services import Services
from settings import Settings
from tests.models import migrating
from tests.server import TEST_KEY

database_url = migrating.database_url
BY = Actor("cli", "root")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Each test begins without tokens."""
    return tmp_path


@pytest.fixture
def services(database_url: str) -> Iterator[Services]:
    built = Services.of(Settings(_env_file=None, secret_key=TEST_KEY, database_url=database_url))
    yield built
    built.database.close()


def create(services: Services, name: str = "hr-sync", *scopes: Scope) -> ApiToken:
    return tokens.create(services, name, scopes or [Scope.READ], 90, by=BY)[0]


def trail(services: Services) -> list[str]:
    return [audit_messages.line(each).partition("  ")[2] for each in audit.latest(services.database)]


def test_a_token_is_saved_without_its_text_and_the_trail_names_who_made_it(services: Services) -> None:
    row, text = tokens.create(services, "hr-sync", [Scope.CONFIG_WRITE, Scope.EXTENSIONS_WRITE], 90, by=BY)
    assert row.scopes == ["extensions:write", "config:write"]
    assert row.expires_at - row.created_at == timedelta(days=90)
    (saved,) = api_token.all_of(services.database)
    assert saved == row
    assert text.get_secret_value().split(".")[2] not in repr(saved)
    until = f"{row.expires_at:%Y-%m-%d}"
    assert trail(services) == [
        f"root (command line) created the API token hr-sync (extensions:write, config:write; until {until})"
    ]


def test_a_name_is_free_again_when_its_token_has_ended(services: Services) -> None:
    first = create(services)
    with pytest.raises(Refusal, match=r"there is a token hr-sync already.*flask token revoke hr-sync"):
        create(services)
    tokens.revoke(services, "hr-sync", by=BY)
    second = create(services)
    past = now() - timedelta(days=1)
    with services.database.session() as session:
        session.exec(update(ApiToken).values(expires_at=past))
    third = create(services)
    rows = api_token.all_of(services.database)
    assert [row.jti for row in rows] == [first.jti, second.jti, third.jti]
    assert [row.revoked_at is None for row in rows] == [False, False, True]


def test_of_many_at_once_with_one_name_one_is_made(services: Services) -> None:
    def attempt(_: int) -> bool:
        try:
            create(services)
        except Refusal:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(attempt, range(6)))
    assert made.count(True) == 1
    assert len(trail(services)) == 1


@pytest.mark.parametrize("name", ["HR sync", "a\n{}", "x" * 65, ""])
def test_a_hostile_name_is_refused_and_nothing_is_saved(services: Services, name: str) -> None:
    with pytest.raises(Refusal, match="such as hr-sync"):
        create(services, name)
    assert (api_token.all_of(services.database), trail(services)) == ([], [])


def test_revoking_is_in_the_trail_and_done_once(services: Services) -> None:
    create(services)
    tokens.revoke(services, "hr-sync", by=Actor("api", "boss"))
    assert trail(services)[0] == "API token boss revoked the API token hr-sync"
    with pytest.raises(NotFound, match="flask token list"):
        tokens.revoke(services, "hr-sync", by=BY)
