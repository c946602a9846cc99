"""One running Switchhook for all tests of a file; each test takes numbers of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from app import create_app
from models.api_token import Scope
from models.database import Database
from pbx.services import Services
from tests import one_server
from tests.handlers.api.client import ApiClient
from tests.server import Switchhook
from tests.tokens import new_token

folder, asterisk, database_url = one_server.folder, one_server.asterisk, one_server.database_url
switchhook, admin, slack = one_server.switchhook, one_server.admin, one_server.slack


@pytest.fixture(scope="module")
def more_environment() -> dict[str, str]:
    return {"API_RATE_LIMIT": "60000"}


@pytest.fixture(scope="module")
def application() -> str:
    return "tests.patient_app:app"


@pytest.fixture
def app(quiet: Services) -> Flask:
    """The web process's application, without a server."""
    return create_app(quiet.settings)


@pytest.fixture(scope="module")
def api(switchhook: Switchhook) -> ApiClient:
    """Somebody whose token may do everything."""
    return ApiClient(switchhook, new_token(switchhook, "tests", Scope.ADMIN))


@pytest.fixture
def database(switchhook: Switchhook) -> Iterator[Database]:
    """What the server stores."""
    opened = Database(switchhook.environment["DATABASE_URL"])
    yield opened
    opened.close()
