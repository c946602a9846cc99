"""What the tests of alerts work with: who may tell them, where they go, and what was told."""

from __future__ import annotations

import pytest

from handlers import routes
from pbx.lease import Holder
from pbx.system import PhoneSystem
from tests.factories import holder_of, told


@pytest.fixture
def holder(quiet: PhoneSystem) -> Holder:
    return holder_of(quiet)


def texts(system: PhoneSystem) -> list[str]:
    return [text for _, text in told(system)]


def route(system: PhoneSystem, topic: str, numbers: str, channel: str) -> None:
    with system.database.session() as session:
        routes.put(session, topic, numbers, channel)
