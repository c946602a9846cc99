"""The doctor finds that Asterisk's own records of calls cannot be read, or lack calls."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from models.lease import LeaseHolder
from models.types import now
from pbx.doctor import record_checks
from pbx.doctor.findings import NothingToCheck
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.pbx import gap_driver
from tests.pbx.gap_driver import record, store, unseen

pbx, folder, services, holder = gap_driver.pbx, gap_driver.folder, gap_driver.services, gap_driver.holder


def seen(services: Services) -> list[str]:
    return [each.seen for each in record_checks.records(services)]


def test_records_that_have_the_calls_are_all_right(
    services: Services, holder: LeaseHolder, folder: Path
) -> None:
    assert seen(services) == []
    linkedid = record(folder, ended=300)
    store(holder, replace(unseen(linkedid), at=now().timestamp() - 300, disposition="answered"))
    assert seen(services) == []


def test_records_without_the_calls_that_were_heard_are_found(
    services: Services, holder: LeaseHolder, folder: Path
) -> None:
    record(folder, ended=86_400 * 30)
    store(holder, replace(unseen("17.1"), at=now().timestamp() - 300, disposition="answered"))
    assert seen(services) == [f"{folder}/Master.csv does not have the last answered call"]


def test_a_call_that_may_not_be_written_yet_is_not_missed(services: Services, holder: LeaseHolder) -> None:
    store(holder, replace(unseen("17.1"), at=now().timestamp() - 5, disposition="answered"))
    assert seen(services) == []


def test_a_folder_that_is_not_there_is_found(services: Services, folder: Path) -> None:
    folder.rmdir()
    assert seen(services) == [f"{folder} is not there"]


def test_where_no_calls_are_recorded_it_says_what_to_switch_on(
    services: Services, fresh_asterisk: Asterisk
) -> None:
    there = {"ami_port": fresh_asterisk.ami_port, "ami_secret": fresh_asterisk.environment()["AMI_SECRET"]}
    settings = type(services.settings).model_validate(services.settings.model_dump() | there)
    with pytest.raises(NothingToCheck, match=r"cdr_csv is not loaded: in cdr\.conf, have enable=yes"):
        list(record_checks.records(Services(settings, services.database, services.cipher)))
