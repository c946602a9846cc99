"""Which answers say how things stood: those that may have to notice later that it is so no more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from app import create_app
from models import web_session
from models.actor import Actor
from pbx.services import Services
from tests.factories import insert_extension


@pytest.fixture
def asked() -> Iterator[list[str]]:
    """What databases are asked, by whomever in this process."""
    asked: list[str] = []

    def note(*given: Any) -> None:
        asked.append(given[2])

    event.listen(Engine, "before_cursor_execute", note)
    yield asked
    event.remove(Engine, "before_cursor_execute", note)


@pytest.fixture
def browser(quiet: Services) -> FlaskClient:
    """An admin's."""
    insert_extension(quiet, "101")
    with quiet.database.session() as session:
        token = web_session.begin(session, Actor("cli", "root"), "root")
    browser = create_app(quiet.settings).test_client()
    browser.set_cookie("switchhook", token)
    return browser


@pytest.mark.parametrize("path", ["", "/101", "/events", "/deliveries", "/audit"])
def test_a_page_that_follows_says_how_things_stood(browser: FlaskClient, path: str) -> None:
    page = browser.get(f"/extensions{path}").text
    assert "data-live-region" in page
    assert 'data-seen=""' not in page


@pytest.mark.parametrize(
    "path", ["/live", "/export.csv", "/import/example.csv", "/start", "/deliveries/1/done"]
)
def test_for_what_is_no_page_the_database_is_not_asked_how_things_stand(
    browser: FlaskClient, asked: list[str], path: str
) -> None:
    browser.get(f"/extensions{path}")
    assert asked
    assert not [each for each in asked if "FROM incident" in each]
