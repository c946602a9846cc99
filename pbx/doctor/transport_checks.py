"""Checks of transports: that Asterisk has started those that pjsip.conf has, and listens there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from pbx import pjsip
from pbx.ami import connected
from pbx.config import objects, reader
from pbx.config.managed_files import ConfigOnDisk
from pbx.config.parser import Section
from pbx.doctor.findings import Finding
from pbx.manager_user import LOOPBACK
from pbx.services import Services
from settings import Settings

TIMEOUT_SECONDS = 3.0
OURS = re.compile(r"^\[(transport-(\w+))\]$", re.MULTILINE)  # one that Switchhook added
LISTENING = "0A"  # the state of such a TCP socket in /proc/net/tcp
DEFAULT_PORT = {"udp": 5060, "tcp": 5060, "tls": 5061}
TABLES = {"udp": ("udp", "udp6"), "tcp": ("tcp", "tcp6"), "tls": ("tcp", "tcp6")}


class Transport(NamedTuple):
    """One of the transports in the files; `bind` as it is written there."""

    name: str
    protocol: str
    bind: str
    place: str

    @property
    def host(self) -> str:
        """Return the address that it is bound to, "" for any."""
        return objects.split_bind(self.bind)[0]

    @property
    def port(self) -> int:
        port = objects.split_bind(self.bind)[1]
        return int(port) if port.isdecimal() else DEFAULT_PORT[self.protocol]


def transports(services: Services) -> Iterator[Finding]:
    """Find transports that Asterisk has not started: another program has the port, say."""
    files = reader.read(services.settings)
    for each in on_disk(files, services.settings):
        if _is_started(services.settings, each, files) is False:
            protocol = "u" if each.protocol == "udp" else "t"
            yield Finding(
                "transports",
                f"Asterisk has not started {each.name}, which is to listen at {each.bind} ({each.protocol}; {each.place})",
                f"no phone reaches Asterisk by {each.protocol}",
                f"as root, ss -l{protocol}np 'sport = :{each.port}' names the program that has the port, if one does; end it, "
                "or bind the transport to another port. Then systemctl restart asterisk; its log says what else may be wrong "
                "(“could not be started”)",
            )


def on_disk(files: ConfigOnDisk, settings: Settings) -> Iterable[Transport]:
    """Return each transport once; those for browsers have no port, and come through Asterisk's HTTP server."""
    found: dict[str, Transport] = {}
    for section in objects.transport_sections(files.admin.pjsip):
        found.setdefault(section.name, _transport(section))
    for name, protocol in OURS.findall(files.blocks.pjsip):
        place = f"{files.pjsip.path}, in Switchhook's block"
        found.setdefault(name, Transport(name, protocol, settings.sip_bind, place))
    return [each for each in found.values() if each.protocol in TABLES]


def _transport(section: Section) -> Transport:
    protocol = (section.get("protocol") or "udp").lower()
    return Transport(section.name, protocol, section.get("bind") or "", f"{section.path}:{section.line}")


def _is_started(settings: Settings, transport: Transport, files: ConfigOnDisk) -> bool | None:
    """Return whether it is: Asterisk shows it with an endpoint of ours, or this machine has a socket there.

    None: neither can be asked.
    """
    if number := _user_of(transport, files):
        with connected(settings, timeout=TIMEOUT_SECONDS) as asterisk:
            shown = asterisk.ask_all([pjsip.show_action(number)])[0]
        if shown[0].get("Response") == "Success":
            return any(event.get("Event") == "TransportDetail" for event in shown)
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
