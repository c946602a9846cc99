"""`/ext call` up to where Asterisk is asked: nobody has started it, so that what gets so far fails there."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import select

from handlers.calls import command
from handlers.slack.command_text import Arguments
from models.database import Database
from models.fields import NewExtension
from models.outbox import OutboxMessage
from models.phone import Phone
from models.types import now
from pbx import extensions
from pbx.errors import AsteriskDown, Refusal
from pbx.services import Services
from tests.factories import insert_extension
from tests.models import migrating
from tests.slash_commands import TESTER

database_url = migrating.database_url
ALICE = "U0ALICE01"
AT_ONCE = 12


@pytest.fixture
def services(quiet: Services, database: Database) -> Services:
    """On a database of either kind."""
    built = Services(quiet.settings, database, quiet.cipher)
    new = NewExtension(number="101", name="Alice", slack_user_id=ALICE)
    extensions.save_new(built, new, by=TESTER)
    return built


def test_of_many_calls_at_once_five_are_made(services: Services) -> None:
    together = threading.Barrier(AT_ONCE)

    def ask(_: int) -> type[Exception]:
        together.wait()
        with pytest.raises((AsteriskDown, Refusal)) as raised:
            command.run(services, Arguments(("102",), {}, asked_by=ALICE))
        return raised.type

    with ThreadPoolExecutor(AT_ONCE) as crowd:
        became = list(crowd.map(ask, range(AT_ONCE)))
    assert became.count(AsteriskDown) == command.MOST_LATELY
    assert became.count(Refusal) == AT_ONCE - command.MOST_LATELY


@pytest.mark.parametrize(("registered", "rings"), [((), "101"), (("103",), "103"), (("101", "103"), "101")])
def test_of_several_of_ones_own_the_first_with_a_phone_rings(
    quiet: Services, registered: tuple[str, ...], rings: str
) -> None:
    for number in ("101", "103"):
        insert_extension(quiet, number, slack_user_id=ALICE, last_verified={"context": "from-internal"})
        was_there = number in registered
        with quiet.database.session() as session:
            session.add(Phone(number=number, address="::1", port=1, registered=was_there, since=now()))
    with pytest.raises(AsteriskDown):
        command.run(quiet, Arguments(("102",), {}, asked_by=ALICE))
    with quiet.database.session() as session:
        assert session.exec(select(OutboxMessage)).one().content["number"] == rings
