"""What the use cases answer."""

from __future__ import annotations

from models.extension import Extension
from models.nat import Nat
from pbx.answers import NatStatus, Status, TransportStatus
from pbx.contact_status import Contact


def test_an_extension_is_registered_with_a_phone_that_answers() -> None:
    row = Extension(number="101", name="Alice", encrypted_secret="x")
    silent, there = (Contact("192.0.2.7", 5060, "", status, None) for status in ("Unreachable", "Reachable"))
    assert Status(row, [silent, there]).registered
    assert not Status(row, [silent]).registered
    assert not Status(row).registered


def test_nat_is_done_when_asterisk_was_asked_and_shows_nothing_else() -> None:
    verified, unused = TransportStatus("udp", is_verified=True), TransportStatus("tcp")
    assert NatStatus(None, [verified, unused]).is_done
    assert not NatStatus(None, [verified, TransportStatus("tls", faults=("x",))]).is_done
    assert not NatStatus(None, [verified], error="it is away").is_done


def test_nat_is_not_done_where_a_transport_cannot_take_it_or_none_does() -> None:
    nat, own = Nat(external_media_address="203.0.113.7"), TransportStatus("wan", own=("pjsip.conf:7",))
    verified = TransportStatus("udp", is_verified=True)
    assert NatStatus(nat, [verified, own]).is_done
    assert not NatStatus(nat, [own]).is_done
    assert NatStatus(None, [own]).is_done
    assert not NatStatus(nat, [verified, TransportStatus("late", obstacle="it stands below")]).is_done
