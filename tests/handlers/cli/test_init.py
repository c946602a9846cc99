"""`flask init` as it is typed: asks, shows, makes, and says what is left; as root, as somebody else, and by a script."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from click.testing import CliRunner, Result

from handlers.cli import init as command
from installation.machine import env_values
from installation.tree import Tree
from tests.installation.scratch import scratch
from tests.ordinary_user import folder_of_nobody, nobody
from tests.server import PROJECT

GIVEN = ("--host=pbx.example.com", "--sip-domain=192.168.1.5", "--yes")
ENV = PROJECT / ".env"


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return scratch(tmp_path / "root")


@pytest.fixture(autouse=True)
def without_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)


def init(tree: Tree | None, *options: str, typed: str = "", env: dict[str, str] | None = None) -> Result:
    """Type it; `typed` is what is answered."""
    root = [f"--root={tree.root}"] if tree else []
    return CliRunner().invoke(command.init, [*root, *options], input=typed, env=env, catch_exceptions=False)


def everything(tree: Tree) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in tree.root.rglob("*") if path.is_file()}


def settings(tree: Tree) -> dict[str, str]:
    return env_values(tree.read(ENV) or b"")


def test_answers_are_asked_for_shown_and_written(tree: Tree) -> None:
    answers = ["y", "pbx.example.com", "10.0.0.5", "", "xoxb-1-hush", "signing-hush", "U0ADMIN01", "", "y"]
    said = init(tree, typed="\n".join([*answers, ""]))
    assert said.exit_code == 0, said.output
    found = settings(tree)
    assert found["SLACK_BOT_TOKEN"] == "xoxb-1-hush"
    assert (found["SIP_DOMAIN"], found["PUBLIC_URL"], found["SLACK_ADMINS"]) == (
        "10.0.0.5",
        "https://pbx.example.com",
        "U0ADMIN01",
    )
    assert "hush" not in said.output
    link = re.search(r"https://api\.slack\.com/apps\?new_app=1&manifest_yaml=(\S+)", said.output)
    assert link
    assert "request_url: https://pbx.example.com/slack/events" in unquote(link[1])


def test_without_a_way_in_socket_mode_needs_neither_a_name_nor_a_web_server(tree: Tree) -> None:
    answers = ["", "10.0.0.5", "", "xoxb-1-hush", "xapp-1-hush", "U0ADMIN01", "", "y"]
    said = init(tree, typed="\n".join([*answers, ""]))
    assert said.exit_code == 0, said.output
    found = settings(tree)
    assert found["SLACK_APP_TOKEN"] == "xapp-1-hush"
    assert not {"PUBLIC_URL", "SLACK_SIGNING_SECRET"} & found.keys()
    assert not re.search("hush|certbot|nginx", said.output)
    link = re.search(r"manifest_yaml=(\S+)", said.output)
    assert link
    assert "socket_mode_enabled: true" in unquote(link[1])
    assert "https" not in unquote(link[1])
    assert "Everything is there already: nothing is changed." in init(tree).output


def test_a_bad_answer_is_asked_again(tree: Tree) -> None:
    answers = ["y", "not a name", "pbx.example.com", "", "1-2-3", "", "", "", "nobody", "", "", "n"]
    said = init(tree, typed="\n".join([*answers, ""]))
    assert said.output.count("needs a name with a dot") == 1
    assert said.output.count("needs two numbers") == 1
    assert said.output.count("needs Slack user") == 1


def test_nothing_is_changed_by_saying_no(tree: Tree) -> None:
    before = everything(tree)
    said = init(tree, *GIVEN[:2], "--extension-range=100-199", typed="\n\n\n\nn\n")
    assert said.exit_code == 1
    assert everything(tree) == before


def test_a_dry_run_shows_the_changes_and_makes_none(tree: Tree) -> None:
    before = everything(tree)
    said = init(tree, *GIVEN, "--dry-run")
    assert "+#include switchhook/pjsip.conf" in said.output
    assert "Nothing was changed." in said.output
    assert everything(tree) == before


def test_only_what_is_missing_is_asked_for(tree: Tree, tmp_path: Path) -> None:
    """Slack's values can come later, when the app was made."""
    first = init(tree, *GIVEN)
    assert "Make the Slack app" in first.output
    assert "systemctl" not in first.output.partition("Left to do")[2].replace(
        "systemctl restart asterisk", ""
    ).replace("systemctl reload nginx", "")
    key = settings(tree)["SECRET_KEY"]
    second = init(tree, typed="xoxb-1\nsigning-secret\nU0ADMIN01\ny\n")
    assert "Server for phones" not in second.output
    assert settings(tree)["SLACK_SIGNING_SECRET"] == "signing-secret"
    assert settings(tree)["SECRET_KEY"] == key
    assert "systemctl restart switchhook-web switchhook-listener" in second.output
    before = everything(tree)
    assert "Everything is there already: nothing is changed." in init(tree).output
    assert everything(tree) == before


