"""A database for all tests of a file that only read."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pbx.services import Services
from tests.server import quiet_settings
from tests.slack_stand_in import SlackStandIn


@pytest.fixture(scope="module")
def module_quiet(
    migrated_once: Path, tmp_path_factory: pytest.TempPathFactory, slack: SlackStandIn
) -> Iterator[Services]:
    database = Path(shutil.copy(migrated_once, tmp_path_factory.mktemp("read") / "switchhook.db"))
    services = Services.of(quiet_settings(database, slack))
    yield services
    services.database.close()
