"""Pure: what stands in the way of an installation, and what the administrator should know of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from installation import includes, manager
from installation.env_file import quoted
from installation.facts import Machine
from installation.plan import ami_username, missing_includes
from models.extension_range import ExtensionRange
from models.words import some
from pbx.config import objects
from pbx.config.parser import Section, ends_inside_comment
from version import OLDEST_ASTERISK

SAFE_PATH = re.compile(r"[\w/.+@-]+")  # what unit files and command lines take as it is
SHOWN = 10


def obstacles(machine: Machine) -> list[str]:
    """Return what has to be done first; with any of them, nothing is to be written."""
    return [*_about_asterisk(machine), *_about_places(machine), *_about_files(machine)]


def _about_asterisk(machine: Machine) -> Iterator[str]:
    asterisk = machine.asterisk
    if asterisk.pjsip.content is None and asterisk.extensions.content is None:
        yield (
            f"{asterisk.config_dir} has neither pjsip.conf nor extensions.conf: install Asterisk first (docs/install.md, “What you need”), "
            "or name the folder of its files with --asterisk-dir"
        )
    if asterisk.version is not None and asterisk.version < OLDEST_ASTERISK:
        yield f"this is Asterisk {asterisk.version}; Switchhook needs {OLDEST_ASTERISK} or newer, with PJSIP: upgrade Asterisk first"
    for name in asterisk.strangers:
        conf = asterisk.config_dir / "asterisk.conf"
        yield (
            f"{name} runs a program named asterisk with the files of {asterisk.config_dir}, which neither is theirs nor names them: if "
            f"it is your Asterisk, write runuser = {name} into [options] of {conf}, and have root own that file; else end the program. "
            "Then run this again"
        )
    if machine.in_main_files and machine.user == "root":
        yield (
            f"{machine.env_path} has PJSIP_CONF=pjsip.conf, and that file is root's, but Switchhook does not run as root: take the "
            "lines PJSIP_CONF and EXTENSIONS_CONF out of .env, and Switchhook gets files of its own"
        )


def _about_places(machine: Machine) -> Iterator[str]:
    for path in (machine.project, machine.programs):
        if not SAFE_PATH.fullmatch(str(path)):
            yield f"{path} has characters that unit files and commands do not take: clone into /opt/switchhook"
    for path in (machine.asterisk.config_dir, machine.own_folder):
        if not SAFE_PATH.fullmatch(str(path)) or ".." in path.parts:
            yield f"{str(path)!r} is no folder of Asterisk's files that unit files and commands take: look at ASTERISK_CONFIG_DIR, --asterisk-dir and astetcdir in asterisk.conf"
            return
    for folder in machine.closed_folders:
        remedy = "clone it into /opt/switchhook anew, after umask 022, with the python3 of the system"
        if not folder.is_relative_to(machine.project):
            remedy += f", or as root, chmod o+x {folder}"
        yield f"{folder} may not be passed by other users, and Switchhook runs as {machine.user}, from there: {remedy}"


def _about_files(machine: Machine) -> Iterator[str]:
    for link in machine.links:
        yield (
            f"{link} is a symlink, and root would write to what it leads to and give it away: if you have not made it, find out who "
            "has; put a folder or file in its place, and run this again"
        )
    for config, name in missing_includes(machine):
        if found := includes.obstacle(config, name):
            yield found
    yield from _about_manager_conf(machine)


def _about_manager_conf(machine: Machine) -> Iterator[str]:
    config = machine.asterisk.manager
    yield from _unquotable(machine)
    heads = [section for section in manager.general(config) if section.path != config.path]
    if not manager.is_enabled(config) and (heads or not manager.can_switch_on(config)):
        place = f"{heads[0].path}:{heads[0].line}" if heads else str(config.path)
        yield (
            f"the manager interface is off, and this cannot switch it on: in [general], {place}, write enabled = yes and "
            "bindaddr = 127.0.0.1, and run this again"
        )
    if not config.has(machine.asterisk.manager_d) and ends_inside_comment(config.text):
        yield f"{config.path} opens a comment with ;-- and never closes it: close it with --; and run this again"
    if config.is_link and not (manager.is_enabled(config) and config.has(machine.asterisk.manager_d)):
        yield f"{config.path} is a symlink, so it is kept elsewhere: add #include manager.d/*.conf to what it leads to"


def _unquotable(machine: Machine) -> Iterator[str]:
    """Yield what stands in manager.conf, belongs into `.env`, and cannot be written there."""
    config = machine.asterisk.manager
    user = manager.user(config, ami_username(machine))
    found = {"AMI_HOST": ("bindaddr in [general]", manager.host(config))}
    if user:
        found["AMI_SECRET"] = (
            f"secret of [{user.name}] at {user.path}:{user.line}",
            user.get("secret") or "",
        )
    for setting, (place, value) in found.items():
        try:
            quoted("" if setting in machine.env_values else value)
        except ValueError as error:
            yield f'{place} {error}: write another, asterisk -rx "manager reload", and run this again'


def transports(machine: Machine) -> list[str]:
    """Return the administrator's transports, as `transport-udp (udp, 0.0.0.0:5060)`."""
    return [
        f"{section.name} ({section.get('protocol') or 'udp'}, {section.get('bind')})"
        for section in _transports(machine)
    ]


