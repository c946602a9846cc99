"""Each fault of the files is made on the disk, and found."""

from __future__ import annotations

from pbx.doctor import file_checks
from pbx.services import Services
from tests.asterisk_bed import Asterisk


def test_sound_files_have_no_findings(services: Services) -> None:
    assert list(file_checks.files(services)) == []


def test_a_missing_file_is_found_with_how_to_make_it(services: Services, asterisk: Asterisk) -> None:
    (asterisk.config_dir / "extensions.conf").unlink()
    (finding,) = file_checks.files(services)
    assert finding.seen.endswith("extensions.conf does not exist")
    assert "install -o" in finding.remedy
