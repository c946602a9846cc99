"""What runs on this machine: Asterisk, systemd; and by which names the machine is known."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
from contextlib import suppress
from pathlib import Path

from installation.facts import DEFAULT_CONFIG_DIR
from pbx.resolver import address_towards

PROC = Path("/proc")
CONSOLE = re.compile(
    r"-[^\WCUGLMse]*[rRx].*"
)  # among other letters, but not in the value of one: -vvvr, not -Uasterisk
SECONDS = 10.0
ELSEWHERE = "192.0.2.1"  # of RFC 5737: nobody's


def asterisk_owners(config_dir: Path) -> list[tuple[int, int]]:
    """Return user and group id of everything that calls itself Asterisk and runs with this folder.

    A console (`asterisk -rvvv`) does not count; any user of the machine may call a program so.
    """
    found = {}
    for folder in PROC.glob("[0-9]*"):
        with suppress(OSError):
            words = (folder / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
            if _is_asterisk(words) and _config_of(words) == config_dir:
                found[_effective_ids((folder / "status").read_text())] = True
    return list(found)


def _is_asterisk(words: list[str]) -> bool:
    return Path(words[0]).name == "asterisk" and not any(map(CONSOLE.fullmatch, words))


def _config_of(words: list[str]) -> Path:
    """Return the folder of `-C asterisk.conf`, or the usual one."""
    return Path(words[words.index("-C") + 1]).parent if "-C" in words[:-1] else DEFAULT_CONFIG_DIR


def _effective_ids(status: str) -> tuple[int, int]:
    """Return user and group id from /proc/…/status: the folder itself is root's, after a program has given up root."""
    user, group = (re.search(rf"^{name}:\s+\d+\s+(\d+)", status, re.MULTILINE) for name in ("Uid", "Gid"))
    return int(user[1]) if user else 0, int(group[1]) if group else 0


def asterisk_version() -> int | None:
    """Return the major version of the `asterisk` on PATH; None: there is none, or it does not say."""
    program = shutil.which("asterisk")
    if program is None:
        return None
    with suppress(OSError, subprocess.SubprocessError):
        run = subprocess.run([program, "-V"], check=False, capture_output=True, text=True, timeout=SECONDS)
        if match := re.search(r"Asterisk (?:certified/)?(\d+)", run.stdout):
            return int(match[1])
    return None


def systemd_runs() -> bool:
    """Return whether systemd is the machine's init, as sd_booted(3) tells."""
    return Path("/run/systemd/system").is_dir()


def are_active(*units: str) -> bool:
    """Return whether systemd runs all of them."""
    if not systemd_runs():
        return False
    states = [subprocess.run(["systemctl", "is-active", "--quiet", unit], check=False) for unit in units]
    return not any(each.returncode for each in states)


def host_name() -> str | None:
    """Return the machine's full name; None where it has none that the world could know."""
    name = socket.getfqdn()
    return name if "." in name and not name.startswith(("localhost", "ip6-")) else None


def address() -> str:
    """Return the address by which this machine talks to others, "" if it has no network."""
    return address_towards(ELSEWHERE)
