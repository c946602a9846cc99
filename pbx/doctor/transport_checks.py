"""Checks of transports: that Asterisk has started those that pjsip.conf has, and listens there."""

from __future__ import annotations

from collections.abc import Iterator

from pbx import listening
from pbx.config import reader
from pbx.doctor.findings import Finding
from pbx.services import Services


def transports(services: Services) -> Iterator[Finding]:
    """Find transports that Asterisk has not started: another program has the port, say."""
    files = reader.read(services.settings)
    for each in listening.on_disk(files):
        if listening.is_started(services.settings, each, files) is False:
            protocol = "u" if each.protocol == "udp" else "t"
            yield Finding(
                "transports",
                f"Asterisk has not started {each.name}, which is to listen at {each.bind} ({each.protocol}; {each.place})",
                f"no phone reaches Asterisk by {each.protocol}",
                f"as root, ss -l{protocol}np 'sport = :{each.port}' names the program that has the port, if one does; end it, "
                "or bind the transport to another port. Then systemctl restart asterisk; its log says what else may be wrong "
                "(“could not be started”)",
            )
