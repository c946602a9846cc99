"""The files of deploy/, filled in; the examples are what systemd and nginx take."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from installation import templates
from tests.server import PROJECT

DEPLOY = PROJECT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
FOLDERS = "/etc/asterisk/switchhook /var/lib/switchhook"
HARDENED = {
    "NoNewPrivileges": "yes", "ProtectSystem": "strict", "PrivateTmp": "yes", "PrivateDevices": "yes", "ProtectHome": "yes",
    "CapabilityBoundingSet": "", "MemoryDenyWriteExecute": "yes", "UMask": "0077", "RestartSec": "5",
    "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX AF_NETLINK", "ReadWritePaths": FOLDERS,
    "RuntimeDirectory": "switchhook", "RuntimeDirectoryMode": "0700", "RuntimeDirectoryPreserve": "yes",
}  # fmt: skip
every_unit = pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)


def for_opt(text: str) -> str:
    return templates.unit(
        text, Path("/opt/switchhook"), Path("/opt/switchhook/.venv/bin"), "switchhook", FOLDERS, False
    )


@every_unit
def test_an_example_is_what_init_writes_for_the_usual_places(unit: Path) -> None:
    assert for_opt(unit.read_text()) == unit.read_text()


@every_unit
def test_every_place_is_filled_in(unit: Path) -> None:
    text = templates.unit(
        unit.read_text(), Path("/srv/sh"), Path("/usr/venv/bin"), "asterisk", "/etc/asterisk /var/x", True
    )
    assert "/opt/" not in text
    for line in (
        "WorkingDirectory=/srv/sh",
        "User=asterisk",
        "ReadWritePaths=/etc/asterisk /var/x",
        "ProtectHome=read-only",
    ):
        assert f"\n{line}\n" in text
    assert "\nExecStart=/usr/venv/bin/" in text


@every_unit
def test_a_unit_may_do_little(unit: Path) -> None:
    for name, value in HARDENED.items():
        assert f"\n{name}={value}\n" in unit.read_text()


@pytest.mark.skipif(
    not shutil.which("systemd-analyze"), reason="checks by systemd's own program, where there is one"
)
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for unit in UNITS:
        there = templates.unit(unit.read_text(), PROJECT, Path("/bin"), "daemon", FOLDERS, False)
        (tmp_path / unit.name).write_text(
            re.sub(r"^(Exec\w+)=\S+", r"\1=/bin/true", there, flags=re.MULTILINE)
        )
    paths = [str(tmp_path / unit.name) for unit in UNITS]
    checked = subprocess.run(["systemd-analyze", "verify", *paths], capture_output=True, text=True)
    assert [
        line for line in checked.stderr.splitlines() if str(tmp_path) in line or "switchhook" in line
    ] == []


def test_the_site_has_host_and_port() -> None:
    text = templates.site((DEPLOY / "nginx-site").read_text(), "pbx.example.com", "9000")
    assert "YOUR-HOST" not in text
    assert text.count("proxy_pass http://127.0.0.1:9000;") == 7
    assert "server_name pbx.example.com;" in text


def test_the_world_reaches_six_paths_alone() -> None:
    text = (DEPLOY / "nginx-site").read_text()
    assert re.findall(r"^    location (.*?) \{", text, re.MULTILINE) == [
        "= /slack/events",
        "= /slack/oauth",
        "/webhooks/hr/",
        "/api/",
        "/extensions",
        "/phones/",
    ]
    # Beside the locations, so that those that somebody adds have it, too.
    assert re.findall(r"^    proxy_set_header (.*);", text, re.MULTILINE) == [
        "X-Forwarded-For $remote_addr",
        "Host $http_host",
        "X-Forwarded-Proto $scheme",
    ]
    assert text.count("proxy_set_header") == 3
    assert re.findall(r"^    listen (.*);", text, re.MULTILINE) == ["443 ssl http2", "[::]:443 ssl http2"]
