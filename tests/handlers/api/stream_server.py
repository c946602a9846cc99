"""Fixtures: a web process under gunicorn that has an API and no Asterisk, and its database."""

from __future__ import annotations

import pytest

from tests.asterisk_bed import Asterisk
from tests.server import migrate


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
