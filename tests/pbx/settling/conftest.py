"""The office on the shared Asterisk, with a database of either kind."""

from __future__ import annotations

import pytest

from tests.asterisk_bed import Asterisk
from tests.models.migrating import database_url
from tests.pbx.adoption import office

__all__ = ["database_url"]


@pytest.fixture
def asterisk(fresh_asterisk: Asterisk) -> Asterisk:
    office.write(fresh_asterisk)
    return fresh_asterisk
