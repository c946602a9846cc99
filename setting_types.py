"""The types of settings, each with the rule it has to follow and what to type instead."""

from __future__ import annotations

import base64
import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_settings import NoDecode
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from models.extension_range import ExtensionRange
from models.field_rules import is_context
from models.nat_fields import as_address
from models.number import is_number
from pbx.dialplan import RANGE_CONTEXT
from pbx.outbound_route import ROUTES_CONTEXT

MIN_KEY_LENGTH = 32
USUAL_PORTS = {"https": ":443", "http": ":80"}
OWN_CONTEXTS = {ROUTES_CONTEXT, RANGE_CONTEXT}  # that Switchhook writes into the dialplan


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


def is_own_machine(server: str) -> bool:
    """Return whether a phone with this server calls itself, as every machine has the name or address for itself."""
    host = server.partition(":")[0].lower()
    address = as_address(host)
    return host == "localhost" or (address is not None and (address.is_loopback or address.is_unspecified))


def _bind(text: str) -> str:
    if not re.fullmatch(r"[0-9.]+:[0-9]{1,5}", text):
        raise ValueError("needs an address and a port, such as 0.0.0.0:5060")
    return text


def _https(url: str) -> str:
    """Return the address as browsers send it: in small letters, without the port that it has anyway and a slash at the end.

    Raises ValueError for plain HTTP, which would show passwords on the way.
    """
    label = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    host = rf"(https://{label}(\.{label})*|http://(localhost|127\.0\.0\.1))"
    if not re.fullmatch(host + r"(:[0-9]{1,5})?(/[A-Za-z0-9.\-_~/]*)?", url):
        raise ValueError("needs an address with https://, such as https://phones.example.com")
    scheme, _, rest = url.rstrip("/").partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.lower().removesuffix(USUAL_PORTS[scheme])}{slash}{path}"


def _id_and_token(key: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[!-9;-~]+:[!-~]+", key.get_secret_value()):
        raise ValueError("needs the ID and the token of a service user, with a colon between them")
    return key


def _numbers(numbers: tuple[str, ...]) -> tuple[str, ...]:
    if not all(map(is_number, numbers)):
        raise ValueError("needs numbers, separated by commas, such as 112,911")
    return numbers


def _endpoint(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.+\-]*", name):
        raise ValueError(
            "needs the name of an endpoint, such as trunk: letters, digits, - _ . and +; "
            'asterisk -rx "pjsip show endpoints" lists them'
        )
    return name


def _section(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_.@+\-]+", name):
        raise ValueError("needs the name of a section of manager.conf: letters, digits, - _ . @ and +")
    return name


def _one_line(secret: SecretStr) -> SecretStr:
    if re.search(r"[\x00-\x1f\x7f]", secret.get_secret_value()):
        raise ValueError("needs a secret of one line, without control characters")
    return secret


def _config_file(name: str) -> str:
    if not re.fullmatch(r"/?[\w.+@-]+(/[\w.+@-]+)*", name) or ".." in name.split("/"):
        raise ValueError(
            "needs a file in ASTERISK_CONFIG_DIR, such as switchhook/pjsip.conf, or a full path, without spaces and .."
        )
    return name


def _contexts(names: tuple[str, ...]) -> tuple[str, ...]:
    if not all(map(is_context, names)) or OWN_CONTEXTS & set(names):
        raise ValueError(
            "needs contexts of your dialplan, separated by commas, such as from-internal; "
            f"not Switchhook's own ({', '.join(sorted(OWN_CONTEXTS))})"
        )
    return tuple(dict.fromkeys(names))


def _ranges(value: object) -> object:
    """Parse `Sales=200-249, Support=250-299`."""
    if not isinstance(value, str):
        return value
    pairs = [part.partition("=") for part in value.split(",") if part.strip()]
    return {name.strip(): ExtensionRange(numbers.strip()) for name, _, numbers in pairs}


Address = Annotated[str, AfterValidator(_https)]
SlackIds = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split), AfterValidator(_slack_ids)]
Keys = Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_split), AfterValidator(_long_enough)]
Secrets = Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_split)]
WebhookKeys = Annotated[Secrets, AfterValidator(_webhook_keys)]
IdAndToken = Annotated[SecretStr, AfterValidator(_id_and_token)]
DatabaseUrl = Annotated[SecretStr, AfterValidator(known_database)]
Server = Annotated[str, AfterValidator(_server)]
Bind = Annotated[str, AfterValidator(_bind)]
EndpointName = Annotated[str, AfterValidator(_endpoint)]
ManagerUser = Annotated[str, AfterValidator(_section)]
ManagerSecret = Annotated[SecretStr, AfterValidator(_one_line)]
ConfigFile = Annotated[str, AfterValidator(_config_file)]
Contexts = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split), AfterValidator(_contexts)]
Numbers = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split), AfterValidator(_numbers)]
DepartmentRanges = Annotated[dict[str, ExtensionRange], NoDecode, BeforeValidator(_ranges)]
Range = Annotated[ExtensionRange, BeforeValidator(ExtensionRange)]
