"""Pure: what is to change on a machine, in the order in which it is safe to be interrupted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from installation import env_file, includes, manager, templates
from installation.changes import Account, Change, File, Folder
from installation.facts import (
    DEFAULT_CONFIG_DIR,
    DEFAULT_SPOOL,
    HOME,
    LISTENER,
    MANIFEST,
    SITE,
    USER,
    WEB,
    Answers,
    ConfigFile,
    Machine,
)
from installation.manifest import manifest
from pbx.config.parser import Section
from pbx.manager_user import LOOPBACK

DATABASE, ROOT = f"sqlite:///{HOME}/switchhook.db", "root"


@dataclass(frozen=True)
class NewSecrets:
    """Random values, of which those are taken that are not there yet."""

    secret_key: str
    ami_secret: str
    hr_webhook_secret: str


@dataclass(frozen=True)
class Plan:
    """`changes` are to be made; `kept` are files that are edited, or an older release's, and how they would be else."""

    changes: tuple[Change, ...]
    kept: tuple[File, ...]


def make(machine: Machine, answers: Answers, fresh: NewSecrets, replace: bool) -> Plan:
    """Work out what is missing. `replace`: files that somebody has edited are to be as they come, too."""
    deployed = [file for file in _deployed(machine, answers) if file.before != file.after]
    kept = () if replace else tuple(file for file in deployed if _is_edited(machine, file))
    changes: tuple[Change, ...] = (
        *_accounts(machine),
        *_folders(machine),
        *_own_files(machine),
        *_includes(machine),
        *_manager(machine, ami_secret(machine, fresh), calls=answers.calls),
        *_manifest(machine, answers),
        *_env(machine, answers, fresh),
        *(file for file in deployed if file not in kept),
    )
    return Plan(changes, kept)


def _is_edited(machine: Machine, file: File) -> bool:
    """Return whether somebody has changed more of a file of ours than the name and the port that `.env` has now."""
    if file.path == SITE and file.before:
        return not templates.is_site(machine.templates["nginx-site"], file.before.decode(errors="replace"))
    return not file.is_new


def _accounts(machine: Machine) -> Iterator[Account]:
    """Make Switchhook's user, which reads Asterisk's files by its group."""
    group = "" if machine.asterisk.group == ROOT else machine.asterisk.group
    if not machine.in_main_files and not (machine.account_exists and machine.in_group):
        yield Account(USER, HOME, group, not machine.account_exists)


def _folders(machine: Machine) -> Iterator[Folder]:
    if HOME not in machine.right_folders:
        yield Folder(HOME, machine.user, machine.user, 0o700)
    if not machine.in_main_files and machine.own_folder not in machine.right_folders:
        yield Folder(machine.own_folder, machine.user, _readers(machine), 0o2750)


def _readers(machine: Machine) -> str:
    """Return the group by which Asterisk reads Switchhook's files; root needs none."""
    return machine.user if machine.asterisk.group == ROOT else machine.asterisk.group


def _own_files(machine: Machine) -> Iterator[File]:
    """Make the files of Switchhook's own before the lines that include them: Asterisk loads nothing of a file that includes a missing one."""
    for name in (machine.pjsip_conf, machine.extensions_conf, *_for_voicemail(machine)):
        path = machine.asterisk.config_dir / name
        if not machine.in_main_files and machine.files.get(path) is None:
            # Asterisk saves no PIN that is changed by phone unless it may write each file that voicemail.conf includes.
            writes = name == machine.voicemail_conf and machine.asterisk.saves_pins
            yield File(path, None, b"", machine.user, _readers(machine), 0o660 if writes else 0o640)


def _for_voicemail(machine: Machine) -> list[str]:
    """Return the name of its file for mailboxes, where Asterisk has one that may include it: most need none."""
    config, name = machine.asterisk.voicemail, machine.voicemail_conf
    return [] if config.content is None or includes.obstacle(config, name) else [name]


def _includes(machine: Machine) -> Iterator[File]:
    if machine.in_main_files:
        return
    for config, name in missing_includes(machine):
        after = includes.with_include(config.content or b"", name)
        yield _edited(machine, config, after)


def missing_includes(machine: Machine) -> Iterator[tuple[ConfigFile, str]]:
    """Yield Asterisk's file, and the name of Switchhook's that it does not include yet."""
    asterisk = machine.asterisk
    for config, name in (
        (asterisk.pjsip, machine.pjsip_conf),
        (asterisk.extensions, machine.extensions_conf),
        *((asterisk.voicemail, name) for name in _for_voicemail(machine)),
    ):
        if not machine.in_main_files and not config.has(asterisk.config_dir / name):
            yield config, name


def _edited(machine: Machine, config: ConfigFile, after: bytes) -> File:
    return File(config.path, config.content, after, machine.asterisk.user, _readers(machine), 0o640)


def ami_secret(machine: Machine, fresh: NewSecrets) -> str:
    """Return the secret that is there on either side; else a new one."""
    user = manager.user(machine.asterisk.manager, ami_username(machine))
    there = machine.env_values.get("AMI_SECRET") or (user.get("secret") if user else None)
    return there or fresh.ami_secret


def ami_username(machine: Machine) -> str:
    """Return the name of the manager user."""
    return machine.env_values.get("AMI_USERNAME") or USER


