"""What a write of the two files replaces is kept, whatever happens in between."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from models.extension import State
from pbx import extensions, versions
from pbx.config.version_history import KEPT, ORIGINAL, FileSet, LastWrite
from pbx.errors import ConfigFileError
from pbx.publish import publish
from pbx.services import Services
from settings import Settings
from tests.asterisk_bed import Asterisk
from tests.pbx.extension_driver import contents, create, create_live, reason, states, temporary_files
from tests.server import PROJECT
from tests.slash_commands import TESTER

NOBODY = 65534


def names(services: Services) -> list[str]:
    return [version.name for version in versions.listed(services.settings)]


def test_each_write_keeps_what_it_replaces_and_the_original_for_good(services: Services) -> None:
    before = versions.current(services.settings)
    create_live(services, "101")
    first = versions.current(services.settings)
    extensions.rotate_secret(services, "101", by=TESTER)
    original, one = versions.listed(services.settings)
    assert (original.name, original.write, one.name, one.write) == (ORIGINAL, 0, "1", 1)
    assert versions.read(services.settings, original) == before
    assert versions.read(services.settings, one) == first
    for _ in range(KEPT + 2):
        extensions.rotate_secret(services, "101", by=TESTER)
    assert names(services) == [ORIGINAL, *(str(number) for number in range(4, KEPT + 4))]
    assert not any(
        version.block_edited or version.outside_edited for version in versions.listed(services.settings)
    )


def test_a_publish_that_writes_nothing_keeps_nothing(services: Services) -> None:
    create_live(services, "101")
    extensions.verify(services, "101", by=TESTER)
    publish(services)
    assert names(services) == [ORIGINAL]


def test_lines_that_publish_overwrites_are_kept_with_their_numbers(services: Services) -> None:
    for number in ("101", "102"):
        create_live(services, number)
    path = services.settings.pjsip_path
    path.write_text(path.read_text().replace("max_contacts=1", "max_contacts=7", 1))
    edited = versions.current(services.settings)
    publish(services)
    last = versions.listed(services.settings)[-1]
    assert (last.block_edited, last.outside_edited, last.numbers) == (True, False, ("101",))
    assert versions.read(services.settings, last) == edited
    assert b"max_contacts=7" not in path.read_bytes()


def test_lines_of_the_administrators_own_are_another_edit(services: Services) -> None:
    create_live(services, "101")
    path = services.settings.extensions_path
    path.write_text(path.read_text() + "[mine]\nexten => 9,1,Answer()\n")
    create_live(services, "102")
    last = versions.listed(services.settings)[-1]
    assert (last.block_edited, last.outside_edited, last.numbers) == (False, True, ())


def test_no_glob_of_the_administrators_reads_them(services: Services, asterisk: Asterisk) -> None:
    path = services.settings.pjsip_path
    (path.parent / "more").mkdir()
    (path.parent / "more" / "seen").write_text("[seen]\ntype=endpoint\n")
    globs = "".join(f"#tryinclude {pattern}\n" for pattern in ("*/*", "*/*/*", "*.conf.d/*", "m*/../*/*/p*"))
    path.write_text(globs + path.read_text())
    create_live(services, "101")
    extensions.rotate_secret(services, "101", by=TESTER)
    assert len(names(services)) == 2
    asterisk.kill()
    asterisk.start()
    shown = asterisk.cli("pjsip show endpoints")
    assert "Endpoint:  seen" in shown
    assert "Endpoint:  101" in shown
    assert states(services) == {"101": State.LIVE}


def test_they_are_for_the_owner_of_the_file_alone(services: Services) -> None:
    path = services.settings.pjsip_path
    path.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(path, NOBODY, NOBODY)
    create_live(services, "101")
    folder = versions.folder_of(services.settings)
    (kept,) = [each for each in folder.rglob("pjsip") if each.is_file()]
    for each in (folder, kept.parent, kept):
        assert (each.stat().st_uid, each.stat().st_gid) == (path.stat().st_uid, path.stat().st_gid)
    assert stat.S_IMODE(folder.stat().st_mode) == stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(kept.stat().st_mode) == 0o640


def test_where_nothing_can_be_kept_nothing_is_written(services: Services) -> None:
    create_live(services, "101")
    before, folder = contents(services.settings), versions.folder_of(services.settings)
    folder.rename(folder.with_name("elsewhere"))
    folder.write_text("a file in its place")
    create(services, "102")
    assert contents(services.settings) == before
    assert states(services) == {"101": State.LIVE, "102": State.PENDING}
    assert f"{folder} cannot take the version that would be replaced" in reason(services, "102")
    folder.unlink()
    publish(services)
    assert states(services) == {"101": State.LIVE, "102": State.LIVE}


FULL_DISK = """
import resource
import settings
from pbx import config_files, versions
from pbx.config.version_history import FileSet, LastWrite
from pbx.errors import ConfigFileError
loaded = settings.load()
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    big = FileSet(b"x" * 5000, b"")
    versions.keep(loaded, big, LastWrite.of(big))
