"""The commit that is checked out is read as Git itself says it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import checkout

AUTHOR = ["-c", "user.name=Alice", "-c", "user.email=alice@example.com"]


def git(folder: Path, *arguments: str) -> str:
    command = ["git", *AUTHOR, *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-b", "main")
    for each in ("one", "two"):
        git(tmp_path, "commit", "--allow-empty", "-m", each)
    return tmp_path


def test_the_commit_is_that_of_the_branch_or_of_a_release(repository: Path) -> None:
    newest = git(repository, "rev-parse", "HEAD")
    assert checkout.commit(repository) == newest
    git(repository, "pack-refs", "--all")
    assert checkout.commit(repository) == newest
    git(repository, "checkout", "HEAD~1")
    assert checkout.commit(repository) == git(repository, "rev-parse", "HEAD") != newest


@pytest.mark.parametrize("head", [b"ref: refs/heads/none", b"anything", b"\xff", b""])
def test_what_names_no_commit_is_none(repository: Path, head: bytes) -> None:
    git(repository, "pack-refs", "--all")
    (repository / ".git/HEAD").write_bytes(head)
    assert checkout.commit(repository) == ""


def test_a_folder_that_is_no_checkout_has_none(tmp_path: Path) -> None:
    assert checkout.commit(tmp_path) == ""
    (tmp_path / ".git").write_text("gitdir: elsewhere")
    assert checkout.commit(tmp_path) == ""
