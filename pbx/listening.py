"""The transports in the files, and whether Asterisk has started them: AMI shows none but by an endpoint that has it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pbx import pjsip, pjsip_transports
from pbx.ami import connected
from pbx.config import objects
from pbx.config.managed_files import ConfigOnDisk
from pbx.config.parser import Section
from pbx.manager_user import LOOPBACK
from settings import Settings

TIMEOUT_SECONDS = 3.0
LISTENING = "0A"  # the state of such a TCP socket in /proc/net/tcp
DEFAULT_PORT = {"udp": 5060, "tcp": 5060, "tls": 5061}
TABLES = {"udp": ("udp", "udp6"), "tcp": ("tcp", "tcp6"), "tls": ("tcp", "tcp6")}


class Transport(NamedTuple):
    """One of the transports in the files; `bind` as it is written there."""

    name: str
    protocol: str
    bind: str
    place: str
    is_ours: bool = False  # in Switchhook's block

    @property
    def host(self) -> str:
        """Return the address that it is bound to, "" for any."""
        return objects.split_bind(self.bind)[0]

    @property
    def port(self) -> int:
        port = objects.split_bind(self.bind)[1]
        return int(port) if port.isdecimal() else DEFAULT_PORT[self.protocol]

    @property
    def address(self) -> str:
        """Return address and port, as Asterisk shows them."""
        _, port = objects.split_bind(self.bind)
        host = self.bind.removesuffix(f":{port}") if port else self.bind
        return f"{host}:{self.port}"

    def is_at(self, bind: str) -> bool:
        """Return whether that is its address, however it is written."""
        other = self._replace(bind=bind)
        return (self.host, self.port) == (other.host, other.port)


def on_disk(files: ConfigOnDisk) -> list[Transport]:
    """Return each transport once; those for browsers have no port, and come through Asterisk's HTTP server."""
    found: dict[str, Transport] = {}
    for section in objects.transport_sections(files.admin.pjsip):
        found.setdefault(section.name, _transport(section))
    place = f"{files.pjsip.path}, in Switchhook's block"
    for name, protocol, bind in pjsip_transports.written(files.blocks.pjsip):
        found.setdefault(name, Transport(name, protocol, bind, place, is_ours=True))
    return [each for each in found.values() if each.protocol in TABLES]


def _transport(section: Section) -> Transport:
    protocol = (section.get("protocol") or "udp").lower()
    return Transport(section.name, protocol, section.get("bind") or "", f"{section.path}:{section.line}")


def is_started(settings: Settings, transport: Transport, files: ConfigOnDisk) -> bool | None:
    """Return whether it is: Asterisk shows it with an endpoint of ours, or this machine has a socket there.

    None: neither can be asked. Raises AsteriskUnavailable.
    """
    if number := _user_of(transport, files):
        with connected(settings, timeout=TIMEOUT_SECONDS) as asterisk:
            shown = asterisk.ask_all([pjsip.show_action(number)])[0]
        if shown[0].get("Response") == "Success":
            return any(event.get("Event") == "TransportDetail" for event in shown)
    return has_listener(settings, transport)


def has_listener(settings: Settings, transport: Transport) -> bool | None:
    """Return whether something listens at its port; None where Asterisk's machine is not known to be this one."""
    if settings.ami_host not in LOOPBACK:
        return None
    return transport.port in _ports(transport.protocol)


def _user_of(transport: Transport, files: ConfigOnDisk) -> str | None:
    """Return an extension in Switchhook's lines that has this transport."""
    line = f"transport={transport.name}"
    found = files.blocks.endpoints.items()
    return next((number for number, lines in found if line in lines.split("\n")), None)


def _ports(protocol: str) -> set[int]:
    """Return the ports of this machine that something listens at."""
    return {port for table in TABLES[protocol] for port in _listening(Path("/proc/net") / table, protocol)}


def _listening(table: Path, protocol: str) -> Iterator[int]:
    if not table.exists():
        return
    for line in table.read_text().splitlines()[1:]:
        _, local, _, state, *_ = line.split()
        if protocol == "udp" or state == LISTENING:
            yield int(local.rpartition(":")[2], 16)