except ConfigFileError as error:
    print(error)
"""


def run(
    services: Services, asterisk: Asterisk, script: str, *arguments: str
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **asterisk.environment(), "SECRET_KEY": "k" * 40}
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=60)


def test_a_full_disk_is_named_and_leaves_no_half_version(services: Services, asterisk: Asterisk) -> None:
    create_live(services, "101")
    done = run(services, asterisk, FULL_DISK)
    assert (
        "cannot take the version that would be replaced (File too large): make room on its disk"
        in done.stdout
    )
    assert names(services) == [ORIGINAL]
    assert temporary_files(asterisk.config_dir) == []


KILLED = """
import os, signal, sys
import settings
from pbx import versions
from pbx.config.version_history import FileSet, LastWrite
loaded = settings.load()
for turn in range(0, 10**6, 3):
    if (child := os.fork()) == 0:
        calls = 0
        def count(frame, event, _):
            global calls
            if event in ("call", "c_call") and frame.f_code.co_filename.endswith("/pbx/versions.py"):
                calls += 1
                if calls == turn:
                    os.kill(os.getpid(), signal.SIGKILL)
        pair = FileSet(b"turn %d" % turn, b"the other")
        sys.setprofile(count)
        versions.keep(loaded, pair, LastWrite.of(pair))
        os._exit(0)
    if os.waitpid(child, 0)[1] == 0 and turn:
        break
    for each in versions.listed(loaded):
        versions.read(loaded, each)
print(turn)
"""


def test_a_kill_at_any_step_leaves_whole_versions_alone(services: Services, asterisk: Asterisk) -> None:
    done = run(services, asterisk, KILLED)
    assert int(done.stdout or "0") > 50, done.stderr
    kept = versions.listed(services.settings)
    assert len(kept) == KEPT + 1
    turn = int(done.stdout)
    assert versions.read(services.settings, kept[-1]) == FileSet(b"turn %d" % turn, b"the other")
    assert temporary_files(asterisk.config_dir) == []


def test_a_version_that_somebody_damaged_is_not_given_back(services: Services, asterisk: Asterisk) -> None:
    create_live(services, "101")
    (version,) = versions.listed(services.settings)
    kept = versions.folder_of(services.settings) / version.name
    (kept / "pjsip").write_text("damaged")
    with pytest.raises(ConfigFileError, match="is not as Switchhook kept it"):
        versions.read(services.settings, version)
    (kept / "about.json").write_text("{")
    assert versions.listed(services.settings) == []
    create_live(services, "102")
    assert names(services) == ["1"]


def test_root_beside_the_service_leaves_it_its_rights(settings_of_folder: Settings) -> None:
    """`flask publish` typed as root; what it makes is the service's."""
    if os.geteuid() != 0:
        return
    for path in (settings_of_folder.pjsip_path, settings_of_folder.extensions_path):
        os.chown(path, NOBODY, NOBODY)
    pair = FileSet(b"a", b"b")
    versions.keep(settings_of_folder, pair, LastWrite.of(pair))
    folder = versions.folder_of(settings_of_folder)
    assert {each.stat().st_uid for each in (folder, *folder.rglob("*"))} == {NOBODY}


@pytest.fixture
def settings_of_folder(tmp_path: Path) -> Settings:
    for name in ("pjsip.conf", "extensions.conf"):
        (tmp_path / name).write_text("")
    return Settings(_env_file=None, asterisk_config_dir=tmp_path, secret_key="k" * 40)