def _manager(machine: Machine, secret: str, *, calls: bool) -> Iterator[File]:
    asterisk, config = machine.asterisk, machine.asterisk.manager
    if machine.env_values.get("AMI_HOST", manager.LOOPBACK) not in LOOPBACK:
        return  # it runs on another machine, which has its own addresses
    text = config.text if manager.is_enabled(config) else manager.switched_on(config.text)
    user = manager.user(config, ami_username(machine))
    if user and user.path == asterisk.manager_d:
        yield from _manager_rights(machine, user, calls=calls)
    if user is None:
        yield _manager_user(machine, secret, calls=calls)
        if not config.has(asterisk.manager_d):
            text = f"{text}{_gap(text)}#include {asterisk.manager_d.relative_to(asterisk.config_dir)}\n"
    if text != config.text:
        yield _edited(machine, config, text.encode("utf-8", "surrogateescape"))


def _manager_user(machine: Machine, secret: str, *, calls: bool) -> File:
    """Return the file of Switchhook's own, which no other user may read, as they may manager.conf."""
    asterisk, address = machine.asterisk, manager.host(machine.asterisk.manager)
    section = manager.user_section(ami_username(machine), secret, address, calls=calls)
    before = machine.files.get(asterisk.manager_d)
    is_read = asterisk.manager.has(asterisk.manager_d)
    text = before.decode("utf-8", "surrogateescape") if before and is_read else ""
    return manager.own_file(machine, f"{text}{_gap(text)}{section}" if text else section)


def _manager_rights(machine: Machine, user: Section, *, calls: bool) -> Iterator[File]:
    """Add what this release needs to the user in the file of Switchhook's own."""
    text = (machine.files.get(machine.asterisk.manager_d) or b"").decode("utf-8", "surrogateescape")
    after = manager.with_least_rights(text, user, calls=calls)
    if after != text:
        yield manager.own_file(machine, after)


def _gap(text: str) -> str:
    return "\n" if text.endswith("\n") or not text else "\n\n"


def _env(machine: Machine, answers: Answers, fresh: NewSecrets) -> Iterator[File]:
    additions = env_additions(machine, answers, fresh)
    if additions:
        before = None if machine.env is None else machine.env.decode("utf-8", "surrogateescape")
        text = env_file.filled(before, additions, machine.templates[".env.example"])
        after = text.encode("utf-8", "surrogateescape")
        yield File(machine.env_path, machine.env, after, ROOT, machine.user, 0o640, is_secret=True)


def env_additions(machine: Machine, answers: Answers, fresh: NewSecrets) -> dict[str, str]:
    """Return the settings that are not there yet: what was answered, and where the defaults do not fit."""
    asterisk, port = machine.asterisk, manager.port(machine.asterisk.manager)
    wanted = {
        "SLACK_BOT_TOKEN": answers.slack_bot_token,
        "SLACK_APP_TOKEN": answers.slack_app_token,
        "SLACK_SIGNING_SECRET": answers.slack_signing_secret,
        "SLACK_ADMINS": answers.slack_admins,
        "PUBLIC_URL": answers.host and f"https://{answers.host}",
        "SIP_DOMAIN": answers.sip_domain,
        "EXTENSION_RANGE": answers.extension_range,
        "SECRET_KEY": fresh.secret_key,
        "HR_WEBHOOK_SECRET": "" if machine.env or not answers.host else fresh.hr_webhook_secret,
        "DATABASE_URL": "" if machine.has_old_database else DATABASE,
        "AMI_HOST": _unless(manager.host(asterisk.manager), manager.LOOPBACK),
        "AMI_PORT": _unless(str(port), str(manager.DEFAULT_PORT)),
        "AMI_SECRET": ami_secret(machine, fresh),
        "ASTERISK_CONFIG_DIR": _unless(str(asterisk.config_dir), str(DEFAULT_CONFIG_DIR)),
        "VOICEMAIL_SPOOL": _unless(str(asterisk.spool / "voicemail"), str(DEFAULT_SPOOL / "voicemail")),
        "PJSIP_CONF": _unless(machine.pjsip_conf, "pjsip.conf"),
        "EXTENSIONS_CONF": _unless(machine.extensions_conf, "extensions.conf"),
        "VOICEMAIL_CONF": _unless("".join(_for_voicemail(machine)), "voicemail.conf"),
    }
    return {name: value for name, value in wanted.items() if value and name not in machine.env_values}


def _unless(value: str, default: str) -> str:
    return "" if value == default else value


def _manifest(machine: Machine, answers: Answers) -> Iterator[File]:
    """Write it until the app is there; one that is there follows the name in PUBLIC_URL, or Socket Mode."""
    there = machine.files.get(MANIFEST)
    if there is not None or "SLACK_BOT_TOKEN" not in machine.env_values:
        is_socket = bool(answers.slack_app_token) or machine.has_socket or not answers.host
        text = manifest(machine.templates["manifest.yaml"], answers.host, is_socket=is_socket)
        after = text.encode()
        if after != there:
            yield File(MANIFEST, there, after, ROOT, machine.user, 0o640)


def _deployed(machine: Machine, answers: Answers) -> Iterator[File]:
    """Yield the files of deploy/ for this machine, whether they are there or not."""
    for path in (WEB, LISTENER) if machine.has_systemd else ():
        text = templates.unit(machine.templates[path.name], machine.project, machine.programs, machine.user,
                              f"{machine.own_folder} {HOME}", machine.python_in_home)  # fmt: skip
        yield _root_file(machine, path, text)
    if machine.has_nginx and answers.host:
        port = machine.env_values.get("PORT", "8000")
        yield _root_file(machine, SITE, templates.site(machine.templates["nginx-site"], answers.host, port))


def _root_file(machine: Machine, path: Path, text: str) -> File:
    return File(path, machine.files.get(path), text.encode(), ROOT, ROOT, 0o644)
