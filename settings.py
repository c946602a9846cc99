"""The one reader of the environment. A bad value stops the start, with a sentence that says what to set."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from shlex import quote
from typing import Self

from pydantic import Field, FilePath, SecretStr, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

import command_lines
from models.extension_range import ExtensionRange
from models.fields import DEFAULT_CONTEXT
from setting_types import (
    Address,
    Bind,
    ConfigFile,
    Contexts,
    DatabaseUrl,
    DepartmentRanges,
    EndpointName,
    IdAndToken,
    Keys,
    ManagerSecret,
    ManagerUser,
    Numbers,
    Range,
    Secrets,
    Server,
    SlackIds,
    WebhookKeys,
)

ENV_FILE = ".env"
EMERGENCY_NUMBERS = "000,110,111,112,113,115,117,118,119,120,911,995,997,998,999"

MOST_DAYS = 36_500  # a hundred years: for ever, and within the calendar


class Settings(BaseSettings):
    """Everything an operator can set; each name in capitals is the environment variable."""

    model_config = SettingsConfigDict(env_file=ENV_FILE, extra="ignore", env_ignore_empty=True, frozen=True)

    slack_bot_token: SecretStr = SecretStr("")
    slack_signing_secret: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")
    slack_client_id: str = ""
    slack_client_secret: SecretStr | None = None
    slack_api_url: str = "https://slack.com/api/"
    slack_admins: SlackIds = ()
    alert_channel: str = ""
    alert_interval: float = Field(default=1.0, ge=0)
    keep_events_days: int = Field(default=90, ge=1, le=MOST_DAYS)

    hr_webhook_secret: WebhookKeys = ()
    hr_bamboohr_secret: Secrets = ()
    hr_hibob_secret: Secrets = ()
    hr_greenhouse_secret: Secrets = ()
    hr_deel_secret: Secrets = ()
    hr_token: Secrets = ()
    hr_bamboohr_api_url: Address | None = None
    hr_bamboohr_api_key: SecretStr | None = None
    hr_hibob_api_url: Address = "https://api.hibob.com"
    hr_hibob_api_key: IdAndToken | None = None
    hr_department_ranges: DepartmentRanges = {}
    hr_keep_days: int = Field(default=30, ge=0, le=MOST_DAYS)

    database_url: DatabaseUrl = SecretStr("sqlite:///switchhook.db")
    secret_key: Keys = Field(default=(), validate_default=True)

    ami_host: str = "127.0.0.1"
    ami_ca_file: FilePath | None = None
    ami_port: int = Field(default=5038, ge=1, le=65535)
    ami_username: ManagerUser = "switchhook"
    ami_secret: ManagerSecret = SecretStr("")
    ami_tls: bool = False

    asterisk_config_dir: Path = Path("/etc/asterisk")
    pjsip_conf: ConfigFile = "pjsip.conf"
    extensions_conf: ConfigFile = "extensions.conf"
    voicemail_conf: ConfigFile = "voicemail.conf"

    voicemail_spool: Path = Path("/var/spool/asterisk/voicemail")
    cdr_folder: Path | None = None
    cdr_database_url: DatabaseUrl | None = None

    sip_domain: Server = "localhost"
    sip_bind: Bind = "0.0.0.0:5060"
    extension_range: Range = ExtensionRange("100-199")
    emergency_numbers: Numbers = tuple(EMERGENCY_NUMBERS.split(","))
    outbound_trunk: EndpointName | None = None
    outbound_contexts: Contexts = (DEFAULT_CONTEXT,)

    api_rate_limit: int = Field(default=600, ge=1, le=60_000)

    public_url: Address | None = None
    port: int = Field(default=8000, ge=1, le=65535)

    def range_of(self, department: str) -> ExtensionRange:
        """Return the range that numbers of a department come from."""
        return self.hr_department_ranges.get(department, self.extension_range)

    @property
    def pjsip_path(self) -> Path:
        return self.asterisk_config_dir / self.pjsip_conf

    @property
    def extensions_path(self) -> Path:
        return self.asterisk_config_dir / self.extensions_conf

    @property
    def voicemail_path(self) -> Path:
        return self.asterisk_config_dir / self.voicemail_conf

    @model_validator(mode="after")
    def _address_and_key(self) -> Self:
        if (self.hr_bamboohr_api_url is None) != (self.hr_bamboohr_api_key is None):
            raise ValueError("HR_BAMBOOHR_API_URL and HR_BAMBOOHR_API_KEY need each other: set both or none")
        return self

    @model_validator(mode="after")
    def _id_and_secret(self) -> Self:
        if bool(self.slack_client_id) != bool(self.slack_client_secret):
            raise ValueError("SLACK_CLIENT_ID and SLACK_CLIENT_SECRET need each other: set both or none")
        return self

    @model_validator(mode="after")
    def _files_of_their_own(self) -> Self:
        if self.pjsip_path == self.extensions_path:
            raise ValueError("PJSIP_CONF and EXTENSIONS_CONF name the same file; they need one each")
        if self.voicemail_path in (self.pjsip_path, self.extensions_path):
            raise ValueError("VOICEMAIL_CONF names the file of another setting; it needs one of its own")
        return self


def _needs(name: str, kind: str) -> str:
    """Return what to set instead, for errors that pydantic words for programmers; empty for others."""
    if kind.startswith("bool_"):
        return "needs true or false"
    if kind.startswith("path_"):
        return "needs the path of a file that is there"
    if not kind.startswith(("int_", "float_", "greater_", "less_", "finite_")):
        return ""
    limits = [
        getattr(each, side, None) for each in Settings.model_fields[name].metadata for side in ("ge", "le")
    ]
    low, high = [*(limit for limit in limits if limit is not None), None, None][:2]
    return f"needs a number from {low} to {high}" if high is not None else f"needs a number, {low} or more"


def _line(fault: ErrorDetails) -> str:
    if not fault["loc"]:
        return fault["msg"].removeprefix("Value error, ")
    name = str(fault["loc"][0])
    needs = _needs(name, fault["type"]) or fault["msg"].removeprefix("Value error, ")
    return f"{name.upper()}: {needs}"


def _unreadable(path: str) -> str:
    user, group = command_lines.user_name(os.geteuid()), command_lines.group_name(os.getegid())
    return f"{path} may not be read by {user}: as root, chown root:{group} {path}; chmod 640 {path}"


class SettingsUnusable(SystemExit):
    """Ends the program with `lines`: one per bad value, without the value, which may be a secret."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n  ".join(["Switchhook cannot start:", *lines]))
        self.lines = lines


def load() -> Settings:
    """Read the settings from the environment and `.env`. Raises SettingsUnusable, also for an unreadable `.env`."""
    try:
        return Settings()
    except ValidationError as error:
        lines = [_line(fault) for fault in error.errors(include_input=False)]
    except PermissionError:
        lines = [_unreadable(quote(str(Path(ENV_FILE).absolute())))]
    raise SettingsUnusable(lines)


def faults(values: Mapping[str, str]) -> list[str]:
    """Return a line for each of these values, by name in capitals, that load() refuses. It looks for no file that they name."""
    given = {name.lower(): value for name, value in values.items() if name.lower() in Settings.model_fields}
    try:
        Settings.model_validate(given)
    except ValidationError as error:
        found = error.errors(include_input=False)
        return [
            _line(each)
            for each in found
            if given.keys() & each["loc"] and not each["type"].startswith("path_")
        ]
    return []
