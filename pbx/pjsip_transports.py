"""Pure: transports of pjsip.conf as text: those that Asterisk lacks, and what NAT adds to those of the administrator."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping

from models.nat import Nat
from pbx.escaping import escape

OPTIONS = ("external_media_address", "external_signaling_address", "local_net")
# Above what is added to a transport of the administrator's: the name goes between the two.
MARK = ("; Transport ", ": the empty section stands in should yours be removed")
HEADER = re.compile(r"\[([^\]]+)\]")
WRITTEN = re.compile(r"^\[(transport-\w+)\]\ntype=transport\nprotocol=(\w+)\nbind=(.*)$", re.MULTILINE)
EXTENSIONS = re.compile(r"^; Extension ", re.MULTILINE)


def nat_options(nat: Nat | None) -> list[tuple[str, str]]:
    """Return what every transport has of it."""
    if nat is None:
        return []
    return [
        ("external_media_address", nat.external_media_address),
        ("external_signaling_address", nat.signaling),
        *(("local_net", network) for network in nat.local_net),
    ]


def added(name: str, protocol: str, bind: str, nat: Nat | None) -> str:
    """Return a transport that Asterisk lacks."""
    return f"[{name}]\ntype=transport\nprotocol={protocol}\nbind={bind}\n{_lines(nat)}"


def extended(name: str, nat: Nat) -> str:
    """Return what is added to a transport of the administrator's, which stands further up.

    The empty section counts only where theirs is gone: Asterisk loads nothing at all of a pjsip.conf that adds to a
    section that is not there, and ignores one without a type.
    """
    return f"{name.join(MARK)}\n[{name}]\n\n[{name}](+)\n{_lines(nat)}"


def _lines(nat: Nat | None) -> str:
    return "".join(f"{name}={escape(value)}\n" for name, value in nat_options(nat))


def written(block: str) -> list[tuple[str, str, str]]:
    """Return name, protocol and bind address of each transport that was added(), of the text of a block."""
    return WRITTEN.findall(block)


def nat_lines(block: str) -> dict[str, list[str]]:
    """Return transport → its lines of NAT, if it has any, of the text of a block."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in EXTENSIONS.split(block, maxsplit=1)[0].split("\n"):
        if header := HEADER.match(line):
            name = header[1]
            found.setdefault(name, [])
        elif line.startswith(OPTIONS):
            found.setdefault(name, []).append(line)
    return found


def differences(nat: Nat | None, shown: Mapping[str, str]) -> Iterator[str]:
    """Yield what a TransportDetail event shows differently, a sentence each. `nat`: None where nothing is to be there."""
    wanted = dict(nat_options(nat))
    for option, header in (
        ("external_media_address", "ExternalMediaAddress"),
        ("external_signaling_address", "ExternalSignalingAddress"),
    ):
        got = shown.get(header, "")
        if got != wanted.get(option, ""):
            yield f"{option} is {got!r} instead of {wanted.get(option, '')!r}"
    networks = shown.get("LocalNet", "")
    if _parsed(networks.split(",")) != _parsed(nat.local_net if nat else []):
        yield f"local_net is {networks!r} instead of {','.join(nat.local_net) if nat else ''!r}"


def _parsed(networks: Iterable[str]) -> set[tuple[str, str]]:
    """Return address and netmask of each: Asterisk shows `192.168.1.0/255.255.255.0`, and `fd00::/ff00::`."""
    return {_pair(network) for network in networks if network}


def _pair(network: str) -> tuple[str, str]:
    address, _, size = network.partition("/")
    if size.isdecimal():
        found = ipaddress.ip_network(network, strict=False)
        return str(found.network_address), str(found.netmask)
    return address, size
