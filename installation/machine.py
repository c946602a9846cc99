"""Looks at what is on the machine before anything is changed. It writes nothing."""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from pathlib import Path

from dotenv import dotenv_values

import settings
from command_lines import PROJECT
from installation import asterisk_user, processes
from installation.facts import (
    DEFAULT_CONFIG_DIR,
    DEFAULT_SPOOL,
    ENABLED_SITE,
    HOME,
    LISTENER,
    MANIFEST,
    OWN_FILES,
    SITE,
    USER,
    WEB,
    Asterisk,
    Machine,
    own_file,
)
from installation.tree import Tree
from pbx.config.managed_files import BEGIN
from pbx.config.objects import is_true
from pbx.voicemail import MODULE, OTHER_MODULES

OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH
IN_HOMES = ("/home/", "/root/", "/run/user/")
PYTHON = (PROJECT, Path(sys.prefix), Path(sys.executable).resolve())  # what runs, and where it is from


def look(tree: Tree, config_dir: Path | None = None, systemd: bool | None = None) -> Machine:
    """Look at all of it. Raises PermissionError for a file that may not be read, ConfigFileError for what is none."""
    env, values = tree.read(PROJECT / ".env"), _env_values(tree)
    asterisk = _asterisk(tree, (config_dir or _config_dir(tree, values)).absolute())
    in_main_files = _is_in_main_files(asterisk, values)
    user = (_owner(tree, asterisk.pjsip.path) if in_main_files else USER) or asterisk.user
    files = _files(asterisk, values, in_main_files)
    return Machine(
        asterisk=asterisk,
        project=PROJECT,
        programs=programs(),
        python_in_home=any(f"{path}/".startswith(IN_HOMES) for path in PYTHON),
        closed_folders=tuple(closed(PYTHON)) if tree.is_machine else (),
        env=env,
        env_values=values,
        has_old_database=tree.exists(PROJECT / "switchhook.db"),
        user=user,
        in_main_files=in_main_files,
        files={path: tree.read(path) for path in files},
        links=tuple(_links(tree, [*files, HOME, PROJECT / ".env"], asterisk.config_dir)),
        right_folders=frozenset(each for each in (HOME, files[0].parent) if _is_right(tree, each, user)),
        account_exists=tree.user_id(USER) is not None or not tree.has_users,
        in_group=asterisk.group in ("root", *tree.groups(USER)) or not tree.has_users,
        has_systemd=(processes.systemd_runs() if tree.is_machine else True) if systemd is None else systemd,
        has_nginx=tree.exists(SITE.parent),
        certificates=_certificates(tree),
        site_enabled=tree.exists(ENABLED_SITE),
        services_active=tree.is_machine and processes.are_active(WEB.name, LISTENER.name),
        templates={path.name: path.read_text() for path in _templates()},
    )


def env_obstacles(tree: Tree) -> list[str]:
    """Return why nothing is done by the `.env` that is there: who may change it, and values that are none.

    Raises PermissionError for a file that may not be read.
    """
    path, values = PROJECT / ".env", _env_values(tree)
    faults = [*settings.faults(values), *_files_elsewhere(values)]
    return [*_strangers(tree, path), *(f"{path}: {fault}" for fault in faults)]


def _files_elsewhere(values: dict[str, str]) -> Iterator[str]:
    """Yield files outside Asterisk's folder: their folder would be given to Switchhook's user."""
    for name in OWN_FILES:
        if values.get(name, "").startswith("/"):
            yield f"{name}: is a full path, and flask init works in Asterisk's folder alone: see docs/install-by-hand.md"


def _env_values(tree: Tree) -> dict[str, str]:
    return env_values(tree.read(PROJECT / ".env") or b"")


def _strangers(tree: Tree, path: Path) -> Iterator[str]:
    """Yield who may change it besides root and the owner of the program: root does what stands in it."""
    if not tree.exists(path):
        return
    status = tree.at(path).stat()
    owner = status.st_uid
    if owner not in (0, tree.at(path.parent).stat().st_uid) or status.st_mode & OTHERS_MAY_WRITE:
        who = tree.user_name(owner) or str(owner)
        yield (
            f"{path} may be changed by others than root ({who}, mode {status.st_mode & 0o777:o}), and root's commands do what stands "
            f"in it: look it through, then, as root, chown root:$(id -g {who}) {path} && chmod 640 {path}"
        )


def programs() -> Path:
    """Return the folder with flask, gunicorn and alembic."""
    return Path(sys.prefix) / "bin"


def _templates() -> list[Path]:
    return [
        *sorted((PROJECT / "deploy").glob("*")),
        *(PROJECT / name for name in ("manifest.yaml", ".env.example", "Procfile")),
    ]


def env_values(env: bytes) -> dict[str, str]:
    """Return what an `.env` file sets, by name in capitals; an empty value counts as not given."""
    read = dotenv_values(stream=StringIO(env.decode("utf-8", "replace")), interpolate=False)
    return {name.upper(): value for name, value in read.items() if value}


