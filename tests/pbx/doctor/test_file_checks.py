"""Each fault of the files is made on the disk, and found."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from models import adopted_options
from models.fields import NewExtension
from pbx import config_files, extensions
from pbx.doctor import file_checks
from pbx.publish import publish
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.ordinary_user import folder_of_nobody, nobody
from tests.pbx.conftest import ServicesOn
from tests.pbx.doctor.faults import only
from tests.pbx.extension_driver import insert
from tests.slash_commands import TESTER

ALL = (
    file_checks.files,
    file_checks.writable,
    file_checks.secrecy,
    file_checks.same_folder,
    file_checks.sorcery,
)


def test_sound_files_have_no_findings_and_stay_as_they_are(services: Services, asterisk: Asterisk) -> None:
    extensions.create(services, NewExtension(number="101", name="Alice"), by=TESTER)
    before = {path: path.read_bytes() for path in asterisk.config_dir.glob("*.conf")}
    for check in ALL:
        assert list(check(services)) == []
    assert {path: path.read_bytes() for path in asterisk.config_dir.glob("*.conf")} == before


def test_a_value_with_a_line_separator_of_unicode_hides_no_section(services: Services) -> None:
    options = {"endpoint": [("set_var", "A=x\u2028[y")]}
    insert(services, "101", adopted_options=adopted_options.encrypted(options, services.cipher.encrypt))
    publish(services)
    assert "x\u2028[y" in services.settings.pjsip_path.read_text()
    assert list(file_checks.same_folder(services)) == []


def test_a_missing_file_is_found_with_how_to_make_it(services: Services, asterisk: Asterisk) -> None:
    (asterisk.config_dir / "extensions.conf").unlink()
    finding = only(file_checks.files, services)
    assert finding.seen.endswith("extensions.conf does not exist")
    assert "install -o" in finding.remedy


def test_a_file_of_somebody_elses_is_found_with_the_commands_for_root(quiet: Services) -> None:
    with folder_of_nobody("etc") as folder:
        for name in ("pjsip.conf", "extensions.conf"):
            (folder / name).touch(mode=0o644)
        settings = quiet.settings.model_copy(update={"asterisk_config_dir": folder})
        services = Services(settings, quiet.database, quiet.cipher)
        with nobody():
            finding = only(file_checks.writable, services)
    assert "may not be replaced by nobody" in finding.seen
    assert f"chown nobody {folder}/pjsip.conf" in finding.remedy


def test_a_folder_that_somebody_keeps_locked_is_found(
    services: Services, asterisk: Asterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_checks, "LOCK_SECONDS", 0.1)
    with config_files.locked(asterisk.config_dir):
        assert "has been locked by another process" in only(file_checks.writable, services).seen


def test_a_file_that_is_published_while_the_check_waits_its_turn_is_no_finding(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked, path = config_files.locked, services.settings.pjsip_path

    def locked_after_another(folder: Path, seconds: float | None = None) -> AbstractContextManager[None]:
        path.write_text(path.read_text() + "; published by another process\n")
        return locked(folder, seconds)

    monkeypatch.setattr(config_files, "locked", locked_after_another)
    assert list(file_checks.writable(services)) == []


def test_a_file_that_everybody_may_read_is_found(quiet: Services) -> None:
    with folder_of_nobody("etc") as folder:
        path = folder / "pjsip.conf"
        path.touch(mode=0o644)
        settings = quiet.settings.model_copy(update={"asterisk_config_dir": folder})
        services = Services(settings, quiet.database, quiet.cipher)
        finding = only(file_checks.secrecy, services)
        assert finding.remedy.startswith(f"as root, chmod o-rwx {path}")
        path.chmod(0o640)
        assert list(file_checks.secrecy(services)) == []
        path.chmod(0o644)
        folder.chmod(0o750)
        assert list(file_checks.secrecy(services)) == []


def test_another_folder_than_asterisks_is_found(
    services: Services, asterisk: Asterisk, tmp_path: Path, services_on: ServicesOn
) -> None:
    extensions.create(services, NewExtension(number="101", name="Alice"), by=TESTER)
    for name in ("pjsip.conf", "extensions.conf"):
        (tmp_path / name).write_bytes((asterisk.config_dir / name).read_bytes())
        (asterisk.config_dir / name).write_text("")
    elsewhere = services_on(asterisk, ASTERISK_CONFIG_DIR=str(tmp_path))
    finding = only(file_checks.same_folder, elsewhere)
    assert f"does not have {tmp_path}/pjsip.conf as it is on this machine" in finding.seen
    (asterisk.config_dir / "pjsip.conf").unlink()
    assert "ASTERISK_CONFIG_DIR" in only(file_checks.same_folder, elsewhere).remedy


def test_a_sorcery_conf_that_takes_phones_from_elsewhere_alone_is_found(
    services: Services, asterisk: Asterisk
) -> None:
    path = asterisk.config_dir / "sorcery.conf"
    path.write_text("[res_pjsip]\nendpoint=realtime,ps_endpoints\naor/cache=memory_cache\n")
    finding = only(file_checks.sorcery, services)
    assert (
        finding.seen
        == "sorcery.conf has endpoint=realtime,ps_endpoints in [res_pjsip], and no endpoint from pjsip.conf"
    )
    mended = "endpoint=config,pjsip.conf,criteria=type=endpoint"
    assert mended in finding.remedy
    path.write_text(f"[res_pjsip]\n{mended}\nendpoint=realtime,ps_endpoints\n")
    assert list(file_checks.sorcery(services)) == []
