"""A disk that is nearly full; here every disk is, once as much room is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from pbx.doctor import disk_checks
from pbx.services import Services
from tests.pbx.doctor.faults import only


@pytest.fixture
def here(quiet: Services, tmp_path: Path) -> Services:
    """With Asterisk's folder on the disk of the database."""
    settings = quiet.settings.model_copy(update={"asterisk_config_dir": tmp_path})
    return Services(settings, quiet.database, quiet.cipher)


def test_room_enough_is_no_finding(here: Services) -> None:
    assert list(disk_checks.disk(here)) == []


@pytest.mark.parametrize("name", ["MIN_BYTES", "MIN_FILES"])
def test_a_disk_that_is_nearly_full_is_found_once(
    here: Services, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk_checks, name, 2**62)
    finding = only(disk_checks.disk, here)
    assert finding.seen.startswith(f"the disk that holds {tmp_path} is nearly full: ")
    assert f"df -h {tmp_path}" in finding.remedy


def test_a_folder_that_is_not_there_is_somebody_elses_finding(here: Services, tmp_path: Path) -> None:
    settings = here.settings.model_copy(update={"asterisk_config_dir": tmp_path / "away"})
    assert list(disk_checks.disk(Services(settings, here.database, here.cipher))) == []
