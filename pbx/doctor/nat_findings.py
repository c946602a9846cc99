"""Pure: what is wrong with the addresses that phones are told, inside and outside of NAT."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Sequence

from models.nat import Nat
from models.nat_fields import AnyAddress, as_address
from pbx.answers import TransportStatus
from pbx.doctor.findings import Finding
from pbx.nat_warnings import Resolved, is_public, not_public

CHECK = "nat"
UNHEARD = "phones outside send their voice to an address where nobody takes it: calls connect and are silent, or fail"


def of_settings(nat: Nat, resolved: Resolved, sip_domain: str) -> Iterator[Finding]:
    """Yield what is wrong with an external address. `resolved`: of the names in `nat`, and of `sip_domain`."""
    for host in dict.fromkeys((nat.external_media_address, nat.signaling)):
        yield from _of_host(host, _addresses(host, resolved), nat)
    external = {*_addresses(nat.external_media_address, resolved), *_addresses(nat.signaling, resolved)}
    server = [each for each in _addresses(sip_domain, resolved) if not_public(each) is None]
    if server and external and external.isdisjoint(server):
        yield Finding(
            CHECK,
            f"phones find Asterisk at {sip_domain} (SIP_DOMAIN), which is {server[0]}, and are told "
            f"{nat.external_media_address}",
            UNHEARD,
            f"/ext nat set media={server[0]} signaling= if your router has that address now; else correct {sip_domain}",
        )


def _of_host(host: str, found: Sequence[AnyAddress], nat: Nat) -> Iterator[Finding]:
    remedy = "/ext nat set media=… with the address that your router has towards the Internet"
    if not found:
        yield Finding(
            CHECK,
            f"the external address {host} does not resolve",
            f"Asterisk writes “(null)” in its place once it has looked it up in vain: {UNHEARD}",
            f"correct the name in DNS, then systemctl restart asterisk; or {remedy}",
        )
    for address in found[:1]:
        name = f"the external address {host}" + (f" is {address}, and that" if str(address) != host else "")
        if what := not_public(address):
            yield Finding(CHECK, f"{name} is {what}", UNHEARD, remedy)
        elif inside := next((each for each in nat.local_net if address in ipaddress.ip_network(each)), None):
            yield Finding(CHECK, f"{name} is inside the local network {inside}", UNHEARD, remedy)


def _addresses(host: str, resolved: Resolved) -> Sequence[AnyAddress]:
    address = as_address(host)
    return [address] if address else resolved.get(host, ())


def of_transport(transport: TransportStatus) -> Iterator[Finding]:
    """Yield that Asterisk does not have on a transport what is set."""
    if transport.obstacle:
        what, _, remedy = transport.obstacle.partition(": ")
        yield Finding(CHECK, f"the external address is not on {transport.name}: {what}", UNHEARD, remedy)
    elif transport.faults:
        yield Finding(
            CHECK,
            f"Asterisk's {transport.name} is not as it is set: {'; '.join(transport.faults)}",
            UNHEARD,
            'flask publish, then asterisk -rx "module reload res_pjsip.so"; if it stays so, systemctl restart asterisk',
            fix="publish",
        )


def outside(phones: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return those with public addresses. `phones`: (number, address) of each."""
    return [(number, address) for number, address in phones if is_public(address)]


def of_phones(outside: Sequence[tuple[str, str]], own: AnyAddress) -> Iterator[Finding]:
    """Yield, where no external address is set, that phones outside are told a private one.

    `own`: the address that Asterisk has and tells them.
    """
    if not_public(own) is None:
        return
    number, address = outside[0]
    more = f", and {len(outside) - 1} more from outside" if len(outside) > 1 else ""
    yield Finding(
        CHECK,
        f"{number} is registered from {address}{more}; Asterisk tells them its own address {own}, which is private",
        UNHEARD,
        "/ext nat set media=… local=… with the address that your router has towards the Internet, and your own networks",
    )
