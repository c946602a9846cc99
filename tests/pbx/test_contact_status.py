"""A registered phone, as AMI shows it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbx.ami_messages import printable
from pbx.contact_status import Contact, contact, host_and_port


def test_both_events_are_read_though_they_spell_the_uri_differently() -> None:
    detail = {
        "URI": "sip:101@192.0.2.7:5062",
        "UserAgent": "Snom",
        "Status": "Reachable",
        "RoundtripUsec": "12400",
    }
    listed = {("Uri" if name == "URI" else name): value for name, value in detail.items()}
    assert (
        contact(detail)
        == contact(listed)
        == Contact("192.0.2.7", 5062, "Snom", "Reachable", 12.4, "sip:101@192.0.2.7:5062")
    )


def test_a_make_and_an_address_cannot_command_the_terminal() -> None:
    shown = contact({"UserAgent": "Snom\x1b]0;gotcha\x07\x9b", "URI": "sip:101@a\x1bb"})
    assert (shown.user_agent, shown.address) == ("Snom�]0;gotcha��", "a�b")


def test_fields_that_are_not_shown_are_empty() -> None:
    assert contact({}) == Contact("", 5060, "", "", None)


@pytest.mark.parametrize("usec", ["0", "N/A", "", "-1"])
def test_a_phone_that_was_never_asked_has_no_round_trip(usec: str) -> None:
    assert contact({"RoundtripUsec": usec}).round_trip_ms is None


@pytest.mark.parametrize(
    ("uri", "place"),
    [
        ("sip:101@192.0.2.7:5062;ob", ("192.0.2.7", 5062)),
        ("sips:101@[2001:db8::7]", ("2001:db8::7", 5060)),
        ("sip:101@[2001:db8::7]:5062", ("2001:db8::7", 5062)),
        ("sip:192.0.2.7", ("192.0.2.7", 5060)),
        ("sip:101@phone.example>x", ("phone.example", 5060)),
        ("tel:101", ("", 5060)),
        ("", ("", 5060)),
    ],
)
def test_a_uri_has_a_host_and_a_port(uri: str, place: tuple[str, int]) -> None:
    assert host_and_port(uri) == place


def test_a_phone_counts_as_reachable_unless_asterisk_knows_better() -> None:
    reachable = {
        status: Contact("192.0.2.7", 5060, "", status, None).reachable
        for status in ("Reachable", "NonQualified", "Created", "Unknown", "Unreachable", "Removed", "")
    }
    assert [status for status, is_so in reachable.items() if is_so] == [
        "Reachable", "NonQualified", "Created", "Unknown",
    ]  # fmt: skip


@given(st.text() | st.text().map("sip:{}".format))
def test_the_host_of_any_uri_is_printable(uri: str) -> None:
    host, port = host_and_port(uri)
    assert host == printable(host)
    assert port >= 0
