"""Two extensions that are as they should be."""

from __future__ import annotations

import pytest

from pbx.services import Services
from tests.pbx.extension_driver import create_live


@pytest.fixture
def two(services: Services) -> None:
    create_live(services, "101")
    create_live(services, "102", "Bob")
