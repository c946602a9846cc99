"""The one reader of the environment. A bad value stops the start, with a sentence that says what to set."""

from __future__ import annotations

import base64
import os
import re
from pathlib import Path
from shlex import quote
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    FilePath,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

import command_lines
from models.extension_range import ExtensionRange
from models.number import is_number

ENV_FILE = ".env"
MIN_KEY_LENGTH = 32
EMERGENCY_NUMBERS = "000,110,111,112,113,115,117,118,119,120,911,995,997,998,999"


def _split(value: object) -> object:
    """Split `a, b`, as people write lists in a .env file."""
    return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value


def _long_enough(keys: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
    if not keys or any(len(key.get_secret_value()) < MIN_KEY_LENGTH for key in keys):
        raise ValueError(
            f"needs one or more strings of {MIN_KEY_LENGTH} or more characters, newest first; "
            "make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
        )
    return keys


def _webhook_keys(keys: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
    for key in keys:
        prefix, _, encoded = key.get_secret_value().partition("_")
        try:
            is_key = prefix == "whsec" and base64.b64decode(
                encoded + "=" * (-len(encoded) % 4), validate=True
            )
        except ValueError:
            is_key = False
        if not is_key:
            raise ValueError(
                "needs one or more keys of whsec_ and base64, separated by commas, newest first; "
                "make one with: python3 -c 'import base64, secrets; "
                'print("whsec_" + base64.b64encode(secrets.token_bytes(32)).decode())\''
            )
    return keys


def _slack_ids(ids: tuple[str, ...]) -> tuple[str, ...]:
    for slack_id in ids:
        if not re.fullmatch(r"[UWS][A-Z0-9]{2,}", slack_id):
            raise ValueError(
                "needs Slack user (U…) or user-group (S…) IDs, separated by commas; "
                "in Slack, open the profile, then ⋮, then “Copy member ID”"
            )
    return ids


def known_database(url: SecretStr) -> SecretStr:
    """Return the URL. Raises ValueError for databases that the program cannot use."""
    try:
        driver = make_url(url.get_secret_value()).drivername
    except ArgumentError:
        driver = ""
    if driver not in ("sqlite", "postgresql+psycopg"):
        raise ValueError("needs sqlite:///a/path.db or postgresql+psycopg://user:password@host/database")
    return url


def _server(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.\-]+(:[0-9]{1,5})?", text):
        raise ValueError("needs the name or address that phones use as server, such as pbx.example.com")
    return text


def _bind(text: str) -> str:
    if not re.fullmatch(r"[0-9.]+:[0-9]{1,5}", text):
        raise ValueError("needs an address and a port, such as 0.0.0.0:5060")
    return text


def _https(url: str) -> str:
    """Return the address without a slash at the end. Plain HTTP would show passwords on the way."""
    label = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    host = rf"(https://{label}(\.{label})*|http://(localhost|127\.0\.0\.1))"
    if not re.fullmatch(host + r"(:[0-9]{1,5})?(/[A-Za-z0-9.\-_~/]*)?", url):
        raise ValueError("needs an address with https://, such as https://phones.example.com")
    return url.rstrip("/")


def _id_and_token(key: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[!-9;-~]+:[!-~]+", key.get_secret_value()):
        raise ValueError("needs the ID and the token of a service user, with a colon between them")
    return key


def _numbers(numbers: tuple[str, ...]) -> tuple[str, ...]:
    if not all(map(is_number, numbers)):
        raise ValueError("needs numbers, separated by commas, such as 112,911")
    return numbers


Address = Annotated[str, AfterValidator(_https)]
SlackIds = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split), AfterValidator(_slack_ids)]
Keys = Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_split), AfterValidator(_long_enough)]
Secrets = Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_split)]


def _ranges(value: object) -> object:
    """Parse `Sales=200-249, Support=250-299`."""
    if not isinstance(value, str):
        return value
    pairs = [part.partition("=") for part in value.split(",") if part.strip()]
    return {name.strip(): ExtensionRange(numbers.strip()) for name, _, numbers in pairs}


