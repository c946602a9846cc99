"""Another database beside Asterisk, as DATABASE_URL names it: settled as an older state is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from models.extension import Extension
from models.installation import Installation
from models.types import now
from pbx.errors import AsteriskUnavailable, Refusal
from pbx.publishing import foreign_files
from pbx.services import Services
from pbx.settling import notice, settle
from pbx.settling.decision import Decision, Side
from tests import fresh
from tests.asterisk_bed import Asterisk
from tests.pbx.extension_driver import create_live, insert
from tests.server import migrate, settings_for
from tests.slash_commands import TESTER

database_url = fresh.database_url


@pytest.fixture
def another(services: Services, asterisk: Asterisk, folder: Path) -> Iterator[Services]:
    """Has other people at the numbers of the database that wrote the files."""
    create_live(services, "160", "Alice")
    create_live(services, "161", "Bob")
    url = f"sqlite:///{folder / 'another.db'}"
    migrate(url)
    built = Services.of(settings_for(asterisk, url))
    insert(built, "160", "161", name="Mallory")
    yield built
    built.database.close()


def carry_out(services: Services, side: Side, *but: str) -> list[str]:
    """Return what was told."""
    told: list[str] = []
    settle.settle(services, Decision(side, TESTER, but), lambda *given: told.append(str(given[1])))
    return told


def names(services: Services) -> list[str]:
    with services.database.session() as session:
        return list(session.exec(select(Extension.name).order_by(Extension.number)))


def test_a_decision_that_was_interrupted_is_the_only_one_until_it_is_carried_out(
    another: Services, asterisk: Asterisk
) -> None:
    asterisk.stop()
    with pytest.raises(AsteriskUnavailable):
        carry_out(another, Side.ASTERISK, "160")
    asterisk.start()
    assert names(another) == ["Mallory", "Bob"]
    assert "it was decided that phones stay as Asterisk has them, but for 160" in str(
        foreign_files.conflict(another)
    )
    with pytest.raises(Refusal, match="but for 160, and that is not carried out to its end"):
        carry_out(another, Side.DATABASE)
    assert carry_out(another, Side.ASTERISK, "160") == []
    assert not notice.is_unsettled(another)
    assert foreign_files.conflict(another) is None


def test_no_history_of_what_differs_is_told_also_once_a_decision_was_interrupted(
    services: Services, another: Services, asterisk: Asterisk
) -> None:
    create_live(services, "162", "Zoe")
    told = settle.look(another).found.sentences()
    assert "only in Asterisk: 162 (Zoe)" in told
    asterisk.stop()
    with pytest.raises(AsteriskUnavailable):
        carry_out(another, Side.DATABASE)
    asterisk.start()
    assert settle.look(another).found.sentences() == told
    assert carry_out(another, Side.DATABASE) == []


def test_how_old_it_was_when_it_was_once_put_back_is_no_news_of_another_database(another: Services) -> None:
    with another.database.session() as session:
        session.add(Installation(as_of=now()))
    unsettled = settle.look(another)
    assert unsettled.why
    assert unsettled.as_of is None
