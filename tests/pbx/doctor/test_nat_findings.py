"""A wrong external address is found, and none where phones need one."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest

from models.nat import Nat
from pbx.answers import TransportStatus
from pbx.doctor import nat_findings
from pbx.doctor.findings import Finding

OURS = "203.0.113.7"
PRIVATE = ipaddress.ip_address("192.168.1.10")


def of_settings(media: str = OURS, domain: str = "localhost", **more: Any) -> list[Finding]:
    nat = Nat(external_media_address=media, **{"local_net": ["192.168.1.0/24"]} | more)
    names = {"pbx.example": [OURS], "moved.example": ["198.51.100.9"], "localhost": ["127.0.0.1"]}
    names |= {"inside.example": ["192.168.1.10"]}
    resolved = {name: [ipaddress.ip_address(each) for each in found] for name, found in names.items()}
    return list(nat_findings.of_settings(nat, resolved, domain))


@pytest.mark.parametrize(
    ("media", "domain"),
    [
        (OURS, "localhost"),
        (OURS, "pbx.example"),
        (OURS, OURS),
        ("pbx.example", "pbx.example"),
        (OURS, "inside.example"),
        (OURS, "nonexist.invalid"),
    ],
)
def test_an_address_that_the_world_reaches_is_right(media: str, domain: str) -> None:
    assert of_settings(media, domain) == []


@pytest.mark.parametrize(
    ("media", "seen"),
    [
        ("10.0.0.1", "the external address 10.0.0.1 is a private address"),
        (
            "inside.example",
            "the external address inside.example is 192.168.1.10, and that is a private address",
        ),
        ("nonexist.invalid", "the external address nonexist.invalid does not resolve"),
    ],
)
def test_an_address_that_the_world_does_not_reach_is_found(media: str, seen: str) -> None:
    (finding,) = of_settings(media)
    assert finding.seen.startswith(seen)
    assert "/ext nat set media=" in finding.remedy


def test_an_address_inside_a_local_network_is_found() -> None:
    (finding,) = of_settings(local_net=["203.0.113.0/24"])
    assert finding.seen == "the external address 203.0.113.7 is inside the local network 203.0.113.0/24"


def test_another_address_than_the_one_that_phones_register_at_is_found() -> None:
    (finding,) = of_settings(domain="moved.example")
    assert finding.seen == (
        "phones find Asterisk at moved.example (SIP_DOMAIN), which is 198.51.100.9, and are told 203.0.113.7"
    )
    assert "/ext nat set media=198.51.100.9" in finding.remedy
    assert of_settings(domain="moved.example", external_signaling_address="198.51.100.9") == []


def test_what_asterisk_does_not_have_as_it_is_set_is_found() -> None:
    found = nat_findings.of_transport(TransportStatus("udp", faults=("local_net is '' instead of 'x'",)))
    (finding,) = found
    assert finding.seen == "Asterisk's udp is not as it is set: local_net is '' instead of 'x'"
    assert finding.fix == "publish"
    (late,) = nat_findings.of_transport(TransportStatus("udp", obstacle="it stands below: move it above"))
    assert (late.seen, late.remedy) == (
        "the external address is not on udp: it stands below",
        "move it above",
    )
    assert list(nat_findings.of_transport(TransportStatus("udp", is_verified=True))) == []
    assert list(nat_findings.of_transport(TransportStatus("udp", own=("pjsip.conf:7",)))) == []


def test_phones_outside_that_are_told_a_private_address_are_found() -> None:
    phones = [
        ("100", "192.168.1.20"),
        ("101", "198.51.100.9"),
        ("102", "2001:db8::5"),
        ("103", "pbx.invalid"),
    ]
    outside = nat_findings.outside(phones)
    assert outside == phones[1:3]
    (finding,) = nat_findings.of_phones(outside, PRIVATE)
    assert finding.seen == (
        "101 is registered from 198.51.100.9, and 1 more from outside; Asterisk tells them its own address 192.168.1.10, "
        "which is private"
    )
    (alone,) = nat_findings.of_phones(outside[:1], PRIVATE)
    assert alone.seen.startswith("101 is registered from 198.51.100.9; Asterisk tells them")
    assert list(nat_findings.of_phones(outside, ipaddress.ip_address(OURS))) == []
