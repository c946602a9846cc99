"""What follows from what is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from installation.facts import Answers, ConfigFile, own_file
from tests.installation.scratch import look


@pytest.mark.parametrize(
    ("pattern", "included"),
    [
        ("/etc/asterisk/manager.d/*.conf", True),
        ("/etc/asterisk/*/switchhook.conf", True),
        ("/etc/asterisk/*.conf", False),
        ("/etc/asterisk/manager.d/jane*.conf", False),
    ],
)
def test_a_pattern_is_of_one_folder(pattern: str, included: bool) -> None:
    config = ConfigFile(Path("/etc/asterisk/manager.conf"), b"", includes=(pattern,))
    assert config.has(Path("/etc/asterisk/manager.d/switchhook.conf")) == included


def test_bytes_that_are_no_text_come_back() -> None:
    config = ConfigFile(Path("/x"), b"\xff; ours\n")
    assert config.text.encode("utf-8", "surrogateescape") == config.content
    assert ConfigFile(Path("/x")).text == ""


def test_the_settings_name_the_files_of_our_lines() -> None:
    assert own_file("PJSIP_CONF", {}, in_main_files=False) == "switchhook/pjsip.conf"
    assert own_file("EXTENSIONS_CONF", {}, in_main_files=True) == "extensions.conf"
    assert own_file("PJSIP_CONF", {"PJSIP_CONF": "x/y.conf"}, in_main_files=True) == "x/y.conf"


def test_what_is_known_of_the_machine(tmp_path: Path) -> None:
    found = look(tmp_path, "PUBLIC_URL=https://pbx.example.com/x\nPJSIP_CONF=ours/phones.conf\n")
    assert found.host == "pbx.example.com"
    assert (found.pjsip_conf, found.extensions_conf) == ("ours/phones.conf", "switchhook/extensions.conf")
    assert found.own_folder == Path("/etc/asterisk/ours")
    assert found.env_path == found.project / ".env"
    assert found.asterisk.manager_d == Path("/etc/asterisk/manager.d/switchhook.conf")


def test_nothing_is_answered_at_first() -> None:
    assert set(vars(Answers()).values()) == {"", False}
