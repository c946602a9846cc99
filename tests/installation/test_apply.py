"""Changes are made all or nothing, with the right owner and mode, and never over somebody's edit."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from installation import apply, machine
from installation.changes import Account, Change, File, Folder
from installation.tree import Tree
from pbx.errors import ConfigFileError
from tests.installation.scratch import planned, scratch
from tests.ordinary_user import folder_of_nobody, nobody

CONFIG_DIR = Path("/etc/asterisk")
PJSIP = CONFIG_DIR / "pjsip.conf"


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return scratch(tmp_path)


def make(tree: Tree, *changes: Change) -> None:
    apply.apply(changes, tree, CONFIG_DIR)


def test_a_new_file_has_its_mode_and_no_leftover_stays(tree: Tree) -> None:
    path = CONFIG_DIR / "manager.d/switchhook.conf"
    killed = tree.at(path).parent / ".switchhook.conf.switchhook-killed"
    killed.touch()
    make(tree, File(path, None, b"secret\n", "root", "asterisk", 0o640))
    assert tree.at(path).read_bytes() == b"secret\n"
    assert tree.at(path).stat().st_mode & 0o7777 == 0o640
    assert [each.name for each in tree.at(path).parent.iterdir()] == ["switchhook.conf"]


def test_a_file_that_is_there_keeps_its_mode(tree: Tree) -> None:
    tree.at(PJSIP).chmod(0o604)
    make(tree, File(PJSIP, b"; ours\n", b"; ours\nmore\n", "asterisk", "asterisk", 0o640))
    assert tree.at(PJSIP).read_bytes() == b"; ours\nmore\n"
    assert tree.at(PJSIP).stat().st_mode & 0o7777 == 0o604


@pytest.mark.parametrize("before", [None, b"; as it was looked at\n"])
def test_somebodys_edit_is_kept(tree: Tree, before: bytes | None) -> None:
    with pytest.raises(ConfigFileError, match="edited by somebody else at this moment; their edit is kept"):
        make(tree, File(PJSIP, before, b"new", "a", "b", 0o640))
    assert tree.at(PJSIP).read_bytes() == b"; ours\n"
    assert [each.name for each in tree.at(CONFIG_DIR).glob(".*")] == []


def test_a_folder_gets_its_mode_also_when_it_is_there(tree: Tree) -> None:
    for _ in range(2):
        make(tree, Folder(CONFIG_DIR / "switchhook", "switchhook", "asterisk", 0o2750))
    assert tree.at(CONFIG_DIR / "switchhook").stat().st_mode & 0o7777 == 0o2750


def test_a_scratch_root_has_no_users_made(tree: Tree) -> None:
    make(tree, Account("never-made-by-a-test", Path("/nonexistent"), ""))
    assert "never-made-by-a-test" not in Path("/etc/passwd").read_text()


def test_a_command_that_fails_says_why() -> None:
    assert apply.run("true") is None
    assert apply.run("sh -c 'echo it is broken >&2; exit 3'") == "it is broken"
    assert apply.run("false") == "exit code 1"
    assert apply.run("no-such-program --now") == "No such file or directory"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files to others")
def test_root_gives_files_to_whom_the_root_knows(tree: Tree) -> None:
    tree.at(Path("/etc/passwd")).write_text("switchhook:x:4321:4322::/:\n")
    tree.at(Path("/etc/group")).write_text("switchhook:x:4322:\nasterisk:x:4323:\n")
    make(tree, *planned(machine.look(tree)).changes)
    owner = {
        name: tree.at(Path(name)).stat()
        for name in ("/etc/asterisk/switchhook", "/etc/asterisk/switchhook/pjsip.conf")
    }
    assert {(each.st_uid, each.st_gid) for each in owner.values()} == {(4321, 4323)}
    assert tree.at(PJSIP).stat().st_uid == 0


@pytest.mark.parametrize(("there", "then"), [(0o644, 0o640), (0o666, 0o640), (0o660, 0o640), (0o600, 0o600)])
def test_a_file_that_gets_a_secret_is_kept_from_others(tree: Tree, there: int, then: int) -> None:
    tree.at(PJSIP).chmod(there)
    make(tree, File(PJSIP, b"; ours\n", b"secret\n", "root", "asterisk", 0o640, is_secret=True))
    assert tree.at(PJSIP).stat().st_mode & 0o7777 == then


def test_folders_on_the_way_are_passed_by_asterisk_whatever_the_umask_is(tree: Tree) -> None:
    before = os.umask(0o077)
    try:
        make(tree, File(CONFIG_DIR / "new.d/x.conf", None, b"", "root", "asterisk", 0o640))
    finally:
        os.umask(before)
    assert tree.at(CONFIG_DIR / "new.d").stat().st_mode & 0o7777 == 0o755


def test_a_link_that_leads_out_of_a_scratch_root_is_not_followed(tree: Tree, tmp_path: Path) -> None:
    (tmp_path / "victim").mkdir()
    tree.at(Path("/var")).symlink_to(tmp_path / "victim")
    with pytest.raises(ConfigFileError, match="/var/lib/switchhook"):
        make(tree, Folder(Path("/var/lib/switchhook"), "switchhook", "switchhook", 0o700))
    assert list((tmp_path / "victim").iterdir()) == []


FOLDER = Folder(CONFIG_DIR / "switchhook", "switchhook", "asterisk", 0o2750)
FILE = File(CONFIG_DIR / "manager.d/new.conf", None, b"secret", "root", "asterisk", 0o640)


@pytest.mark.parametrize("change", [FOLDER, FILE])
@pytest.mark.parametrize("is_machine", [True, False])
def test_a_link_that_asterisks_user_planted_is_not_followed(
    tree: Tree, tmp_path: Path, change: Folder | File, is_machine: bool
) -> None:
    """Put there after the look, and also where it would lead out of a scratch root."""
    victim = tmp_path / "victim"
    victim.mkdir(mode=0o711)
    link = tree.at(change.path if isinstance(change, Folder) else change.path.parent)
    link.rename(link.with_name("stolen")) if link.exists() else None
    link.symlink_to(victim)
    if is_machine:
        path, config_dir, tree = tree.at(change.path), tree.at(CONFIG_DIR), Tree()
    else:
        path, config_dir = change.path, CONFIG_DIR
    with pytest.raises(ConfigFileError, match=str(tree.at(path))):
        apply.apply([replace(change, path=path)], tree, config_dir)
    assert list(victim.iterdir()) == []
    assert victim.stat().st_mode & 0o7777 == 0o711


def test_roots_own_links_are_followed_elsewhere(tmp_path: Path) -> None:
    """`.env` may be kept in another place."""
    (tmp_path / "pbx").mkdir()
    (tmp_path / "kept").write_bytes(b"A=1\n")
    (tmp_path / ".env").symlink_to("kept")
    apply.apply([File(tmp_path / ".env", b"A=1\n", b"A=1\nB=2\n", "a", "b", 0o640)], Tree(), tmp_path / "pbx")
    assert (tmp_path / ".env").is_symlink()
    assert (tmp_path / "kept").read_bytes() == b"A=1\nB=2\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="root becomes an ordinary user for it")
def test_what_may_not_be_written_is_said_with_a_remedy() -> None:
    with folder_of_nobody("root") as folder:
        tree = scratch(folder)
        with nobody(), pytest.raises(ConfigFileError, match=r"as root, ch"):
            make(tree, File(PJSIP, b"; ours\n", b"new", "a", "b", 0o640))
        assert tree.at(PJSIP).read_bytes() == b"; ours\n"
