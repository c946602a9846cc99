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
    """Return the user to run as: not root, whose commands would leave files behind that the service cannot write."""
    user_id = os.geteuid() if user_id is None else user_id
    return USER if user_id == ROOT else name(user_id)


def name(user_id: int) -> str:
    try:
        return pwd.getpwuid(user_id).pw_name
    except KeyError:
        return f"'#{user_id}'"


def group(group_id: int) -> str:
    try:
        return grp.getgrgid(group_id).gr_name
    except KeyError:
        return str(group_id)
