"""Pure: the files of deploy/, filled in for this machine."""

from __future__ import annotations

import re
from pathlib import Path

HOST = "YOUR-HOST"
PROJECT, PROGRAMS, USER = "/opt/switchhook", "/opt/switchhook/.venv/bin", "switchhook"
FOLDERS = "/etc/asterisk/switchhook /var/lib/switchhook"


def unit(text: str, project: Path, programs: Path, user: str, folders: str, in_home: bool) -> str:
    """Return a unit file whose example is for /opt/switchhook."""
    text = text.replace(f"{PROGRAMS}/", f"{programs}/")
    text = text.replace(f"WorkingDirectory={PROJECT}\n", f"WorkingDirectory={project}\n")
    text = text.replace(f"User={USER}\n", f"User={user}\n")
    text = text.replace(f"ReadWritePaths={FOLDERS}\n", f"ReadWritePaths={folders}\n")
    return text.replace("ProtectHome=yes\n", "ProtectHome=read-only\n") if in_home else text


def site(text: str, host: str, port: str) -> str:
    """Return nginx's site."""
    return text.replace(HOST, host).replace(":8000;", f":{port};")


def is_site(text: str, there: str) -> bool:
    """Return whether a site is what the example gives for some name and port."""
    host, port = re.search(r"server_name ([^;\s]+);", there), re.search(r"127\.0\.0\.1:(\d+);", there)
    return host is not None and port is not None and site(text, host[1], port[1]) == there
