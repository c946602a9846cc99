"""Pure: what is known of the machine, its Asterisk and an installation that is there already, and what was answered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pbx.config.parser import Section

USER = "switchhook"
# setting → the file of Asterisk's that includes what it names
OWN_FILES = {
    "PJSIP_CONF": "pjsip.conf",
    "EXTENSIONS_CONF": "extensions.conf",
    "VOICEMAIL_CONF": "voicemail.conf",
}
HOME = Path("/var/lib/switchhook")
MANIFEST = HOME / "slack-manifest.yaml"
UNITS = Path("/etc/systemd/system")
WEB, LISTENER = UNITS / "switchhook-web.service", UNITS / "switchhook-listener.service"
SITE = Path("/etc/nginx/sites-available/switchhook")
ENABLED_SITE = Path("/etc/nginx/sites-enabled/switchhook")
DEFAULT_CONFIG_DIR = Path("/etc/asterisk")
DEFAULT_SPOOL = Path("/var/spool/asterisk")


@dataclass(frozen=True)
class ConfigFile:
    """One of Asterisk's files: its bytes, its sections with what it includes, and the patterns of those includes."""

    path: Path
    content: bytes | None = None  # None: there is no such file
    sections: tuple[Section, ...] = ()
    includes: tuple[str, ...] = ()
    is_link: bool = False

    @property
    def text(self) -> str:
        return (self.content or b"").decode("utf-8", "surrogateescape")

    def has(self, path: Path) -> bool:
        """Return whether it includes that file, itself or by one that it includes; it need not be there yet."""
        return any(path.match(pattern) for pattern in self.includes)


@dataclass(frozen=True)
class Answers:
    """What was answered; empty: not yet. Without a `host`, Slack is reached by Socket Mode."""

    host: str = ""
    sip_domain: str = ""
    extension_range: str = ""
    slack_bot_token: str = ""
    slack_app_token: str = ""
    slack_signing_secret: str = ""
    slack_admins: str = ""
    calls: bool = False  # people may have calls made from Slack


@dataclass(frozen=True)
class Asterisk:
    """The phone system: where its files are, who runs it, and what they say."""

    config_dir: Path
    spool: Path  # astspooldir
    user: str
    group: str
    version: int | None  # None: unknown
    running: bool
    strangers: tuple[str, ...]  # users who run something of its name, and nobody says that they should
    pjsip: ConfigFile
    extensions: ConfigFile
    voicemail: ConfigFile
    clashing: tuple[str, ...]  # modules that it loads, and that take the applications of app_voicemail away
    saves_pins: bool  # its user may write that one, as it does when a PIN is changed by phone
    manager: ConfigFile
    wizard: ConfigFile

    @property
    def manager_d(self) -> Path:
        return self.config_dir / "manager.d" / "switchhook.conf"


@dataclass(frozen=True)
class Machine:
    """Everything that a plan depends on."""

    asterisk: Asterisk
    project: Path
    programs: Path
    python_in_home: bool  # Python or the project is below /home or /root
    closed_folders: tuple[Path, ...]  # on the way to them, which Switchhook's user may not pass
    env: bytes | None
    env_values: Mapping[str, str]  # by name in capitals; without the empty ones
    has_old_database: bool  # beside the program, where the default has it
    user: str  # that Switchhook runs as
    in_main_files: bool  # its lines stand in pjsip.conf and extensions.conf themselves
    files: Mapping[Path, bytes | None]  # Switchhook's own, as they are
    links: tuple[
        Path, ...
    ]  # in the place of these, or of a folder on the way to them, which others may have put there
    right_folders: frozenset[Path]  # those of Switchhook's that are there as they should be
    account_exists: bool
    in_group: bool
    has_systemd: bool
    has_nginx: bool
    certificates: frozenset[str]  # the names that certbot has one for
    site_enabled: bool
    services_active: bool
    templates: Mapping[str, str] = field(repr=False)

    @property
    def env_path(self) -> Path:
        return self.project / ".env"

    @property
    def pjsip_conf(self) -> str:
        return own_file("PJSIP_CONF", self.env_values, self.in_main_files)

    @property
    def extensions_conf(self) -> str:
        return own_file("EXTENSIONS_CONF", self.env_values, self.in_main_files)

    @property
    def voicemail_conf(self) -> str:
        return own_file("VOICEMAIL_CONF", self.env_values, self.in_main_files)

    @property
    def host(self) -> str:
        """Return the name under which the world reaches it, as PUBLIC_URL has it; empty: not known."""
        return re.sub(r"^https?://|[:/].*$", "", self.env_values.get("PUBLIC_URL", ""))

    @property
    def has_socket(self) -> bool:
        """Return whether Slack is reached by Socket Mode already."""
        return "SLACK_APP_TOKEN" in self.env_values

    @property
    def own_folder(self) -> Path:
        """Return the folder that it writes to in Asterisk's."""
        return (self.asterisk.config_dir / self.pjsip_conf).parent


def own_file(setting: str, values: Mapping[str, str], in_main_files: bool) -> str:
    """Return the file for Switchhook's lines, as the setting names it or would."""
    name = OWN_FILES[setting]
    return values.get(setting) or (name if in_main_files else f"{USER}/{name}")
