"""The managed block: all other bytes come back as they were, and no failure leaves half a file."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pbx import config_files
from pbx.config import managed_files
from pbx.errors import ConfigFileError
from tests.pbx.extension_driver import PROVENANCE, replace, temporary_files
from tests.server import PROJECT

NOBODY = 65534
BEGIN = managed_files.BEGIN + str(PROVENANCE).encode()
BY_HAND = (
    b"; Ask Jane\r\n[phone](!)\n;-- old\n[101]\n--;\n#include x.conf\nname=\xff\xfe\x00\n[last]\ntype=aor"
)


@pytest.fixture
def path(folder: Path) -> Path:
    folder.chmod(0o755)
    path = folder / "pjsip.conf"
    path.write_bytes(BY_HAND)
    return path


def write_block(path: Path, text: str) -> None:
    replace(config_files.read(path), text)


def assert_refused(path: Path, *words: str) -> None:
    """A sentence with the path and these words; the file as it was, and nothing beside it."""
    before = path.read_bytes()
    with pytest.raises(ConfigFileError) as caught:
        write_block(path, "[101]\n")
    for word in (str(path), *words):
        assert word in str(caught.value)
    assert path.read_bytes() == before
    assert temporary_files(path.parent) == []


def test_mode_and_owner_stay(path: Path) -> None:
    path.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(path, NOBODY, NOBODY)
    owner = path.stat().st_uid, path.stat().st_gid
    write_block(path, "a\n")
    assert (path.stat().st_uid, path.stat().st_gid) == owner
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_damaged_marker_lines_are_refused(path: Path) -> None:
    path.write_bytes(BY_HAND + BEGIN + b"[101]\n")
    assert_refused(path, "two marker lines as one pair", "delete both")


def test_a_missing_file_is_named_with_its_remedy(folder: Path) -> None:
    with pytest.raises(
        ConfigFileError, match=r"pjsip.conf does not exist: check .*as root, install .*pjsip.conf"
    ):
        config_files.read(folder / "pjsip.conf")
    assert list(folder.iterdir()) == []


def test_a_missing_folder_is_named(folder: Path) -> None:
    with (
        pytest.raises(ConfigFileError, match="nowhere does not exist: check ASTERISK_CONFIG_DIR"),
        config_files.locked(folder / "nowhere"),
    ):
        pass


def test_a_symlink_is_refused_naming_its_target(path: Path) -> None:
    link = path.with_name("link.conf")
    link.symlink_to(path)
    assert_refused(link, "is a symlink", f"at {path}")
    assert link.is_symlink()


FULL_DISK = """
import resource, sys
from pathlib import Path
from pbx import config_files
from pbx.config import managed_files
from pbx.errors import ConfigFileError
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    with config_files.staged(config_files.read(Path(sys.argv[1])), "x" * 5000, managed_files.Provenance("", 1)) as put:
        put()
except ConfigFileError as error:
    print(error)
"""


def test_a_full_disk_leaves_the_file_as_it_was(path: Path) -> None:
    """A limit on the size of files makes write() fail half-way, as a full disk does."""
    command = [sys.executable, "-c", FULL_DISK, str(path)]
    run = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    assert f"{path} cannot be read or replaced (File too large): make room on the disk" in run.stdout
    assert path.read_bytes() == BY_HAND
    assert temporary_files(path.parent) == []


def test_an_edit_made_meanwhile_is_kept(path: Path) -> None:
    managed = config_files.read(path)
    with config_files.staged(managed, "a\n", PROVENANCE) as place:
        path.write_bytes(BY_HAND + b"\n[new]\n")
        with pytest.raises(ConfigFileError, match=r"edited by somebody else.*their edit is kept"):
            place()
    assert path.read_bytes() == BY_HAND + b"\n[new]\n"
    assert temporary_files(path.parent) == []


def test_leftovers_of_a_killed_process_are_removed(path: Path) -> None:
    (path.parent / f".{path.name}.switchhook-x7").write_text("half a fi")
    (path.parent / ".pjsip.conf.swp").write_text("somebody's editor")
    write_block(path, "a\n")
    assert temporary_files(path.parent) == [".pjsip.conf.swp"]


def test_the_same_text_is_not_written_again(path: Path) -> None:
    write_block(path, "a\n")
    inode = path.stat().st_ino
    write_block(path, "a\n")
    assert path.stat().st_ino == inode


def test_two_writers_take_turns(path: Path) -> None:
    """Each adds a line to what it read; without the lock, some would be lost."""

    def write(name: str) -> None:
        for turn in range(20):
            with config_files.locked(path.parent):
                managed = config_files.read(path)
                replace(managed, managed.block_text() + f"{name} {turn}\n")

    threads = [threading.Thread(target=write, args=[name]) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(config_files.read(path).block_text().split("\n")[:-1]) == sorted(
        f"{name} {turn}" for name in "abc" for turn in range(20)
    )


def test_a_killed_writer_lets_go_of_the_lock(path: Path) -> None:
    script = "import os, sys; from pathlib import Path; from pbx import config_files\n"
    script += "with config_files.locked(Path(sys.argv[1])): os.kill(os.getpid(), 9)"
    run = subprocess.run([sys.executable, "-c", script, str(path.parent)], cwd=PROJECT)
    assert run.returncode == -9
    with config_files.locked(path.parent):
        write_block(path, "a\n")


def test_whoever_keeps_the_lock_for_too_long_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config_files, "LOCK_TIMEOUT_SECONDS", 0.2)
    with (
        config_files.locked(path.parent),
        pytest.raises(ConfigFileError, match=f"locked by another process .*process {os.getpid()}"),
        config_files.locked(path.parent),
    ):
        pass
    with config_files.locked(path.parent):
        write_block(path, "a\n")
