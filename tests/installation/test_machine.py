"""What is there is found, wherever it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from installation import machine
from installation.tree import Tree
from tests.installation.debian import scratch_root
from tests.installation.scratch import look, scratch
from tests.ordinary_user import folder_of_nobody, nobody
from tests.server import PROJECT


def test_debians_own_files_are_understood(tmp_path: Path) -> None:
    found = machine.look(Tree(scratch_root(tmp_path)))
    asterisk = found.asterisk
    assert (asterisk.config_dir, asterisk.user, asterisk.group) == (
        Path("/etc/asterisk"),
        "asterisk",
        "asterisk",
    )
    assert asterisk.manager.has(asterisk.manager_d)
    assert found.has_nginx
    assert not found.in_main_files


@pytest.mark.parametrize(
    ("asterisk_conf", "env", "wanted"),
    [
        ("[directories]\nastetcdir => /etc/pbx\n", None, "/etc/pbx"),
        ("[directories](!)\nastetcdir => /etc/pbx\n", None, "/etc/asterisk"),
        ("[directories]\nastetcdir => /etc/pbx\n", "ASTERISK_CONFIG_DIR=/srv/pbx\n", "/srv/pbx"),
    ],
)
def test_the_folder_is_that_of_the_settings_or_of_asterisk_itself(
    tmp_path: Path, asterisk_conf: str, env: str | None, wanted: str
) -> None:
    assert look(tmp_path, env, **{"asterisk.conf": asterisk_conf}).asterisk.config_dir == Path(wanted)


def test_an_env_is_read_by_names_in_any_case_and_without_empty_values(tmp_path: Path) -> None:
    found = look(tmp_path, "secret_key='a#b'\nSLACK_BOT_TOKEN=\nPUBLIC_URL=https://pbx.example.com:8443/x\n")
    assert found.env_values == {"SECRET_KEY": "a#b", "PUBLIC_URL": "https://pbx.example.com:8443/x"}
    assert found.host == "pbx.example.com"


def test_certificates_and_the_site_are_found(tmp_path: Path) -> None:
    tree = scratch(tmp_path)
    for name in ("etc/letsencrypt/live/pbx.example.com/fullchain.pem", "etc/nginx/sites-enabled/switchhook"):
        (tree.root / name).parent.mkdir(parents=True)
        (tree.root / name).touch()
    found = machine.look(tree)
    assert found.certificates == {"pbx.example.com"}
    assert found.site_enabled


def test_folders_that_others_may_not_pass_are_found(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    (closed / "inner").mkdir(parents=True)
    closed.chmod(0o700)
    assert closed in machine.closed([closed / "inner"])
    assert machine.closed([Path("/usr/bin")]) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="root becomes an ordinary user for it")
def test_a_file_that_may_not_be_read_is_named() -> None:
    with folder_of_nobody("root") as folder:
        tree = scratch(folder)
        tree.at(Path("/etc/asterisk/pjsip.conf")).chmod(0o600)
        with nobody(), pytest.raises(PermissionError) as refused:
            machine.look(tree)
    assert str(refused.value.filename).endswith("/etc/asterisk/pjsip.conf")


def test_the_program_is_this_one(tmp_path: Path) -> None:
    found = look(tmp_path)
    assert found.project == PROJECT
    assert (found.programs / "flask").exists()
