"""Where the managed files lie, and whether Asterisk would see what is written there."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from models.extension import State
from pbx.config import reader
from pbx.config.parser import BLOCK
from pbx.errors import ConfigFileError
from pbx.publish import publish
from pbx.services import Services
from settings import Settings
from tests.asterisk_bed import Asterisk
from tests.pbx.conftest import ServicesOn
from tests.pbx.extension_driver import contents, create, create_live, states, temporary_files
from tests.server import TEST_KEY


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "pjsip.conf").write_text("[a]\n")
    (tmp_path / "extensions.conf").write_text("[b]\nexten => 7,1,Answer()\n")
    return with_files(tmp_path)


def with_files(folder: Path, **more: object) -> Settings:
    return Settings.model_validate({"asterisk_config_dir": folder, "secret_key": TEST_KEY} | more)


def test_both_files_are_read_with_what_stands_around_the_blocks(settings: Settings) -> None:
    found = reader.read(settings)
    assert [section.name for section in found.admin.pjsip] == ["a", BLOCK]
    assert found.admin.dialplan.places("7", "b")


def test_an_included_fifo_is_refused_with_its_name_and_a_link_is_followed(settings: Settings) -> None:
    included = settings.asterisk_config_dir / "more.conf"
    settings.pjsip_path.write_text("#include more.conf\n")
    os.mkfifo(included)
    with pytest.raises(ConfigFileError, match=f"^{included} is no regular file"):
        reader.read(settings)
    included.rename(settings.asterisk_config_dir / "fifo")
    (settings.asterisk_config_dir / "target").write_text("[c]\n")
    included.symlink_to("target")
    assert [section.name for section in reader.read(settings).admin.pjsip] == ["c", BLOCK]


@pytest.mark.parametrize("named", ["mine.conf", "sub/mine.conf"])
def test_a_file_that_nothing_includes_is_refused_with_the_line_to_add(settings: Settings, named: str) -> None:
    folder = settings.asterisk_config_dir
    (folder / named).parent.mkdir(exist_ok=True)
    (folder / named).touch()
    moved = with_files(folder, pjsip_conf=named)
    with pytest.raises(ConfigFileError, match=f"would not see it: add the line #include {re.escape(named)}$"):
        reader.read(moved)
    (folder / "pjsip.conf").write_text(f"[a]\n#include {named}\n")
    assert reader.read(moved).pjsip.path == folder / named


def test_a_file_elsewhere_is_named_in_full(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "mine.conf"
    elsewhere.touch()
    moved = with_files(settings.asterisk_config_dir, pjsip_conf=str(elsewhere))
    with pytest.raises(ConfigFileError, match=f"#include {re.escape(str(elsewhere))}$"):
        reader.read(moved)


def test_a_comment_left_open_is_refused(settings: Settings) -> None:
    settings.pjsip_path.write_text("[a]\n;-- forgotten\n")
    with pytest.raises(ConfigFileError, match=r"never closes it .*close it with --;"):
        reader.read(settings)


def test_a_comment_left_open_above_the_include_is_named_as_the_cause(settings: Settings) -> None:
    folder = settings.asterisk_config_dir
    (folder / "mine.conf").touch()
    (folder / "pjsip.conf").write_text(";-- forgotten\n#include mine.conf\n")
    with pytest.raises(
        ConfigFileError, match=r"pjsip\.conf opens a comment .*never closes it, so .*close it with --;"
    ):
        reader.read(with_files(folder, pjsip_conf="mine.conf"))


def test_trouble_with_one_file_leaves_both_as_they_were(services: Services, asterisk: Asterisk) -> None:
    create_live(services, "101")
    before = contents(services.settings)
    path = services.settings.pjsip_path
    damaged = before[0].replace(b"; <<< Switchhook", b"; Switchhook")
    path.write_bytes(damaged)
    assert "two marker lines" in (create(services, "102").extension or pytest.fail("gone")).reason  # type: ignore[operator]
    assert contents(services.settings) == (damaged, before[1])
    assert temporary_files(asterisk.config_dir) == []
    assert "102" not in asterisk.cli("dialplan show from-internal")


@pytest.mark.parametrize("line", ["#include nowhere.conf", "#include nowhere/*.conf"])
def test_an_include_that_asterisk_stops_at_is_reported_with_what_to_write(
    services: Services, asterisk: Asterisk, line: str
) -> None:
    create_live(services, "101")
    path = services.settings.pjsip_path
    path.write_text(f"{line}\n" + path.read_text())
    row = create(services, "102").extension
    assert row is not None
    assert row.state is State.PENDING
    assert f"{path}:1 includes {path.parent}/nowhere" in (row.reason or "")
    assert "Asterisk then loads nothing of pjsip.conf" in (row.reason or "")
    asterisk.kill()
    asterisk.start()
    assert "Objects found: 0" in asterisk.cli("pjsip show endpoints") or "No objects found" in asterisk.cli(
        "pjsip show endpoints"
    )
    path.write_text(path.read_text().replace(line, line.replace("#include", "#tryinclude")))
    publish(services)
    assert states(services) == {"101": State.LIVE, "102": State.LIVE}


def test_settings_that_point_at_the_target_of_a_symlink_mend_it(
    asterisk: Asterisk, services_on: ServicesOn, folder: Path
) -> None:
    link = asterisk.config_dir / "pjsip.conf"
    link.rename(folder / "mine.conf")
    link.symlink_to(folder / "mine.conf")
    row = create(services_on(asterisk), "101").extension
    assert row is not None
    target = re.search(r"point .* at (\S+)$", row.reason or "")
    assert target is not None
    publish(services := services_on(asterisk, PJSIP_CONF=target[1]))
    assert states(services) == {"101": State.LIVE}
