"""Phones that another database wrote, or that nobody asked to take away, stay until somebody says so on purpose."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import col, delete

from models.extension import Extension, State
from models.extension_range import ExtensionRange
from models.fields import NewExtension
from pbx import config_files, directory, extensions
from pbx.config.managed_files import PROVENANCE
from pbx.errors import NotFound, NumberTaken
from pbx.publish import publish
from pbx.publishing import foreign_files, identity, plan
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.pbx.extension_driver import create, create_live, insert, reason, shown, states
from tests.pbx.publishing.refusing import refuses
from tests.server import settings_for
from tests.slash_commands import TESTER


@pytest.fixture
def another(asterisk: Asterisk, folder: Path, migrated_once: Path) -> Iterator[Services]:
    """The same Asterisk with an empty database, as after a typo in DATABASE_URL."""
    url = f"sqlite:///{shutil.copy(migrated_once, folder / 'typo.db')}"
    built = Services.of(settings_for(asterisk, url))
    yield built
    built.database.close()


def without_provenance(services: Services) -> None:
    """Write the files as versions did that did not say which database wrote them."""
    for path in (services.settings.pjsip_path, services.settings.extensions_path):
        assert config_files.read(path).written_by
        path.write_bytes(PROVENANCE.sub(b"", path.read_bytes()))


def vanish(services: Services, *numbers: str) -> None:
    with services.database.session() as session:
        session.exec(delete(Extension).where(col(Extension.number).in_(numbers)))


def test_an_empty_database_takes_nobodys_phone_away(services: Services, another: Services) -> None:
    create_live(services, "101")
    create_live(services, "102", "Bob")
    words = (
        "another database, or a later state",
        "2 would go (101, 102)",
        "DATABASE_URL",
        "flask settle",
    )
    assert refuses(another, *words)
    assert "endpoint" in shown(services, "101")
    outcome = create(another, "103", "Carol")
    assert outcome.extension
    assert outcome.extension.state is State.PENDING
    assert "flask settle" in (outcome.extension.reason or "")
    publish(services)
    assert states(services) == {"101": State.LIVE, "102": State.LIVE}


def test_an_extension_live_in_another_database_only_is_not_shown_as_live(
    services: Services, another: Services
) -> None:
    create_live(services, "101")
    insert(another, "101", state=State.LIVE)
    assert refuses(another, "1 would be changed (101)")
    assert states(another) == {"101": State.PENDING}
    assert "1 would be changed (101)" in reason(another, "101")


def test_taking_over_on_purpose_shows_what_goes_and_then_the_files_are_this_databases(
    services: Services, another: Services
) -> None:
    create_live(services, "101")
    create_live(services, "102")
    insert(another, "102", "103")
    _, effect = foreign_files.preview(another)
    assert (effect.removed, effect.changed, effect.unchanged) == (["101"], ["102"], [])
    publish(another, take_over=True)
    assert states(another) == {"102": State.LIVE, "103": State.LIVE}
    assert not shown(another, "101")
    publish(another)
    assert refuses(services, "another database, or a later state", "1 would go (103)")


def test_files_of_a_version_without_provenance_are_taken_up_without_a_reload(
    services: Services, asterisk: Asterisk
) -> None:
    create_live(services, "101")
    without_provenance(services)
    reloads = asterisk.reload_counts()
    publish(services)
    ours = identity.current(services.database)
    assert config_files.read(services.settings.pjsip_path).is_of(ours)
    assert config_files.read(services.settings.extensions_path).is_of(ours)
    assert asterisk.reload_counts() == reloads
    assert states(services) == {"101": State.LIVE}


def test_phones_whose_rows_vanish_stay(services: Services) -> None:
    numbers = [str(number) for number in range(110, 125)]
    insert(services, *numbers)
    publish(services)
    vanish(services, *numbers[:12])
    assert refuses(services, "not in the database", "12 would go (110")
    insert(services, *numbers[:12])
    publish(services)
    assert states(services) == dict.fromkeys(numbers, State.LIVE)


def test_whether_phones_are_at_risk_is_known_without_reading_a_secret(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A load balancer asks every few seconds."""
    create_live(services, "101")
    monkeypatch.delattr(plan, "build")
    assert foreign_files.conflict(services) is None


def test_a_number_in_the_files_that_is_not_in_the_database_is_not_made_anew(
    services: Services, another: Services
) -> None:
    """Its phone would lose its password."""
    create_live(services, "101")
    create_live(services, "102")
    for use_case in (directory.status, extensions.get):
        with pytest.raises(
            NotFound, match=r"101 is a phone in Asterisk's files, but not in this database.*flask settle"
        ):
            use_case(another, "101")
    with pytest.raises(NumberTaken, match="would lose its password"):
        create(another, "101")
    numbers = ExtensionRange("101-199")
    free, _ = extensions.save_new(another, NewExtension(number=None, name="Carol"), numbers, by=TESTER)
    assert free.number == "103"
    vanish(services, "101")
    with pytest.raises(NumberTaken, match="not in this database"):
        create(services, "101")
    publish(services, take_over=True)
    create_live(services, "101")


def test_a_number_written_by_hand_is_not_offered_to_be_made(services: Services) -> None:
    path = services.settings.pjsip_path
    path.write_text("[140]\ntype=endpoint\n" + path.read_text())
    with pytest.raises(NotFound, match=rf"140 is at {path}:1, written by hand"):
        directory.status(services, "140")
