"""Pure: what people may type for a PBX behind NAT; a refusal says what to type instead."""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

AnyAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
AnyNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network
MAX_NETWORKS = 50
MAX_HOST_LENGTH = 253
MAX_NETWORK_LENGTH = 100  # an IPv6 one in full, in brackets and with an interface
EXAMPLE = "such as 203.0.113.7 or pbx.example.com"
LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
AROUND = " \t\u00a0\"'“”„‟«»‘’`"  # what Slack and word processors leave around a value


def _address(text: str) -> str:
    """Return a host name or an IP address as Asterisk is to have it. Raises ValueError."""
    text = text.strip(AROUND).lower().rstrip(".")
    if len(text) > MAX_HOST_LENGTH:
        raise ValueError(f"that is no host name: one has at most {MAX_HOST_LENGTH} characters, {EXAMPLE}")
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    if address := as_address(bare):
        return str(_reachable(address))
    _refuse_more_than_a_host(text)
    if re.fullmatch(r"[0-9.]+", text):
        raise ValueError(f"“{text}” is no IP address: four numbers from 0 to 255, {EXAMPLE}")
    _refuse_other_names(text)
    return text


def as_address(text: str) -> AnyAddress | None:
    """Return the IP address that a text is; None for a host name."""
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _reachable(address: AnyAddress) -> AnyAddress:
    if (
        address.is_unspecified
        or address.is_multicast
        or str(address) == "255.255.255.255"
        or "%" in str(address)
    ):
        raise ValueError(
            f"{address} is no address that packets can be sent to: type that of your router, {EXAMPLE}"
        )
    return address


def _refuse_more_than_a_host(text: str) -> None:
    if not text:
        raise ValueError(f"type an address or a name, {EXAMPLE}")
    if re.search(r"[/@,\s]|sips?:", text):
        raise ValueError(f"one address or name alone, without sip: and without a network's size, {EXAMPLE}")
    host, _, port = text.rpartition(":")
    if port.isdecimal() and (host.endswith("]") or ":" not in host):
        raise ValueError(f"without a port: type {host}")
    if ":" in text:
        raise ValueError(f"“{text}” is no IPv6 address, which looks like 2001:db8::7")


def _refuse_other_names(text: str) -> None:
    if not text.isascii():
        raise ValueError(f"“{text}” is not in ASCII: type the name as DNS has it, with xn--")
    if not all(map(LABEL.fullmatch, text.split("."))):
        raise ValueError(f"“{text}” is no host name: letters, digits and hyphens, {EXAMPLE}")


def _networks(words: list[str]) -> list[str]:
    """Return networks as `192.168.1.0/24`, each once. Raises ValueError."""
    return list(dict.fromkeys(str(_network(word.strip(AROUND))) for word in words))


def _network(text: str) -> AnyNetwork:
    example = "a network is its first address and its size, such as 192.168.1.0/24"
    if len(text) > MAX_NETWORK_LENGTH:
        raise ValueError(f"that is no network: {example}")
    if "%" in text:  # a scope, which ipaddress takes as any text at all
        raise ValueError(f"a network has no interface: type {re.sub('%[^/]*', '', text)}")
    address, slash, _ = text.replace("[", "").replace("]", "").partition("/")
    if not slash and (alone := as_address(address)):
        raise ValueError(
            f"how large is the network of {alone}? Type its size, too, such as {_around(alone)}; "
            f"{alone}/{alone.max_prefixlen} is that address alone"
        )
    try:
        network = ipaddress.ip_network(text.replace("[", "").replace("]", ""), strict=False)
    except ValueError:
        raise ValueError(f"“{text}” is no network: {example}") from None
    if network.prefixlen == 0:
        raise ValueError(f"{text} is every address, and no phone would be outside: {example}")
    if as_address(address) != network.network_address:
        raise ValueError(f"{text} is an address in the network {network}: type {network}")
    return network


def _around(address: AnyAddress) -> AnyNetwork:
    size = 24 if address.version == 4 else 64
    return ipaddress.ip_network(f"{address}/{size}", strict=False)


def _split(value: Any) -> Any:
    """Raises ValueError for more than MAX_NETWORKS, before each is looked at."""
    if isinstance(value, str):
        value = [word for word in re.split(r"[,;\s]+", value.strip(AROUND)) if word]
    if isinstance(value, list) and len(value) > MAX_NETWORKS:
        raise ValueError(
            f"{len(value)} networks are too many: at most {MAX_NETWORKS}; larger ones hold several, such as 10.0.0.0/8"
        )
    return value


def _or_none(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip(AROUND) else value


Address = Annotated[str, AfterValidator(_address)]
Networks = Annotated[list[str], BeforeValidator(_split), AfterValidator(_networks)]


class NatChanges(BaseModel):
    """Any of the settings, as typed (`media`, `signaling`, `local`) or as Asterisk names them; the others stay as they are."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, populate_by_name=True)

    external_media_address: Address = Field(default="", alias="media")
    external_signaling_address: Annotated[Address | None, BeforeValidator(_or_none)] = Field(
        default=None, alias="signaling"
    )
    local_net: Networks = Field(default=[], alias="local")

    def given(self) -> dict[str, Any]:
        """Return the settings that somebody gave, by the name of the column."""
        return {name: getattr(self, name) for name in self.model_fields_set}


# What people type → the column.
KEYS = {str(field.alias): name for name, field in NatChanges.model_fields.items()}
