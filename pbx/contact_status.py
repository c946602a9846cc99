"""Pure: a registered phone, as AMI shows it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pbx.ami_messages import MAX_VALUE_LENGTH, printable

DEFAULT_SIP_PORT = 5060


@dataclass(frozen=True)
class Contact:
    """One registered phone. `status` is Asterisk's word; `round_trip_ms` is None until it answered a qualify."""

    address: str
    port: int
    user_agent: str
    status: str
    round_trip_ms: float | None
    uri: str = ""

    @property
    def reachable(self) -> bool:
        """Whether it answers, as far as Asterisk knows: a phone that is never qualified counts as reachable."""
        return self.status in ("Reachable", "NonQualified", "Created", "Unknown")


def contact(event: Mapping[str, str]) -> Contact:
    """Read a ContactStatusDetail or ContactList event, which spell two headers differently."""
    uri = event.get("URI") or event.get("Uri", "")
    address, port = host_and_port(uri)
    round_trip = event.get("RoundtripUsec", "")
    return Contact(
        address=address,
        port=port,
        user_agent=printable(event.get("UserAgent", "")),
        status=event.get("Status", ""),
        round_trip_ms=int(round_trip) / 1000 if round_trip.isdecimal() and int(round_trip) else None,
        uri=printable(uri),
    )


def cut_contact(event: Mapping[str, str]) -> Contact:
    """Read an event as contact() does, with every value cut to MAX_VALUE_LENGTH."""
    return contact({name: value[:MAX_VALUE_LENGTH] for name, value in event.items()})


def host_and_port(uri: str) -> tuple[str, int]:
    """Return address and port of a SIP URI such as `sip:101@192.0.2.7:5062;ob` or `sip:101@[2001:db8::7]`."""
    match = re.match(r"sips?:(?:[^@]*@)?(\[[^\]]*\]|[^:;>?]*)(?::([0-9]+))?", uri)
    if not match:
        return "", DEFAULT_SIP_PORT
    return printable(match[1].strip("[]")), int(match[2] or DEFAULT_SIP_PORT)
