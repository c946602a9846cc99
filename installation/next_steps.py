"""Pure: what is left to do after the changes, as commands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from shlex import join, quote

from installation.changes import Account, Change, File, Folder
from installation.facts import ENABLED_SITE, HOME, LISTENER, MANIFEST, SITE, WEB, Machine

SERVICES = f"{WEB.stem} {LISTENER.stem}"
ADMINS = (
    "Say who may change extensions, which nobody may yet: your member ID (in Slack your profile, then ⋮, then “Copy member ID”) "
    "in the place of this one"
)
OF_OTHERS = {SITE, MANIFEST}  # of nginx and Slack: Switchhook does not read them
START = ("systemctl daemon-reload", f"systemctl enable {SERVICES}", f"systemctl restart {SERVICES}")


@dataclass(frozen=True)
class Step:
    """Commands for root, and what for."""

    why: str
    commands: tuple[str, ...]


def to_load(machine: Machine, changes: Iterable[Change], has_slack: bool) -> list[Step]:
    """Return what has Asterisk and systemd take the changes: all of it harmless, and again when it was not done yet."""
    written, stopped = [each.path for each in changes if isinstance(each, File)], not machine.services_active
    is_of_asterisk = any(path.is_relative_to(machine.asterisk.config_dir) for path in written)
    found = []
    if (is_of_asterisk or stopped) and machine.asterisk.running:
        found.append(Step("Asterisk takes its new manager user", ('asterisk -rx "manager reload"',)))
    if (set(written) - OF_OTHERS or stopped) and machine.has_systemd and has_slack:
        found.append(Step("Switchhook starts, now and at every boot", START))
    return found


def to_do(machine: Machine, host: str, has_slack: bool, has_admins: bool, again: str) -> list[Step]:
    """Return what only the administrator can do. `again`: how `flask init` is typed."""
    found = []
    if not has_slack:
        found.append(Step("Make the Slack app, then give its two values here", (again,)))
    elif not has_admins:  # else it is asked then
        found.append(Step(ADMINS, (f"{again} --slack-admins=U0123456789",)))
    if not machine.has_systemd:
        why = "Run these as Switchhook's user: the first at each start, the others side by side, always"
        found.append(Step(why, _procfile(machine)))
    if machine.has_nginx and host and not machine.site_enabled:
        found.append(Step("Let in what comes over HTTPS, with a certificate", _web_server(machine, host)))
    return [
        *found,
        Step("See whether everything is all right", (_flask(machine, "doctor"),)),
        Step(
            "For the page in your browser: this prints a link that signs you in",
            (_flask(machine, "login-link"),),
        ),
    ]


def _flask(machine: Machine, command: str) -> str:
    """Return how a command is typed that Switchhook's user runs."""
    return (
        f"cd {quote(str(machine.project))} && sudo -u {machine.user} {_program(machine, 'flask')} {command}"
    )


def start_asterisk(machine: Machine) -> list[Step]:
    """Return what makes an Asterisk take the changes that does not run, as far as is known here."""
    if machine.asterisk.running:
        return []
    restart = "systemctl restart asterisk" if machine.has_systemd else "start Asterisk, or let it reload"
    return [Step("Asterisk takes its new files", (restart,))]


def _program(machine: Machine, name: str) -> str:
    folder = machine.programs
    inside = folder.is_relative_to(machine.project)
    return quote(str((folder.relative_to(machine.project) if inside else folder) / name))


def _procfile(machine: Machine) -> tuple[str, ...]:
    commands = [line.partition(": ")[2].split(" ", 1) for line in machine.templates["Procfile"].splitlines()]
    return tuple(
        f"cd {quote(str(machine.project))} && {_program(machine, name)} {rest}" for name, rest in commands
    )


def _web_server(machine: Machine, host: str) -> tuple[str, ...]:
    certificate = f"certbot certonly --nginx --deploy-hook 'systemctl reload nginx' -d {host}"
    enable = f"ln -sf {SITE} {ENABLED_SITE} && nginx -t && systemctl reload nginx || rm {ENABLED_SITE}"
    return (enable,) if host in machine.certificates else (certificate, enable)


def of_root(machine: Machine, changes: Iterable[Change]) -> list[Step]:
    """Return what makes the user, and gives the files to it, which cannot be done in a scratch root."""
    owned = [
        change
        for change in changes
        if isinstance(change, Folder) or (isinstance(change, File) and change.is_new)
    ]
    if not owned:
        return []
    user = join(Account(machine.user, HOME, machine.asterisk.group).command)
    chown = [
        f"chown {each.user}:{each.group} {quote(str(each.path))}"
        for each in owned
        if (each.user, each.group) != ("root", "root")
    ]
    return [
        Step("Once the scratch root is a machine's, make the user, and give its files to it", (user, *chown))
    ]
