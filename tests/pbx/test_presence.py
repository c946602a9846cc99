"""The phone table: which phones are there, and which went last."""

from __future__ import annotations

from sqlmodel import delete, select

from models.phone import Phone
from pbx import presence
from pbx.facts import Fact
from pbx.services import Services
from tests.factories import NOON, at_time, moved, registered, store, unregistered


def phones(services: Services) -> list[tuple[str, int, bool]]:
    with services.database.session() as session:
        return sorted((row.number, row.port, row.registered) for row in session.exec(select(Phone)))


def test_one_batch_updates_the_phone_table_as_many_do(quiet: Services) -> None:
    facts: list[Fact] = [
        registered("101", port=1),
        registered("101", port=2),
        unregistered("101", port=1),
        unregistered("101", port=2),
        registered("101", port=3),
        moved("101", port=4, old_port=3),
        registered("102", port=5),
        unregistered("102", port=5),
        registered("103", port=6),
        unregistered("103", port=6),
        registered("103", port=6),
        unregistered("104", port=7),
    ]
    expected = [("101", 4, True), ("102", 5, False), ("103", 6, True), ("104", 7, False)]
    store(quiet, *facts)
    assert phones(quiet) == expected
    with quiet.database.session() as session:
        session.exec(delete(Phone))
    for fact in facts:
        store(quiet, fact)
    assert phones(quiet) == expected


def test_the_last_phone_is_the_one_that_came_or_went_last(quiet: Services) -> None:
    store(quiet, registered("101", NOON, 1), registered("101", NOON + 5, 2))
    store(quiet, unregistered("101", NOON + 9, 1))
    with quiet.database.session() as session:
        last = presence.last_phone(session, "101")
        assert last
        assert (last.port, last.registered, last.since) == (1, False, at_time(NOON + 9))
        assert presence.last_phone(session, "102") is None