def sip_bind(machine: Machine) -> tuple[str, str]:
    """Return address and port that phones reach the first transport at; empty: any address, the usual port."""
    bind = next((section.get("bind") or "" for section in _transports(machine)), "")
    address, port = objects.split_bind(bind)
    return address, ("" if port == "5060" else port)


def _transports(machine: Machine) -> list[Section]:
    return objects.transport_sections(machine.asterisk.pjsip.sections)


def notes(machine: Machine, extension_range: str, host: str) -> list[str]:
    """Return what is worth knowing and stops nothing. `host`: under which the world is to reach it; empty: not at all."""
    return [
        *_about_manager(machine),
        *_about_voicemail(machine),
        *(_about_nginx(machine) if host else ()),
        *_about_numbers(machine, extension_range),
    ]


def _about_manager(machine: Machine) -> Iterator[str]:
    config = machine.asterisk.manager
    if manager.is_open(config):
        yield f"Other machines reach the manager interface: {config.path} should have bindaddr = 127.0.0.1"
    name = ami_username(machine)
    user, secret = manager.user(config, name), machine.env_values.get("AMI_SECRET")
    if user and secret and user.get("secret") != secret:
        yield f"AMI_SECRET of {machine.env_path} is not the secret of [{name}] at {user.path}:{user.line}: make them equal"


def _about_voicemail(machine: Machine) -> Iterator[str]:
    if found := machine.asterisk.clashing:
        noload = " and ".join(f"noload = {each}.so" for each in found)
        yield (
            f"Voicemail is to be had only after a change: Asterisk loads {' and '.join(found)}, too, which takes away what "
            f"app_voicemail brings. For voicemail, have {noload} in [modules] of {machine.asterisk.config_dir}/modules.conf, and "
            "restart Asterisk"
        )


def _about_nginx(machine: Machine) -> Iterator[str]:
    if not machine.has_nginx:
        yield "There is no nginx here: your web server needs what deploy/nginx-site has"


def _about_numbers(machine: Machine, extension_range: str) -> Iterator[str]:
    """Name phones written by hand within the range."""
    sections = (*machine.asterisk.pjsip.sections, *machine.asterisk.wizard.sections)
    numbers = ExtensionRange(machine.env_values.get("EXTENSION_RANGE") or extension_range or "100-199")
    own = machine.asterisk.config_dir / machine.pjsip_conf
    found = {
        section.name: f"{section.path.name}:{section.line}"
        for section in sections
        if section.name in numbers and section.get("type") in ("endpoint", "wizard") and section.path != own
    }
    if found:
        shown = some([f"{number} ({place})" for number, place in sorted(found.items())], SHOWN)
        yield (
            f"Phones written by hand are left alone: {shown}. When everything runs, flask ext adopt all shows what it would "
            "take for Switchhook to look after them, and they stay registered"
        )
