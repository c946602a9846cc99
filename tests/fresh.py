"""Fixtures for tests that begin with an Asterisk as it was at first and a database of their own, where others share both."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.asterisk_bed import Asterisk
from tests.server import migrate


@pytest.fixture
def asterisk(fresh_asterisk: Asterisk) -> Asterisk:
    return fresh_asterisk


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'switchhook.db'}"
    migrate(url)
    return url
