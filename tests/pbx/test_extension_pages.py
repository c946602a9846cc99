"""Extensions page by page, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from models.extension import Extension, State
from pbx.errors import AsteriskUnavailable
from pbx.extension_pages import Wanted, managed_endpoints, page
from pbx.services import Services
from settings import Settings
from tests.models import migrating
from tests.server import TEST_KEY

database_url = migrating.database_url
NUMBERS = ["99", "100", "101", "0100", "1000"]  # as people count, and by their digits where those are as many


@pytest.fixture
def services(database_url: str) -> Iterator[Services]:
    """Without Asterisk and its files."""
    settings = Settings(_env_file=None, secret_key=TEST_KEY, database_url=database_url, ami_port=1)
    built = Services.of(settings)
    with built.database.session() as session:
        session.add_all(Extension(number=each, name=f"Ä {each}", encrypted_secret="") for each in NUMBERS)
    yield built
    built.database.close()


def numbers(services: Services, wanted: Wanted) -> list[str]:
    return [row.number for row in page(services, wanted).extensions]


@pytest.mark.parametrize("text", ["", "ä"])
def test_pages_follow_each_other_without_a_gap(services: Services, text: str) -> None:
    found: list[str] = []
    has_more = True
    while has_more:
        next_page = page(services, Wanted(text, after=found[-1] if found else "", limit=2))
        found += [row.number for row in next_page.extensions]
        has_more = next_page.has_more
    assert found == NUMBERS


def test_a_cursor_need_not_be_there_any_more(services: Services) -> None:
    assert numbers(services, Wanted(after="100999")) == []
    assert numbers(services, Wanted(after="1001")) == []
    assert numbers(services, Wanted(after="0101")) == ["1000"]


def test_what_the_database_knows_narrows_it(services: Services) -> None:
    with services.database.session() as session:
        session.add(Extension(number="55", name="B", encrypted_secret="", enabled=False, state=State.LIVE))
    assert numbers(services, Wanted(state=State.LIVE)) == numbers(services, Wanted(enabled=False)) == ["55"]
    assert numbers(services, Wanted(enabled=True, limit=1)) == ["99"]
    assert numbers(services, Wanted(state=State.PENDING, enabled=False)) == []


def test_only_asterisk_knows_who_is_registered(services: Services) -> None:
    assert "does not answer" in str(page(services, Wanted()).error)
    with pytest.raises(AsteriskUnavailable):
        page(services, Wanted(registered=False))


def test_an_endpoint_is_managed_if_asterisk_has_shown_it_as_the_extensions(services: Services) -> None:
    with services.database.session() as session:
        for number, verified in (("55", {"enabled": True}), ("56", {"enabled": False}), ("57", {})):
            session.add(Extension(number=number, name="B", encrypted_secret="", last_verified=verified))
    assert managed_endpoints(services) == {"55"}