def test_secrets_come_from_files_standard_input_or_the_environment(tree: Tree, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("signing-secret\n")
    said = init(
        tree,
        *GIVEN,
        "--slack-bot-token-file=-",
        f"--slack-signing-secret-file={tmp_path}/secret",
        typed="xoxb-1\n",
    )
    assert said.exit_code == 0, said.output
    assert (settings(tree)["SLACK_BOT_TOKEN"], settings(tree)["SLACK_SIGNING_SECRET"]) == (
        "xoxb-1",
        "signing-secret",
    )
    other = scratch(tmp_path / "other")
    assert init(other, *GIVEN, env={"SLACK_BOT_TOKEN": "xoxb-2"}).exit_code == 0
    assert settings(other)["SLACK_BOT_TOKEN"] == "xoxb-2"


def test_no_option_takes_a_secret(tree: Tree) -> None:
    """Everybody on the machine can read a command line."""
    options = {option for parameter in command.init.params for option in parameter.opts}
    assert {option for option in options if "token" in option or "secret" in option} == {
        "--slack-app-token-file",
        "--slack-bot-token-file",
        "--slack-signing-secret-file",
    }


@pytest.mark.parametrize(
    ("option", "named"),
    [
        ("--host=pbx.example.com\nx", "--host needs"),
        ("--sip-domain=a b", "--sip-domain needs"),
        ("--extension-range=9", "--extension-range needs"),
        ("--slack-admins=alice", "--slack-admins needs"),
    ],
)
def test_a_bad_value_is_refused_before_anything_is_written(tree: Tree, option: str, named: str) -> None:
    before = everything(tree)
    said = init(tree, *GIVEN, option)
    assert said.exit_code == 1
    assert named in said.output
    assert everything(tree) == before


def test_a_value_that_env_has_otherwise_is_refused(tree: Tree) -> None:
    init(tree, *GIVEN)
    said = init(tree, "--sip-domain=10.0.0.9", "--yes")
    assert "SIP_DOMAIN is in " in said.output
    assert "change it there" in said.output
    assert init(tree, *GIVEN).exit_code == 0


def test_an_obstacle_is_told_before_any_question(tree: Tree) -> None:
    tree.at(Path("/etc/asterisk/pjsip.conf")).write_text(";-- never closed\n")
    before = everything(tree)
    said = init(tree)
    assert said.exit_code == 1
    assert "nothing was changed, because first\n  - /etc/asterisk/pjsip.conf opens a comment" in said.output
    assert everything(tree) == before


def test_an_env_with_an_open_quote_is_refused(tmp_path: Path) -> None:
    """It would swallow what is added."""
    tree = scratch(tmp_path / "root", "SIP_DOMAIN=x\nHR_TOKEN='open\n")
    before = everything(tree)
    said = init(tree, "--host=pbx.example.com", "--yes")
    assert "a quote that is not closed" in said.output
    assert everything(tree) == before


def test_an_edited_unit_is_shown_and_kept_until_asked(tree: Tree) -> None:
    init(tree, *GIVEN)
    unit = tree.at(Path("/etc/systemd/system/switchhook-web.service"))
    unit.write_text(unit.read_text().replace("RestartSec=5", "RestartSec=9"))
    said = init(tree, *GIVEN)
    assert (
        "switchhook-web.service is not as this release has it (edited, or an older one's), and is kept"
        in said.output
    )
    assert "-RestartSec=9" in said.output
    assert "RestartSec=9" in unit.read_text()
    init(tree, *GIVEN, "--replace")
    assert "RestartSec=5" in unit.read_text()


@pytest.fixture
def as_nobody() -> Iterator[None]:
    if os.geteuid():
        yield
    else:
        with nobody():
            yield


def test_without_root_the_machine_is_left_alone_and_the_command_for_root_is_printed(
    as_nobody: None, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    said = init(None, *GIVEN, "--slack-admins=U0ADMIN01", env={"SLACK_BOT_TOKEN": "xoxb-hush"})
    assert said.exit_code == 1
    assert "hush" not in said.output
    if "install Asterisk first" not in said.output:
        assert re.search(
            r"As root: cd \S+ && sudo \S+/flask init --host=pbx.example.com --sip-domain=192.168.1.5",
            said.output,
        )


@pytest.mark.skipif(os.geteuid() != 0, reason="root becomes an ordinary user for it")
def test_a_scratch_root_needs_no_root() -> None:
    with folder_of_nobody("root") as folder, nobody():
        tree = scratch(folder / "inner")
        said = init(tree, *GIVEN)
        assert said.exit_code == 0, said.output
        assert "useradd --system" in said.output
        assert (tree.read(ENV) or b"").startswith(b"# Settings of Switchhook")


def test_a_fifo_among_the_includes_is_named_and_not_waited_for(tree: Tree) -> None:
    pjsip = tree.at(Path("/etc/asterisk/pjsip.conf"))
    pjsip.write_text(f"{pjsip.read_text()}\n#include fifo.conf\n")
    os.mkfifo(pjsip.parent / "fifo.conf")
    said = init(tree, *GIVEN)
    assert said.exit_code == 1
    assert "fifo.conf is no regular file (a FIFO or a device, say), and is not read" in said.output
