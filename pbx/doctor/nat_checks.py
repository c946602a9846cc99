"""Checks whether phones are told an address that they reach, inside and outside of NAT."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from models.nat import Nat
from models.nat_fields import AnyAddress, as_address
from pbx import nat
from pbx.answers import NatStatus
from pbx.contacts import all_contacts
from pbx.doctor import nat_findings
from pbx.doctor.findings import Finding
from pbx.resolver import address_towards, resolve
from pbx.services import Services
from settings import Settings


def nat_addresses(services: Services) -> Iterator[Finding]:
    """Find a wrong external address, or none where phones need one. Raises AsteriskUnavailable."""
    status = nat.show(services)
    if status.nat:
        yield from _settings(status.nat, services.settings)
        for transport in status.transports:
            yield from nat_findings.of_transport(transport)
    elif not _has_own(status):
        contacts = all_contacts(services.settings).items()
        phones = [(number, contact.address) for number, found in contacts for contact in found]
        yield from _phones(services.settings, phones)


def _has_own(status: NatStatus) -> bool:
    """Return whether the administrator has set an external address by hand."""
    return any(each.own for each in status.transports)


def _settings(row: Nat, settings: Settings) -> Iterator[Finding]:
    domain = settings.sip_domain.partition(":")[0]
    resolved = resolve((row.external_media_address, row.signaling, domain))
    yield from nat_findings.of_settings(row, resolved, domain)


def _phones(settings: Settings, phones: Sequence[tuple[str, str]]) -> Iterator[Finding]:
    outside = nat_findings.outside(phones)
    if outside and (own := _own_address(settings.ami_host, outside[0][1])):
        yield from nat_findings.of_phones(outside, own)


def _own_address(ami_host: str, towards: str) -> AnyAddress | None:
    """Return the address that Asterisk's machine has; None where that cannot be known."""
    address = as_address(ami_host) or next(iter(resolve((ami_host,))[ami_host]), None)
    return as_address(address_towards(towards)) if address and address.is_loopback else address