def _config_dir(tree: Tree, values: Mapping[str, str]) -> Path:
    """Return the folder that `.env` names, or Asterisk's own asterisk.conf, or the usual one."""
    if named := values.get("ASTERISK_CONFIG_DIR"):
        return Path(named)
    return _directory(tree, DEFAULT_CONFIG_DIR, "astetcdir") or DEFAULT_CONFIG_DIR


def _directory(tree: Tree, folder: Path, option: str) -> Path | None:
    """Return what asterisk.conf in that folder says of one of Asterisk's folders; None: nothing."""
    for section in tree.config_file(folder / "asterisk.conf").sections:
        if section.name == "directories" and not section.is_template and (said := section.get(option)):
            return Path(said)
    return None


def _asterisk(tree: Tree, folder: Path) -> Asterisk:
    runs_as = asterisk_user.look(tree, folder)
    return Asterisk(
        config_dir=folder,
        spool=_directory(tree, folder, "astspooldir") or DEFAULT_SPOOL,
        user=runs_as.user,
        group=runs_as.group,
        version=processes.asterisk_version() if tree.is_machine else None,
        running=runs_as.running,
        strangers=runs_as.strangers,
        pjsip=tree.config_file(folder / "pjsip.conf"),
        extensions=tree.config_file(folder / "extensions.conf"),
        voicemail=tree.config_file(folder / "voicemail.conf"),
        clashing=_clashing(tree, folder),
        saves_pins=tree.may_write(runs_as.user, folder / "voicemail.conf"),
        manager=tree.config_file(folder / "manager.conf"),
        wizard=tree.config_file(folder / "pjsip_wizard.conf"),
    )


def _clashing(tree: Tree, folder: Path) -> tuple[str, ...]:
    """Return the modules that are installed beside app_voicemail, and are loaded as well."""
    sections = tree.config_file(folder / "modules.conf").sections
    options = [each for section in sections if section.name == "modules" for each in section.options]
    named = {(name.lower(), value.removesuffix(".so")) for name, value, _, _ in options}
    known = _directory(tree, folder, "astmoddir")
    folders = [known] if known else tree.glob("/usr/lib/*/asterisk/modules")
    installed = {name for name in OTHER_MODULES for at in folders if tree.exists(at / f"{name}.so")}
    is_auto = any(name == "autoload" and is_true(value) for name, value in named)
    unloaded = {value for name, value in named if name == "noload"}
    loaded = {name for name in installed if is_auto or ("load", name) in named}
    return () if MODULE in unloaded else tuple(sorted(loaded - unloaded))


def _owner(tree: Tree, path: Path) -> str | None:
    at = tree.at(path)
    return tree.user_name(at.stat().st_uid) if at.exists() else None


def _is_in_main_files(asterisk: Asterisk, values: Mapping[str, str]) -> bool:
    """Return whether an older installation keeps its lines in pjsip.conf itself."""
    named = values.get("PJSIP_CONF")
    return BEGIN.strip() in (asterisk.pjsip.content or b"") if named is None else named == "pjsip.conf"


def _files(asterisk: Asterisk, values: Mapping[str, str], in_main_files: bool) -> list[Path]:
    """Return every file of Switchhook's own, that for phones first."""
    own = [own_file(setting, values, in_main_files) for setting in OWN_FILES]
    return [*(asterisk.config_dir / each for each in own), asterisk.manager_d, WEB, LISTENER, SITE, MANIFEST]


def _links(tree: Tree, paths: Iterable[Path], config_dir: Path) -> list[Path]:
    """Return the symlinks on the way to what is written: in Asterisk's folder, or anywhere in a scratch root."""
    ways = dict.fromkeys(each for path in paths for each in (*reversed(path.parents), path))
    if tree.is_machine:
        ways = {each: None for each in ways if config_dir in each.parents}
    return [each for each in ways if tree.at(each).is_symlink() and not config_dir.is_relative_to(each)]


def _is_right(tree: Tree, folder: Path, user: str) -> bool:
    """Return whether a folder is there, and is that user's if the user is known there."""
    at, user_id = tree.at(folder), tree.user_id(user)
    return at.is_dir() and (user_id is None or at.stat().st_uid == user_id)


def _certificates(tree: Tree) -> frozenset[str]:
    """Return the names for which certbot has a certificate."""
    return frozenset(path.parent.name for path in tree.glob("/etc/letsencrypt/live/*/fullchain.pem"))


def closed(paths: Iterable[Path]) -> list[Path]:
    """Return the folders above the paths that only their owner and group may pass, the outermost first."""
    folders = dict.fromkeys(folder for path in paths for folder in [*reversed(path.parents), path])
    return [each for each in folders if each.is_dir() and not each.stat().st_mode & stat.S_IXOTH]
