"""`flask init` and the right to originate calls: asked for once, added later with --calls, never to a file of others."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from handlers.cli import init as command
from installation.tree import Tree
from tests.installation.scratch import scratch

GIVEN = ("--host=pbx.example.com", "--sip-domain=192.168.1.5", "--extension-range=100-199")
USER = "[switchhook]\nsecret = x\nread = system,call,security\nwrite = system,config,reporting,user\n"
MANAGER_D = Path("/etc/asterisk/manager.d/switchhook.conf")
QUESTION = "May people have calls made from Slack?"


@pytest.fixture(autouse=True)
def without_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)


def init(tree: Tree, *options: str, typed: str = "") -> Result:
    return CliRunner().invoke(command.init, [f"--root={tree.root}", *GIVEN, *options], input=typed)


def may_originate(tree: Tree) -> bool:
    return b"user,originate\n" in (tree.read(MANAGER_D) or b"")


@pytest.mark.parametrize(("answer", "may"), [("", False), ("y", True)])
def test_it_is_asked_when_the_user_is_made_and_enter_is_no(tmp_path: Path, answer: str, may: bool) -> None:
    tree = scratch(tmp_path)
    said = init(tree, typed=f"\n\n\n{answer}\ny\n")
    assert said.exit_code == 0, said.output
    assert QUESTION in said.output
    assert may_originate(tree) is may


def test_who_asks_nothing_gets_the_least_rights_and_may_add_it_later(tmp_path: Path) -> None:
    tree = scratch(tmp_path)
    init(tree, "--yes")
    assert not may_originate(tree)
    assert QUESTION not in init(tree, typed="\n\n\n").output
    later = init(tree, "--yes", "--calls")
    assert "+write = system,config,reporting,user,originate" in later.output
    assert may_originate(tree)
    assert "nothing is changed" in init(tree, "--yes").output
    assert may_originate(tree)


@pytest.mark.parametrize(
    ("env", "file", "where"),
    [
        (None, "manager.d/jane.conf", "/etc/asterisk/manager.d/jane.conf, which is yours"),
        (
            "AMI_HOST=10.0.0.9\nAMI_TLS=true\n",
            "manager.d/switchhook.conf",
            "of the machine that AMI_HOST names",
        ),
    ],
)
def test_a_user_in_the_administrators_file_is_named_and_not_written(
    tmp_path: Path, env: str | None, file: str, where: str
) -> None:
    tree = scratch(tmp_path, env, **{file: USER})
    said = init(tree, "--yes", "--calls")
    assert said.exit_code == 1
    assert where in said.output
    assert "add originate to its write= there" in said.output
    assert tree.read(Path("/etc/asterisk") / file) == USER.encode()
