"""Whose calls are told of a time when nobody listened, where a number was deleted before somebody listened again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, delete

from models import audit
from models.audit import AuditEntry
from models.extension import Extension
from models.lease import LeaseHolder
from models.types import now
from pbx import backfill
from pbx.services import Services
from tests.pbx import gap_driver
from tests.pbx.gap_driver import begin_gap, events, record

pbx, folder, services, holder = gap_driver.pbx, gap_driver.folder, gap_driver.services, gap_driver.holder


@pytest.mark.parametrize(("deleted", "told"), [(200, 1), (30, 1), (400, 0), (700, 0)])
def test_a_call_is_told_of_a_number_that_was_deleted_after_it(
    services: Services, holder: LeaseHolder, folder: Path, deleted: float, told: int
) -> None:
    with services.database.session() as session:
        session.exec(delete(Extension))
        for number in ("101", "102"):
            at = now() - timedelta(seconds=deleted)
            entry = AuditEntry(actor="cli", action=audit.DELETED, number=number, changes={}, at=at)
            session.add(entry)
    record(folder, ended=300)
    begin_gap(services, holder)
    assert backfill.fill(services, holder)
    assert len(events(services)) == told


def test_a_call_went_to_the_mailbox_of_a_number_that_was_deleted_after_it(
    services: Services, holder: LeaseHolder, folder: Path
) -> None:
    with services.database.session() as session:
        session.exec(delete(Extension).where(col(Extension.number) == "102"))
        had = {"voicemail_enabled": [True, None]}
        session.add(AuditEntry(actor="cli", action=audit.DELETED, number="102", changes=had))
    record(folder, ended=300)
    file = folder / "Master.csv"
    file.write_text(file.read_text().replace('"PJSIP/102-00000001","Dial"', '"","VoiceMail"'))
    begin_gap(services, holder)
    assert backfill.fill(services, holder)
    assert [(each.number, each.reason) for each in events(services)] == [("102", "voicemail")]
