"""What is known beside the database of its latest state comes from a file, which may be damaged, or somebody's work."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from models import audit, transfer
from models.installation import ONLY, Installation
from models.types import now
from pbx import versions
from pbx.publishing import identity
from pbx.services import Services
from pbx.settling import notice, witness
from tests.server import quiet_settings
from tests.slack_stand_in import SlackStandIn
from tests.slash_commands import TESTER

MOST = 2**31 - 1


@pytest.fixture
def services(folder: Path, database_url: str, slack: SlackStandIn) -> Iterator[Services]:
    """A system whose Asterisk has earlier versions of its files, and nothing else."""
    settings = quiet_settings(
        folder / "none.db", slack, database_url=database_url, asterisk_config_dir=str(folder)
    )
    built = Services.of(settings)
    versions.folder_of(settings).mkdir()
    identity.ensure(built.database)
    note_state(built)
    yield built
    built.database.close()


def note_state(services: Services) -> None:
    with services.database.session() as session:
        seen = notice.tick(services, session)
    notice.note(services, seen)


def damage(services: Services, **values: object) -> None:
    path = versions.folder_of(services.settings) / witness.NAME
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


@pytest.mark.parametrize(
    "values",
    [
        {"ticks": 10**30},
        {"ticks": MOST},
        {"writes": MOST},
        {"ticks": -1, "ids": {"event": -5}},
        {"ticks": 1000, "at": 1e300},
        {"ticks": 1000, "at": "NaN"},
        {"ticks": 1000, "ids": {"event": 2**70}},
    ],
    ids=str,
)
def test_a_damaged_file_is_as_none_and_the_next_note_mends_it(
    services: Services, values: dict[str, object]
) -> None:
    damage(services, **values)
    assert not notice.is_unsettled(services)
    note_state(services)
    seen = witness.read(services.settings)
    assert seen
    assert seen.ticks == 2


def test_ids_that_nobody_gave_leave_most_of_them_for_those_that_are_to_come(services: Services) -> None:
    damage(services, ticks=1000, at=now().timestamp() + 86400, ids={"audit_entry": MOST, "event": 500})
    assert notice.is_unsettled(services)
    with services.database.session() as session:
        audit.record(session, TESTER, "wrote")
        ids = transfer.highest_ids(session.connection())
        row = session.get_one(Installation, ONLY)
        assert row.told_until
        assert (row.told_until <= now(), row.ticks) == (True, 1000)
    assert ids["event"] == 500 + 10_000
    assert transfer.MOST_GIVEN < ids["audit_entry"] < transfer.MOST_GIVEN + 100_000


def test_another_installations_database_is_known_to_be_one(services: Services) -> None:
    here, before = identity.current(services.database).identity, "of before"
    damage(services, former=[before])
    assert notice.is_known(services, here)
    assert notice.is_known(services, before)
    assert not notice.is_known(services, "another's")


def test_a_backup_is_known_however_often_it_is_restored(services: Services) -> None:
    backup = identity.current(services.database).identity
    for _ in range(witness.FORMER + 2):
        assert notice.is_known(services, backup)
        notice.remember(services, backup)
        identity.renew(services.database)
        notice.clear(services)


def test_tokens_that_nobody_has_are_no_harm_however_many(services: Services) -> None:
    damage(services, ticks=1000, revoked=["\0", *(str(number) for number in range(300_000))])
    assert notice.is_unsettled(services)


def test_what_is_settled_counts_on_from_what_can_be(services: Services) -> None:
    damage(services, ticks=MOST)
    notice.clear(services)
    seen = witness.read(services.settings)
    assert seen
    assert seen.ticks == 2
