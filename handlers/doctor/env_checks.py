"""Checks of `.env`, which also work where its values do not let the program start."""

from __future__ import annotations

import os
import pwd
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from shlex import quote

import command_lines
from command_lines import as_user
from handlers.doctor.env_file import EnvFile
from handlers.doctor.placeholders import is_placeholder
from pbx.doctor.findings import Check, Finding

RESTART = f"then restart both processes: {command_lines.RESTART}"
KEYS = "it holds SECRET_KEY and every password of the system"
OTHERS_MAY = stat.S_IWGRP | stat.S_IRWXO


def env_file(env: EnvFile) -> Iterator[Finding]:
    """Find a file that is missing or cannot be read, where the settings do not come from elsewhere."""
    if not env.bad or env.text is not None:
        return
    if env.path.exists():
        seen, _, remedy = env.bad[0].partition(": ")
        yield Finding(
            "env-file",
            seen,
            "every setting that the environment does not have is in it",
            f"run commands as the user of the service: {as_user('flask doctor', command_lines.ROOT)}; if this is that user, "
            f"{remedy}",
        )
        return
    project = command_lines.PROJECT / env.path.name
    init = f"{quote(str(Path(sys.executable).parent))}/flask init"
    here = f"as root, cd {quote(str(command_lines.PROJECT))} && {init} asks for what is needed, and writes it"
    elsewhere = f"commands are run in the folder of the program: {as_user('flask doctor')}"
    yield Finding(
        "env-file",
        f"there is no {env.path.name} in {env.path.parent}, and settings are missing",
        "Switchhook reads its settings there, in the folder that it is started in",
        elsewhere if _exists(project) and project != env.path else here,
    )


def _exists(path: Path) -> bool:
    return os.path.lexists(path)


def env_mode(env: EnvFile) -> Iterator[Finding]:
    """Find rights of others on the file."""
    if env.status is None:
        return
    mode, path = stat.S_IMODE(env.status.st_mode), quote(str(env.path))
    if mode & OTHERS_MAY:
        can = "read" if mode & stat.S_IROTH else "changed"
        yield Finding(
            "env-mode",
            f"{env.path} can be {can} by other users of this machine (mode {mode:o})",
            f"{KEYS}, and whoever reads it may do everything",
            f"as root, chmod 640 {path}",
        )
    yield from _owner(env.path, env.status.st_uid)


def _owner(path: Path, owner: int) -> Iterator[Finding]:
    """Find that another may change it than root, or whoever may change the program as well."""
    name, folder = command_lines.user_name(owner), path.parent.stat().st_uid
    if owner not in (0, os.geteuid()) and os.geteuid() != 0:
        seen = f"{path} belongs to {name}, who is neither root nor the user of the service"
    elif owner not in (0, folder):
        seen = f"{path} belongs to {name}, and the program to {command_lines.user_name(folder)}"
    else:
        return
    yield Finding(
        "env-mode",
        seen,
        f"{KEYS}; {name} may change it, and root's commands do what stands in it",
        f"as root, chown root:{_service_group(owner)} {quote(str(path))}; chmod 640 {quote(str(path))}",
    )


def _service_group(owner: int) -> str:
    """Return the group by which the service reads it: root's doctor takes the owner for the service."""
    try:
        group = os.getegid() if os.geteuid() else pwd.getpwuid(owner).pw_gid
    except KeyError:
        return str(owner)
    return command_lines.group_name(group)


def env_lines(env: EnvFile) -> Iterator[Finding]:
    """Find lines that cannot be read, and names that stand twice."""
    seen: set[str] = set()
    for each in env.lines:
        if each.name is None:
            yield Finding(
                "env-lines",
                f"line {each.number} of {env.path} is no NAME=value",
                "it is not read, and a quote that is not closed takes the lines below with it",
                "write NAME=value there; put a value with a # or a space between 'single quotes'",
            )
        elif each.name in seen:
            yield Finding(
                "env-lines",
                f"{each.name} stands twice in {env.path}, the second time in line {each.number}",
                "the last one counts, and a change of the other does nothing",
                f"take one of the two lines out, {RESTART}",
            )
        seen.add(each.name or "")


def env_names(env: EnvFile) -> Iterator[Finding]:
    """Find settings that nobody reads."""
    for name, nearest in env.unknown.items():
        yield Finding(
            "env-names",
            f"there is no setting {name}, which {env.place(name)} has",
            "it is not read, and what it was to set has its default",
            (f"if {nearest} is meant, name it so; else take it out" if nearest else "take it out")
            + f", {RESTART}; docs/settings.md lists all settings",
        )


def placeholders(env: EnvFile) -> Iterator[Finding]:
    """Find values of an example, which nobody has filled in."""
    for name, value in env.values.items():
        if name not in env.unknown and is_placeholder(value):
            yield Finding(
                "placeholders",
                f"{name} at {env.place(name)} still has the text of an example in place of a value",
                "it looks set, and what needs it does not work",
                f"fill in your own as the line above {name} in .env.example says, {RESTART}",
            )


def bad_values(env: EnvFile) -> Iterator[Finding]:
    """Find what stops the start, but for what placeholders() says already."""
    for line in env.bad:
        name, _, needs = line.partition(": ")
        if is_placeholder(env.values.get(name, "")) or env.is_misspelt(name):
            continue
        if not needs or not name.isidentifier():
            yield Finding.explained("settings", line, "neither process starts")
            continue
        has = "has a bad value" if env.values.get(name) else "is missing or has a bad value"
        yield Finding(
            "settings",
            f"{name} {has}",
            "neither process starts",
            f"in {env.path}, {name} {needs}; {RESTART}",
        )


CHECKS: tuple[Check[EnvFile], ...] = (
    Check("env-file", ".env is there and can be read", env_file),
    Check("env-mode", ".env is kept from other users of the machine", env_mode, needs=("env-file",)),
    Check("env-lines", "each line of .env is read, and no name stands twice", env_lines, needs=("env-file",)),
    Check("env-names", "every name in .env is a setting", env_names, needs=("env-file",)),
    Check("placeholders", "no value in .env is the text of an example", placeholders, needs=("env-file",)),
    Check("settings", "every setting has a value that can be used", bad_values, needs=("env-file",)),
)
