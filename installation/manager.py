"""Pure: the manager interface (AMI): its user for Switchhook, and that it is on, for this machine alone."""

from __future__ import annotations

import re
from dataclasses import replace

from installation.changes import File
from installation.facts import ConfigFile, Machine
from pbx import manager_user
from pbx.config.objects import is_true
from pbx.config.parser import Section, sections

LOOPBACK = "127.0.0.1"
EVERYWHERE = ("0.0.0.0", "::", "[::]", "")  # noqa: S104 (recognized, not bound)
DEFAULT_PORT = 5038
SECTION = """\
[{name}]
secret = {secret}
deny = 0.0.0.0/0.0.0.0
permit = {address}/255.255.255.255
read = {read}
write = {write}
writetimeout = {write_timeout}
"""
HEADER = re.compile(r"^[ \t]*\[general\][^\n]*\n?", re.MULTILINE | re.IGNORECASE)
NEXT_HEADER = re.compile(r"^[ \t]*\[", re.MULTILINE)


def is_enabled(config: ConfigFile) -> bool:
    return is_true(_general(config, "enabled"))


def is_open(config: ConfigFile) -> bool:
    """Return whether other machines reach it."""
    return is_enabled(config) and (_general(config, "bindaddr") or "") in EVERYWHERE


def host(config: ConfigFile) -> str:
    """Return the address at which this machine reaches it."""
    bound = _general(config, "bindaddr") or ""
    return LOOPBACK if not is_enabled(config) or bound in EVERYWHERE else bound


def port(config: ConfigFile) -> int:
    said = _general(config, "port") or ""
    return int(said) if said.isdecimal() else DEFAULT_PORT


def user(config: ConfigFile, name: str) -> Section | None:
    return next((each for each in config.sections if each.name == name), None)


def general(config: ConfigFile) -> list[Section]:
    return [section for section in config.sections if section.name.lower() == "general"]


def _general(config: ConfigFile, option: str) -> str | None:
    values = [section.get(option) for section in general(config)]
    return next((value for value in reversed(values) if value is not None), None)


def user_section(name: str, secret: str, address: str, *, calls: bool) -> str:
    """Return the section of the user, with the rights that Switchhook needs and no more. `calls`: those of /ext call."""
    return SECTION.format(
        name=name,
        secret=secret.replace(";", r"\;"),
        address=address,
        read=",".join(manager_user.LEAST_READ),
        write=",".join(manager_user.write(calls=calls)),
        write_timeout=manager_user.WRITE_TIMEOUT,
    )


def may_originate(user: Section) -> bool:
    """Return whether it may have calls made."""
    return bool({"originate", "all"} & {right.strip() for right in (user.get("write") or "").split(",")})


def with_least_rights(text: str, user: Section, *, calls: bool) -> str:
    """Return the file of this user with the rights that it lacks, as after an upgrade. `calls`: those of /ext call."""
    lines = text.split("\n")
    for name, value, path, number in user.options:
        least = {"read": manager_user.LEAST_READ, "write": manager_user.write(calls=calls)}.get(name, ())
        there = [right.strip() for right in value.split(",")]
        missing = [right for right in least if right not in there and "all" not in there]
        if missing and path == user.path:
            lines[number - 1] = lines[number - 1].replace(value, ",".join([value, *missing]), 1)
    return "\n".join(lines)


def own_file(machine: Machine, text: str) -> File:
    """Return the file of Switchhook's user as it is to be: nobody but Asterisk's group may read its secret."""
    path, group = machine.asterisk.manager_d, machine.asterisk.group
    content = text.encode("utf-8", "surrogateescape")
    return File(path, machine.files.get(path), content, "root", group, 0o640, is_secret=True)


def switched_on(text: str) -> str:
    """Return manager.conf with `enabled = yes` and, as it was off, for this machine alone."""
    if not HEADER.search(text):
        gap = "" if text.endswith("\n") or not text else "\n"
        text = f"{text}{gap}[general]\n"
    return _with_option(_with_option(text, "bindaddr", LOOPBACK), "enabled", "yes")


def can_switch_on(config: ConfigFile) -> bool:
    """Return whether Asterisk would see it on: not where the first [general] stands in a comment, say."""
    text = switched_on(config.text)
    found = sections(
        lambda path, _by: text if path == config.path else None, lambda _pattern: [], config.path
    )
    return is_enabled(replace(config, sections=tuple(found)))


def _with_option(text: str, name: str, value: str) -> str:
    """Set an option of [general]: in place of its last line, or below the header."""
    header = HEADER.search(text)
    assert header  # noqa: S101 (switched_on has seen to it)
    following = NEXT_HEADER.search(text, header.end())
    end = following.start() if following else len(text)
    line = rf"^([ \t]*){name}[ \t]*=>?[^\n;]*?([ \t]*(?:;[^\n]*)?)$"
    lines = list(re.finditer(line, text[header.end() : end], re.MULTILINE | re.IGNORECASE))
    if lines:
        at, last = header.end(), lines[-1]
        return f"{text[: at + last.start()]}{last[1]}{name} = {value}{last[2]}{text[at + last.end() :]}"
    gap = "" if header[0].endswith("\n") else "\n"
    return f"{text[: header.end()]}{gap}{name} = {value}\n{text[header.end() :]}"
