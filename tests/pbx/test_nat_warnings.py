"""What is valid, and probably not meant, is named in plain words."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest

from models.nat import Nat
from pbx import nat_warnings


def warnings(media: str = "203.0.113.7", *found: str, **more: Any) -> list[str]:
    nat = Nat(external_media_address=media, **{"local_net": ["192.168.1.0/24"]} | more)
    return list(nat_warnings.warnings(nat, {media: [ipaddress.ip_address(each) for each in found]}))


def test_a_public_address_and_private_networks_are_as_they_should_be() -> None:
    assert warnings() == []
    assert (
        warnings(local_net=["10.0.0.0/8", "172.20.0.0/16", "fd00::/8", "100.64.0.0/10", "127.0.0.0/8"]) == []
    )
    assert warnings(external_signaling_address="203.0.113.8") == []


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("10.1.2.3", "a private address"),
        ("172.31.0.1", "a private address"),
        ("192.168.9.9", "a private address"),
        ("127.0.0.1", "a loopback address"),
        ("169.254.1.1", "a link-local address"),
        ("100.64.0.1", "an address of your provider's own NAT (CGNAT)"),
        ("fd00::1", "a private address"),
        ("::1", "a loopback address"),
        ("fe80::1", "a link-local address"),
    ],
)
def test_an_external_address_that_the_world_does_not_reach_is_named(address: str, kind: str) -> None:
    assert warnings(address)[0].startswith(f"{address} is {kind}")
    assert warnings("pbx.example", address)[0].startswith(f"pbx.example is {address} now, and that is {kind}")
    assert any(f"{address} is {kind}" in each for each in warnings(external_signaling_address=address))


def test_an_external_address_inside_a_local_network_is_named() -> None:
    (warning, _) = warnings("203.0.113.7", local_net=["203.0.113.0/24"])
    assert warning.startswith("203.0.113.7 is inside the local network 203.0.113.0/24")


def test_a_name_that_does_not_resolve_says_what_asterisk_makes_of_it() -> None:
    (warning,) = warnings("nonexist.invalid")
    assert warning.startswith("nonexist.invalid does not resolve to an address from here.")
    assert "systemctl restart asterisk" in warning


def test_a_name_says_that_asterisk_does_not_look_again() -> None:
    (warning,) = warnings("pbx.example", "203.0.113.7")
    assert "has 203.0.113.7 until then" in warning
    assert "enable=yes in dnsmgr.conf" in warning


def test_an_ipv6_address_alone_is_no_place_for_phones_with_ipv4() -> None:
    (warning,) = warnings("2001:db8::7")
    assert warning.startswith("2001:db8::7 is an IPv6 address: phones that come by IPv4 get it, too")


@pytest.mark.parametrize("network", ["8.8.8.0/24", "192.0.0.0/8", "2001:db8::/32"])
def test_a_network_with_public_addresses_is_named(network: str) -> None:
    (warning,) = warnings(local_net=["10.0.0.0/8", network])
    assert warning.startswith(f"the local network {network} has public addresses")


def test_no_network_at_all_is_named() -> None:
    (warning,) = warnings(local_net=[])
    assert warning.startswith("no local network is set, so phones inside get the external address, too")


def test_extensions_whose_direct_media_waits_are_named() -> None:
    assert nat_warnings.direct_media(["101", "102"]).endswith("external address: 101, 102")
    assert nat_warnings.direct_media([str(number) for number in range(101, 113)]).endswith("110 and 2 more")


@pytest.mark.parametrize(
    ("text", "is_public", "is_private"),
    [
        ("203.0.113.7", True, False),
        ("192.168.9.9", False, True),
        ("100.64.0.1", False, True),
        ("127.0.0.1", False, False),
        ("pbx.example", False, False),
        ("", False, False),
    ],
)
def test_an_address_is_public_or_one_that_other_machines_reach(
    text: str, is_public: bool, is_private: bool
) -> None:
    assert (nat_warnings.is_public(text), nat_warnings.is_private(text)) == (is_public, is_private)