class Settings(BaseSettings):
    """Everything an operator can set; each name in capitals is the environment variable."""

    model_config = SettingsConfigDict(env_file=ENV_FILE, extra="ignore", env_ignore_empty=True, frozen=True)

    slack_bot_token: SecretStr = SecretStr("")
    slack_signing_secret: SecretStr = SecretStr("")
    slack_api_url: str = "https://slack.com/api/"
    slack_admins: SlackIds = ()
    alert_channel: str = ""
    alert_interval: float = Field(default=1.0, ge=0)
    keep_events_days: int = Field(default=90, ge=1)

    hr_webhook_secret: Annotated[Secrets, AfterValidator(_webhook_keys)] = ()
    hr_bamboohr_secret: Secrets = ()
    hr_hibob_secret: Secrets = ()
    hr_greenhouse_secret: Secrets = ()
    hr_deel_secret: Secrets = ()
    hr_token: Secrets = ()
    hr_bamboohr_api_url: Address | None = None
    hr_bamboohr_api_key: SecretStr | None = None
    hr_hibob_api_url: Address = "https://api.hibob.com"
    hr_hibob_api_key: Annotated[SecretStr, AfterValidator(_id_and_token)] | None = None
    hr_department_ranges: Annotated[dict[str, ExtensionRange], NoDecode, BeforeValidator(_ranges)] = {}
    hr_keep_days: int = Field(default=30, ge=0)

    database_url: Annotated[SecretStr, AfterValidator(known_database)] = SecretStr("sqlite:///switchhook.db")
    secret_key: Keys = Field(default=(), validate_default=True)

    ami_host: str = "127.0.0.1"
    ami_ca_file: FilePath | None = None
    ami_port: int = Field(default=5038, ge=1, le=65535)
    ami_username: str = "switchhook"
    ami_secret: SecretStr = SecretStr("")
    ami_tls: bool = False

    asterisk_config_dir: Path = Path("/etc/asterisk")
    pjsip_conf: str = "pjsip.conf"
    extensions_conf: str = "extensions.conf"

    sip_domain: Annotated[str, AfterValidator(_server)] = "localhost"
    sip_bind: Annotated[str, AfterValidator(_bind)] = "0.0.0.0:5060"
    extension_range: Annotated[ExtensionRange, BeforeValidator(ExtensionRange)] = ExtensionRange("100-199")
    emergency_numbers: Annotated[
        tuple[str, ...], NoDecode, BeforeValidator(_split), AfterValidator(_numbers)
    ] = tuple(EMERGENCY_NUMBERS.split(","))

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

    @model_validator(mode="after")
    def _address_and_key(self) -> Self:
        if (self.hr_bamboohr_api_url is None) != (self.hr_bamboohr_api_key is None):
            raise ValueError("HR_BAMBOOHR_API_URL and HR_BAMBOOHR_API_KEY need each other: set both or none")
        return self

    @model_validator(mode="after")
    def _two_files(self) -> Self:
        if self.pjsip_path == self.extensions_path:
            raise ValueError("PJSIP_CONF and EXTENSIONS_CONF name the same file; they need one each")
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
    user, group = command_lines.name(os.geteuid()), command_lines.group(os.getegid())
    return f"{path} may not be read by {user}: as root, chown root:{group} {path}; chmod 640 {path}"


def load() -> Settings:
    """Read the settings from the environment and `.env`.

    Raises SystemExit with one line per bad value, without the value: it may be a secret. So does an unreadable `.env`.
    """
    try:
        return Settings()
    except ValidationError as error:
        lines = [_line(fault) for fault in error.errors(include_input=False)]
    except PermissionError:
        lines = [_unreadable(quote(str(Path(ENV_FILE).absolute())))]
    raise SystemExit("\n  ".join(["Switchhook cannot start:", *lines]))
