"""Fixtures: a web process under gunicorn that has an API and no Asterisk, and its database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.server import migrate, settings_for


@pytest.fixture(scope="module")
def asterisk(tmp_path_factory: pytest.TempPathFactory) -> Asterisk:
    """Nobody has started it: what is asked for here needs none."""
    return Asterisk(tmp_path_factory.mktemp("web") / "pbx")


@pytest.fixture(scope="module")
def database_url(asterisk: Asterisk) -> str:
    url = f"sqlite:///{asterisk.folder.parent / 'it.db'}"
    migrate(url)
    return url


@pytest.fixture(scope="module")
def more_environment() -> dict[str, str]:
    return {"API_RATE_LIMIT": "10000"}


@pytest.fixture(scope="module")
def services(asterisk: Asterisk, database_url: str) -> Iterator[Services]:
    built = Services.of(settings_for(asterisk, database_url))
    yield built
    built.database.close()
