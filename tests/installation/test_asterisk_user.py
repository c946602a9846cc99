"""Asterisk runs as whom somebody says who may, and not as whoever calls a program of theirs so."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from installation import asterisk_user, findings, processes
from installation.asterisk_user import RunsAs
from installation.tree import Tree
from tests.installation.scratch import look, scratch
from tests.ordinary_user import NOBODY, folder_of_nobody
from tests.waiting import wait_for

CONFIG_DIR = Path("/etc/asterisk")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="root becomes another user for it")


@contextmanager
def called_asterisk(folder: Path, *words: str, by: int | None = None) -> Iterator[None]:
    """A program of that name is one here: where the bed's needs the loader of its own libc, it has another name."""
    argv = ["asterisk", "-c", "read line", *words, "-C", f"{folder}/asterisk.conf"]
    with subprocess.Popen(argv, executable="/bin/sh", stdin=subprocess.PIPE, user=by, group=by) as process:
        ran = Path(f"/proc/{process.pid}/cmdline")
        assert wait_for(lambda: ran.read_bytes().startswith(b"asterisk"))
        yield


def test_a_running_asterisk_tells_who_runs_it(tmp_path: Path) -> None:
    with called_asterisk(tmp_path):
        assert processes.asterisk_owners(tmp_path) == [(os.geteuid(), os.getegid())]
        assert processes.asterisk_owners(tmp_path / "another") == []
        assert asterisk_user.look(Tree(), tmp_path).running


@pytest.mark.parametrize(
    ("word", "is_one"),
    [("-r", 0), ("-rvvv", 0), ("-vvvr", 0), ("-rx", 0), ("-x", 0), ("-Uasterisk", 1), ("-vvvg", 1)],
)
def test_a_console_is_no_asterisk(tmp_path: Path, word: str, is_one: int) -> None:
    with called_asterisk(tmp_path, word):
        assert len(processes.asterisk_owners(tmp_path)) == is_one


@as_root
def test_a_strangers_program_is_no_asterisk_beside_a_real_one(tmp_path: Path) -> None:
    with called_asterisk(tmp_path, by=NOBODY), called_asterisk(tmp_path):
        assert asterisk_user.look(Tree(), tmp_path) == RunsAs("root", "root", running=True)


@as_root
def test_a_strangers_program_alone_is_told(tmp_path: Path) -> None:
    with called_asterisk(tmp_path, by=NOBODY):
        found = asterisk_user.look(Tree(), tmp_path)
    assert (found.user == "nobody", found.running, found.strangers) == (False, False, ("nobody",))
    machine = look(tmp_path / "root")
    strange = replace(machine, asterisk=replace(machine.asterisk, strangers=found.strangers))
    (told,) = findings.obstacles(strange)
    assert told.startswith("nobody runs a program named asterisk with the files of /etc/asterisk")
    assert "write runuser = nobody into [options] of /etc/asterisk/asterisk.conf" in told


@as_root
def test_whoever_owns_the_folder_or_is_named_by_root_may_run_it() -> None:
    with folder_of_nobody("etc") as folder, called_asterisk(folder, by=NOBODY):
        assert asterisk_user.look(Tree(), folder) == RunsAs("nobody", "nogroup", running=True)
        os.chown(folder, 0, 0)
        (folder / "asterisk.conf").write_text("[options]\nrunuser = nobody\n")
        assert asterisk_user.look(Tree(), folder).user == "nobody"


USERS = "root:x:0:0::/:\npbx:x:4321:4322::/:\njane:x:4400:4400::/:\n"
GROUPS = "root:x:0:\npbx:x:4322:\nphones:x:4323:pbx\ndocker:x:4324:jane\n"


def said(tree: Tree, text: str, owner: int = 0) -> tuple[str, str]:
    conf = tree.at(CONFIG_DIR / "asterisk.conf")
    conf.write_text(text)
    if os.geteuid() == 0:
        os.chown(conf, owner, owner)
    found = asterisk_user.look(tree, CONFIG_DIR)
    return found.user, found.group


def test_the_user_is_that_of_asterisk_conf(tmp_path: Path) -> None:
    tree = scratch(tmp_path)
    assert said(tree, "[options]\nrunuser = pbx\nrungroup = phones\n") == ("pbx", "phones")


@as_root
def test_asterisk_conf_names_another_user_only_if_it_is_roots(tmp_path: Path) -> None:
    tree = scratch(tmp_path)
    tree.at(Path("/etc/passwd")).write_text(USERS)
    tree.at(Path("/etc/group")).write_text(GROUPS)
    jane = "[options]\nrunuser = jane\nrungroup = docker\n"
    assert said(tree, jane) == ("jane", "docker")
    assert said(tree, jane, owner=4321) == ("asterisk", "asterisk")
    assert said(tree, "[options]\nrunuser = docker\n", owner=4321) == ("asterisk", "asterisk")


@as_root
def test_a_group_that_the_user_is_not_in_is_not_taken(tmp_path: Path) -> None:
    tree = scratch(tmp_path)
    tree.at(Path("/etc/passwd")).write_text(USERS)
    tree.at(Path("/etc/group")).write_text(GROUPS)
    assert said(tree, "[options]\nrunuser = pbx\nrungroup = docker\n", owner=4321) == ("pbx", "pbx")
    assert said(tree, "[options]\nrunuser = pbx\nrungroup = phones\n", owner=4321) == ("pbx", "phones")
