"""The office on the shared Asterisk, as its administrator wrote it."""

from __future__ import annotations

import pytest

from tests.asterisk_bed import Asterisk
from tests.pbx.adoption import office


@pytest.fixture
def asterisk(fresh_asterisk: Asterisk) -> Asterisk:
    office.write(fresh_asterisk)
    return fresh_asterisk
