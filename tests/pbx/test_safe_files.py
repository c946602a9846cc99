"""In a folder of somebody else's, root gives nothing to what they put in the place of a file."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from pbx import config_files, safe_files, versions
from pbx.config.version_history import FileSet, LastWrite
from pbx.errors import ConfigFileError
from settings import Settings
from tests.ordinary_user import NOBODY, NOGROUP

PAIR = FileSet(b"a", b"b")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files to others")


@pytest.fixture
def victim(tmp_path: Path) -> Iterator[Path]:
    """A folder of root's with a file, which both are to stay as they are."""
    folder = tmp_path / "victim"
    folder.mkdir(mode=0o755)
    (folder / "passwd").write_text("root")
    (folder / "passwd").chmod(0o644)
    before = [_rights(each) for each in (folder, folder / "passwd")]
    yield folder
    assert [_rights(each) for each in (folder, folder / "passwd")] == before
    assert [each.name for each in folder.iterdir()] == ["passwd"]


def _rights(path: Path) -> tuple[int, int, int]:
    status = path.stat()
    return status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """pjsip.conf of the service's user, in a folder of that user's."""
    folder = tmp_path / "pbx"
    folder.mkdir()
    for path in (folder, folder / "pjsip.conf", folder / "extensions.conf"):
        if path != folder:
            path.write_text("as it was")
            path.chmod(0o666)
        if os.geteuid() == 0:
            os.chown(path, NOBODY, NOGROUP)
    return folder / "pjsip.conf"


@pytest.fixture
def settings(path: Path) -> Settings:
    return Settings(_env_file=None, asterisk_config_dir=path.parent, secret_key="k" * 40)


def test_a_link_in_the_place_of_the_new_file_is_not_put_in_its_place(path: Path, victim: Path) -> None:
    with config_files.staged_content(path, b"as it was", b"new") as replace:
        (temporary,) = path.parent.glob(".pjsip.conf.switchhook-*")
        temporary.rename(path.with_name("stolen"))
        temporary.symlink_to(victim / "passwd")
        with pytest.raises(ConfigFileError, match="somebody has put another file in the place of"):
            replace()
    assert not path.is_symlink()
    assert path.read_bytes() == b"as it was"
    assert not temporary.is_symlink()


def test_rights_are_those_of_the_file_that_was_read(path: Path, victim: Path) -> None:
    path.unlink()
    path.symlink_to(victim / "passwd")
    with (
        pytest.raises(ConfigFileError, match="is a symlink"),
        config_files.staged_content(path, b"as it was", b"new"),
    ):
        pass
    path.unlink()
    path.write_text("another file, and its rights")
    with (
        pytest.raises(ConfigFileError, match="edited by somebody else"),
        config_files.staged_content(path, b"as it was", b"new"),
    ):
        pass


def test_a_new_file_is_never_setuid(path: Path) -> None:
    path.chmod(0o6755)
    with config_files.staged_content(path, b"as it was", b"new") as replace:
        replace()
    assert stat.S_IMODE(path.stat().st_mode) == 0o755


def test_attributes_that_give_rights_to_a_program_are_not_copied(path: Path) -> None:
    os.setxattr(path, "user.note", b"Jane's")
    capability = b"\x01\x00\x00\x02" + b"\x00\x04\x00\x00" + bytes(12)
    if os.geteuid() == 0:
        os.setxattr(path, "security.capability", capability)
    content, rights = safe_files.read(path)
    assert (content, rights.attributes) == (b"as it was", {"user.note": b"Jane's"})
    with config_files.staged_content(path, b"as it was", b"new") as replace:
        replace()
    assert os.getxattr(path, "user.note") == b"Jane's"


def test_a_fifo_is_not_waited_for_and_refused_with_its_name(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(ConfigFileError, match=f"^{path} is no regular file"):
        safe_files.read(path)


def test_what_does_not_end_is_refused_with_its_name(path: Path) -> None:
    os.truncate(path, safe_files.MAX_BYTES + 1)
    for read in (safe_files.read, safe_files.read_linked):
        with pytest.raises(ConfigFileError, match=f"^{path} is larger than 50 MB, and is not read"):
            read(path)
    with pytest.raises(ConfigFileError, match=r"^/dev/zero is no regular file"):
        safe_files.read_linked(Path("/dev/zero"))


def test_a_link_in_the_place_of_the_versions_is_refused(settings: Settings, victim: Path) -> None:
    folder = versions.folder_of(settings)
    folder.symlink_to(victim)
    with pytest.raises(
        ConfigFileError, match=f"{folder}, .* is a symlink, .*as root, rm {folder}; Switchhook makes"
    ):
        versions.keep(settings, PAIR, LastWrite.of(PAIR))


@as_root
def test_a_folder_of_somebody_elses_in_the_place_of_the_versions_is_not_given_away(
    settings: Settings,
) -> None:
    folder = versions.folder_of(settings)
    folder.mkdir()
    (folder / "key").write_text("root's")
    with pytest.raises(
        ConfigFileError,
        match=f"does not belong to nobody, as pjsip.conf does: as root, chown -R nobody {folder}",
    ):
        versions.keep(settings, PAIR, LastWrite.of(PAIR))
    assert folder.stat().st_uid == 0
    (folder / "key").unlink()
    versions.keep(settings, PAIR, LastWrite.of(PAIR))
    assert folder.stat().st_uid == NOBODY


@pytest.mark.parametrize("name", [".new-killed", "1", "original", "last-write.json"])
def test_links_among_the_versions_are_not_followed(settings: Settings, victim: Path, name: str) -> None:
    versions.keep(settings, PAIR, LastWrite.of(PAIR))
    link = versions.folder_of(settings) / name
    link.rename(link.with_name("stolen")) if link.exists() else None
    link.symlink_to(victim / "passwd" if "." in name[1:] else victim)
    for content in (b"c", b"d"):
        other = FileSet(content, b"b")
        with suppress(ConfigFileError):  # it may also be refused
            versions.keep(settings, other, LastWrite.of(other))
