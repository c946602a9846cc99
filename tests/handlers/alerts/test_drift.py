"""Drift is posted when something of it is new, and not again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from handlers.alerts import drift, routing
from models.lease import LeaseHolder
from pbx.publish import publish
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.factories import holder_of, outbox_texts
from tests.pbx.extension_driver import create_live
from tests.server import settings_for


@pytest.fixture
def services(fresh_asterisk: Asterisk, tmp_path: Path, migrated_once: Path) -> Iterator[Services]:
    url = f"sqlite:///{shutil.copy(migrated_once, tmp_path / 'switchhook.db')}"
    built = Services.of(settings_for(fresh_asterisk, url, ALERT_CHANNEL="C0PHONES"))
    create_live(built, "101")
    create_live(built, "102")
    yield built
    built.database.close()


@pytest.fixture
def holder(services: Services) -> LeaseHolder:
    return holder_of(services)


def edit(services: Services, old: str, new: str) -> None:
    path = services.settings.pjsip_path
    path.write_text(path.read_text().replace(old, new, 1))


def test_nothing_is_posted_while_nothing_differs(services: Services, holder: LeaseHolder) -> None:
    drift.report_new(services, holder)
    assert outbox_texts(services) == []


def test_what_is_new_is_posted_once_and_again_when_it_comes_back(
    services: Services, holder: LeaseHolder
) -> None:
    edit(services, "max_contacts=1", "max_contacts=7")
    drift.report_new(services, holder)
    drift.report_new(services, holder)
    (posted,) = outbox_texts(services)
    assert posted == (
        "C0PHONES",
        "⚠️ 1 thing differs on the phone system · from what the database says, or did and was put back\n"
        "/ext drift shows all that differs now",
    )
    edit(services, "max_contacts=7", "max_contacts=1")
    drift.report_new(services, holder)
    edit(services, "max_contacts=1", "max_contacts=7")
    drift.report_new(services, holder)
    assert len(outbox_texts(services)) == 2


def test_an_edit_that_publish_put_back_before_anybody_looked_is_posted(
    services: Services, holder: LeaseHolder
) -> None:
    edit(services, "max_contacts=1", "max_contacts=7")
    publish(services)
    drift.report_new(services, holder)
    assert len(outbox_texts(services)) == 1


def test_it_goes_where_all_alerts_go(services: Services, holder: LeaseHolder) -> None:
    with services.database.session() as session:
        routing.set_route(session, "", "", "C0OTHERS")
    edit(services, "max_contacts=1", "max_contacts=7")
    drift.report_new(services, holder)
    assert [channel for channel, _ in outbox_texts(services)] == ["C0OTHERS"]


def test_it_is_looked_for_once_a_day(
    services: Services, holder: LeaseHolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    drift.report_daily(services, holder)
    edit(services, "max_contacts=1", "max_contacts=7")
    drift.report_daily(services, holder)
    assert outbox_texts(services) == []
    monkeypatch.setattr(drift, "PERIOD", timedelta(0))
    drift.report_daily(services, holder)
    assert len(outbox_texts(services)) == 1


def test_what_could_not_be_looked_at_is_looked_at_the_next_time(
    services: Services, holder: LeaseHolder, fresh_asterisk: Asterisk
) -> None:
    edit(services, "max_contacts=1", "max_contacts=7")
    fresh_asterisk.kill()
    drift.report_daily(services, holder)
    fresh_asterisk.start()
    drift.report_daily(services, holder)
    assert len(outbox_texts(services)) == 1


def test_while_files_cannot_be_read_nothing_is_posted_or_forgotten(
    services: Services, holder: LeaseHolder
) -> None:
    edit(services, "max_contacts=1", "max_contacts=7")
    drift.report_new(services, holder)
    path = services.settings.pjsip_path
    path.rename(path.with_name("moved"))
    drift.report_new(services, holder)
    path.with_name("moved").rename(path)
    drift.report_new(services, holder)
    assert len(outbox_texts(services)) == 1


def test_while_asterisk_is_away_nothing_is_posted_or_forgotten(
    services: Services, holder: LeaseHolder, fresh_asterisk: Asterisk
) -> None:
    edit(services, "max_contacts=1", "max_contacts=7")
    drift.report_new(services, holder)
    fresh_asterisk.kill()
    drift.report_new(services, holder)
    fresh_asterisk.start()
    drift.report_new(services, holder)
    assert len(outbox_texts(services)) == 1
