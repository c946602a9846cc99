"""Pure: what may not be meant in settings of NAT that are valid, a sentence each."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping, Sequence

from models.nat import Nat
from models.nat_fields import AnyAddress, as_address
from models.words import some

# Networks whose addresses the world does not reach; whose they are.
NOT_PUBLIC = {
    "a loopback address, which every machine has for itself": ("127.0.0.0/8", "::1/128"),
    "a link-local address, which nobody beyond the next router reaches": ("169.254.0.0/16", "fe80::/10"),
    "an address of your provider's own NAT (CGNAT), which nobody outside reaches": ("100.64.0.0/10",),
    "a private address, which nobody outside reaches": (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "fc00::/7",
    ),
}
NETWORKS = {
    ipaddress.ip_network(network): what for what, networks in NOT_PUBLIC.items() for network in networks
}

# Host name → what it resolves to; empty: nothing.
Resolved = Mapping[str, Sequence[AnyAddress]]


def not_public(address: AnyAddress) -> str | None:
    """Return what kind of address it is if the world does not reach it; None for a public one."""
    return next((what for network, what in NETWORKS.items() if address in network), None)


def is_public(text: str) -> bool:
    """Return whether it is an address that the world reaches."""
    address = as_address(text)
    return address is not None and not_public(address) is None


def is_private(text: str) -> bool:
    """Return whether it is an address that other machines reach, and the world does not."""
    address = as_address(text)
    return address is not None and not address.is_loopback and not_public(address) is not None


def warnings(nat: Nat, resolved: Resolved) -> Iterator[str]:
    """Yield a sentence for each thing that is probably not what was meant."""
    for host in dict.fromkeys((nat.external_media_address, nat.signaling)):
        address = as_address(host)
        if address:
            yield from _of_address(str(address), address, nat)
        else:
            yield from _of_name(host, resolved.get(host, ()), nat)
    yield from _of_networks(nat)


def _of_name(host: str, found: Sequence[AnyAddress], nat: Nat) -> Iterator[str]:
    if not found:
        yield (
            f"{host} does not resolve to an address from here. If Asterisk cannot resolve it either, it writes “(null)” in "
            "the place of the address, and calls with phones outside have no sound or fail: correct the name, or set the "
            "address itself. Asterisk looks a name up when it is set and when it starts, so once DNS is right: "
            "systemctl restart asterisk"
        )
        return
    yield from _of_address(f"{host} is {found[0]} now, and that", found[0], nat)
    yield (
        f"Asterisk looks {host} up when it is set and when it starts, and has {found[0]} until then; if the address "
        "changes in between, set enable=yes in dnsmgr.conf, or restart Asterisk after each change"
    )


def _of_address(subject: str, address: AnyAddress, nat: Nat) -> Iterator[str]:
    if what := not_public(address):
        yield f"{subject} is {what}: the external address is the one that your router has towards the Internet"
    if inside := next((each for each in nat.local_net if address in ipaddress.ip_network(each)), None):
        yield f"{subject} is inside the local network {inside}: an external address is outside of all of them"
    if address.version == 6:
        yield f"{subject} is an IPv6 address: phones that come by IPv4 get it, too, and cannot send their voice there"


def _of_networks(nat: Nat) -> Iterator[str]:
    if not nat.local_net:
        yield (
            "no local network is set, so phones inside get the external address, too, and many routers do not let "
            "that back in: add them, such as 192.168.1.0/24"
        )
    for text in nat.local_net:
        network = ipaddress.ip_network(text)
        if not any(network.version == each.version and each.supernet_of(network) for each in NETWORKS):  # type: ignore[arg-type]
            yield (
                f"the local network {network} has public addresses: phones there get Asterisk's own address instead of "
                "the external one, and hear nothing unless they are in your network"
            )


def direct_media(numbers: Sequence[str]) -> str:
    """Say that these do not get what they are set to."""
    return f"direct_media=yes waits for the end of NAT, as only Asterisk knows the external address: {some(numbers, 10)}"
