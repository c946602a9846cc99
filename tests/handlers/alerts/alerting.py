"""What the tests of alerts share: the holder of the lease, routes, and the messages in the outbox."""

from __future__ import annotations

import pytest

from handlers.alerts import routing
from models.lease import LeaseHolder
from pbx.services import Services
from tests.factories import holder_of, outbox_texts


@pytest.fixture
def holder(quiet: Services) -> LeaseHolder:
    return holder_of(quiet)


def texts(services: Services) -> list[str]:
    return [text for _, text in outbox_texts(services)]


def route(services: Services, topic: str, numbers: str, channel: str) -> None:
    with services.database.session() as session:
        routing.set_route(session, topic, numbers, channel)
