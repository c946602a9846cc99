"""How a command of this program is typed on the server, by somebody who is root in any folder."""

from __future__ import annotations

import grp
import os
import pwd
import sys
from pathlib import Path
from shlex import quote

PROJECT = Path(__file__).parent
ROOT, USER = 0, "switchhook"  # the user that `flask init` makes
WEB, LISTENER = "switchhook-web", "switchhook-listener"  # the units
RESTART, STOP = f"systemctl restart {WEB} {LISTENER}", f"systemctl stop {WEB} {LISTENER}"
START_LISTENER = f"systemctl start {LISTENER}"


def as_user(command: str, user_id: int | None = None) -> str:
    """Return `cd /opt/switchhook && sudo -u switchhook .venv/bin/flask listen`, as this process's user or another."""
    return f"cd {quote(str(PROJECT))} && sudo -u {_user(user_id)} {quote(_programs())}/{command}"


def as_root(command: str) -> str:
    """Return how root types it, for what the service's user may not do."""
    return f"cd {quote(str(PROJECT))} && sudo {quote(_programs())}/{command}"


def _programs() -> str:
    programs = Path(sys.executable).parent
    return str(programs.relative_to(PROJECT) if programs.is_relative_to(PROJECT) else programs)


def _user(user_id: int | None) -> str:
    """Return the user for `sudo -u`: not root, whose commands would leave files behind that the service cannot write."""
    user_id = os.geteuid() if user_id is None else user_id
    name = USER if user_id == ROOT else user_name(user_id)
    return f"'#{name}'" if name.isdecimal() else name


def user_name(user_id: int) -> str:
    """Return the user's name, or its number where it has none: chown takes both."""
    try:
        return pwd.getpwuid(user_id).pw_name
    except KeyError:
        return str(user_id)


def group_name(group_id: int) -> str:
    """Return the group's name, or its number where it has none."""
    try:
        return grp.getgrgid(group_id).gr_name
    except KeyError:
        return str(group_id)
