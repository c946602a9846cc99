"""The doctor finds that Asterisk's own records of calls cannot be read, or lack calls."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from models.lease import LeaseHolder
from models.types import now
from pbx.doctor import record_checks
from pbx.doctor.findings import NothingToCheck
from pbx.services import Services
from tests import cdr_bed
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


def test_a_file_that_is_on_a_disk_that_is_not_mounted_is_found(services: Services, folder: Path) -> None:
    (folder / "Master.csv").symlink_to("/not-mounted/Master.csv")
    assert seen(services) == [f"{folder}/Master.csv links to /not-mounted/Master.csv, where no file is"]


def test_records_of_which_not_all_can_be_read_are_found(services: Services, folder: Path) -> None:
    (folder / "Master.csv.1.gz").write_text("no gzip")
    (found,) = record_checks.records(services)
    assert found.seen.startswith(f"{folder}/Master.csv.1.gz cannot be unpacked")
    assert "delaycompress" in found.remedy


def beside(services: Services, asterisk: Asterisk) -> Services:
    there = {"ami_port": asterisk.ami_port, "ami_secret": asterisk.environment()["AMI_SECRET"]}
    settings = type(services.settings).model_validate(services.settings.model_dump() | there)
    return Services(settings, services.database, services.cipher)


def why_not(services: Services) -> str:
    with pytest.raises(NothingToCheck) as refused:
        list(record_checks.records(services))
    return str(refused.value)


def test_where_no_calls_are_recorded_it_says_what_to_load(
    services: Services, fresh_asterisk: Asterisk
) -> None:
    said = why_not(beside(services, fresh_asterisk))
    assert re.search(r"cdr_csv is not loaded: in modules\.conf, .*module load cdr_csv\.so", said)


def test_what_it_says_to_switch_records_on_does(services: Services, tmp_path: Path) -> None:
    off = cdr_bed.DEBIAN_CDR_CONF.replace("[general]\n", "[general]\nenable=no\n")
    with cdr_bed.recording(tmp_path / "pbx", {"cdr.conf": off}) as asterisk:
        here = beside(services, asterisk)
        assert "cdr.conf has enable=no" in why_not(here)
        (asterisk.config_dir / "cdr.conf").write_text(cdr_bed.DEBIAN_CDR_CONF)
        said = why_not(here)
        assert "it has not read" in said
        for command in re.findall('-rx "([^"]+)"', said):
            assert "success" in asterisk.cli(command)
        assert "Enabled" in asterisk.cli("cdr show status")
        assert seen(here) == []
        (asterisk.config_dir / "cdr.conf").write_text(
            off
        )  # which Asterisk has not read: it goes on recording
        assert seen(here) == []
