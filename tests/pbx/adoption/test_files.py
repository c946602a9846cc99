"""Files that only root may replace: the user of the service is told the command, and root leaves every owner as it is."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.extension import State
from pbx import extensions, numbers
from pbx.adoption import adopt, adopt_preview, files, markers, release
from pbx.errors import ConfigFileError, Refusal
from pbx.publish import publish
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.ordinary_user import NOBODY, NOGROUP, nobody
from tests.pbx.adoption import office
from tests.pbx.conftest import ServicesOn
from tests.slash_commands import TESTER

is_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files to others")


@pytest.fixture
def services(asterisk: Asterisk, services_on: ServicesOn, folder: Path) -> Services:
    """As `flask init` has it: two files of its own in a folder of its own, and a database of its own."""
    own = asterisk.config_dir / "switchhook"
    own.mkdir()
    for name in ("pjsip.conf", "extensions.conf"):
        (own / name).touch()
        with (asterisk.config_dir / name).open("a") as file:
            file.write(f"#include switchhook/{name}\n")
    give(own, *own.iterdir(), folder, *folder.glob("*.db*"))
    return services_on(
        asterisk, PJSIP_CONF="switchhook/pjsip.conf", EXTENSIONS_CONF="switchhook/extensions.conf"
    )


def give(*paths: Path) -> None:
    for path in paths if os.geteuid() == 0 else ():
        os.chown(path, NOBODY, NOGROUP)


def owners(folder: Path) -> dict[str, tuple[int, int, int]]:
    found = {str(path): path.stat() for path in folder.rglob("*")}
    return {path: (each.st_uid, each.st_gid, stat.S_IMODE(each.st_mode)) for path, each in found.items()}


@pytest.fixture
def read_only(services: Services, asterisk: Asterisk) -> Iterator[Services]:
    """The same with the folder of Asterisk's files read-only."""
    folder = str(asterisk.config_dir)
    if subprocess.run(["mount", "--bind", folder, folder], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody mount")
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
        yield services
    finally:
        subprocess.run(["umount", folder], check=True)


@is_root
def test_root_is_told_of_a_read_only_file_system(read_only: Services) -> None:
    preview = adopt_preview.preview(read_only, ["101"])
    assert preview.obstacle
    assert "cannot be replaced, even by root: their file system is read-only (remount it" in preview.obstacle
    assert "sudo" not in preview.obstacle


@pytest.fixture
def passable(asterisk: Asterisk) -> Iterator[None]:
    """Every user may pass Asterisk's folder, which other tests have, too."""
    mode = asterisk.folder.stat().st_mode
    asterisk.folder.chmod(0o755)
    yield
    asterisk.folder.chmod(mode)


@is_root
@pytest.mark.usefixtures("passable")
def test_the_service_is_told_what_root_types_and_root_leaves_every_owner(
    services: Services, asterisk: Asterisk, folder: Path
) -> None:
    before = office.files(asterisk.config_dir)
    with nobody():
        publish(services)
        preview = adopt_preview.preview(services, ["101"])
        with pytest.raises(
            Refusal, match=r"nobody may not replace .*pjsip\.conf.* && sudo .*/flask ext adopt 101"
        ):
            adopt.adopt(services, ["101"], by=TESTER)
    assert preview.obstacle
    assert str(asterisk.config_dir / "extensions.conf") in preview.obstacle
    assert office.files(asterisk.config_dir) == before
    had = owners(asterisk.config_dir)

    assert [row.state for row in adopt.adopt(services, ["101"], by=TESTER).rows] == [State.LIVE]

    assert {path: owner for path, owner in owners(asterisk.config_dir).items() if path in had} == had
    assert {owner[:2] for path, owner in owners(folder).items() if ".db" in path} == {(NOBODY, NOGROUP)}
    kept = owners(asterisk.config_dir / "switchhook/.switchhook-versions")
    assert {owner[:2] for owner in kept.values()} == {(NOBODY, NOGROUP)}
    with nobody():
        publish(services)
        with pytest.raises(Refusal, match="flask ext release 101"):
            release.release(services, ["101"], by=TESTER)
    release.release(services, ["101"], by=TESTER)
    assert office.files(asterisk.config_dir) == before


def test_a_phone_in_a_symlink_stays_and_the_others_are_adopted(
    services: Services, asterisk: Asterisk
) -> None:
    path = asterisk.config_dir / "pjsip_wizard.conf"
    target = shutil.move(path, asterisk.config_dir / "elsewhere.txt")
    path.symlink_to(target)
    with pytest.raises(Refusal, match=r"pjsip_wizard\.conf is a symlink to"):
        adopt.adopt(services, ["103"], by=TESTER)
    done = adopt.adopt(services, None, by=TESTER)
    assert [row.number for row in done.rows] == ["101", "102", "104"]
    assert path.is_symlink()


def test_a_file_that_somebody_edits_meanwhile_keeps_the_edit_and_the_others_come_back(
    services: Services, asterisk: Asterisk
) -> None:
    todo = adopt_preview.preview(services, ["101"])
    paths = list(todo.changes)
    assert [path.name for path in paths] == ["pjsip.conf", "extensions.conf"]
    before = paths[0].read_bytes()
    with paths[1].open("a") as file:
        file.write("; by Jane\n")
    adopt._insert(services, todo.candidates, TESTER)
    with pytest.raises(ConfigFileError, match="edited by somebody else at this moment"):
        files.replace(services, todo.changes, "flask ext adopt 101")
    assert paths[0].read_bytes() == before
    assert paths[1].read_text().endswith("; by Jane\n")
    assert adopt_preview.preview(services, ["101"]).candidates


@is_root
@pytest.mark.usefixtures("passable")
def test_an_interrupted_adoption_that_the_service_cannot_end_says_who_can(
    services: Services, asterisk: Asterisk
) -> None:
    publish(services)
    path = asterisk.config_dir / "pjsip.conf"
    before = path.read_bytes()
    todo = adopt_preview.preview(services, ["101"])
    adopt._insert(services, todo.candidates, TESTER)
    endpoint = min(todo.candidates[0].lines[path])
    path.write_bytes(markers.comment_out(before, dict.fromkeys(range(endpoint, endpoint + 15), "101")))
    with nobody():
        publish(services)
    row = extensions.get(services, "101")
    assert row.state is State.FAILED
    assert "its adoption was interrupted" in (row.reason or "")
    publish(services)  # by root
    assert path.read_bytes() == before
    assert numbers.find(services, "101") is None
