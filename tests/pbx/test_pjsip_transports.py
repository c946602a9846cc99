"""What transports get of NAT, as text, and what Asterisk shows of it."""

from __future__ import annotations

import pytest

from models.nat import Nat
from pbx import pjsip, pjsip_transports

NAT = Nat(external_media_address="203.0.113.7", local_net=["192.168.1.0/24", "fd00::/8"])
LINES = [
    "external_media_address=203.0.113.7",
    "external_signaling_address=203.0.113.7",
    "local_net=192.168.1.0/24",
    "local_net=fd00::/8",
]
SHOWN = {
    "ExternalMediaAddress": "203.0.113.7",
    "ExternalSignalingAddress": "203.0.113.7",
    "LocalNet": "192.168.1.0/255.255.255.0,fd00::/ff00::",
}


def test_nat_is_added_to_a_transport_of_the_administrators_below_an_empty_section() -> None:
    assert pjsip_transports.extended("transport-udp", NAT) == (
        "; Transport transport-udp: the empty section stands in should yours be removed\n[transport-udp]\n\n"
        "[transport-udp](+)\n" + "".join(f"{line}\n" for line in LINES)
    )


def test_a_transport_that_asterisk_lacks_has_it_directly_and_without_nat_none_of_it() -> None:
    plain = "[transport-tcp]\ntype=transport\nprotocol=tcp\nbind=0.0.0.0:5060\n"
    assert pjsip_transports.added("transport-tcp", "tcp", "0.0.0.0:5060", None) == plain
    natted = pjsip_transports.added("transport-tcp", "tcp", "0.0.0.0:5060", NAT)
    assert natted == plain + "".join(f"{line}\n" for line in LINES)


def test_signaling_may_have_another_address() -> None:
    both = Nat(external_media_address="203.0.113.7", external_signaling_address="pbx.example.com")
    assert pjsip_transports.nat_options(both) == [
        ("external_media_address", "203.0.113.7"),
        ("external_signaling_address", "pbx.example.com"),
    ]


def test_the_lines_of_nat_are_found_in_a_block_by_transport() -> None:
    block = pjsip.render([], {"tcp": "transport-tcp"}, {"tcp": "0.0.0.0:5060"}, NAT, ["Mine"])
    assert pjsip_transports.nat_lines(block) == {"transport-tcp": LINES, "Mine": LINES}
    assert pjsip_transports.nat_lines("; Extension 101\n[101]\nlocal_net=x\n") == {}
    assert pjsip_transports.nat_lines("[transport-udp]\ntype=transport\n") == {"transport-udp": []}


def test_nothing_is_added_to_others_transports_without_nat() -> None:
    assert pjsip.render([], {}, {}, None, ["Mine"]) == ""


def test_what_asterisk_shows_as_written_is_no_difference() -> None:
    assert list(pjsip_transports.differences(NAT, SHOWN)) == []
    swapped = SHOWN | {"LocalNet": "fd00::/ff00::,192.168.1.0/255.255.255.0"}
    assert list(pjsip_transports.differences(NAT, swapped)) == []
    assert list(pjsip_transports.differences(None, {})) == []


@pytest.mark.parametrize(
    ("header", "value", "sentence"),
    [
        ("ExternalMediaAddress", "x", "external_media_address is 'x' instead of '203.0.113.7'"),
        ("ExternalSignalingAddress", "", "external_signaling_address is '' instead of '203.0.113.7'"),
        ("LocalNet", "", "local_net is '' instead of '192.168.1.0/24,fd00::/8'"),
        (
            "LocalNet",
            "192.168.1.0/255.255.0.0,fd00::/ff00::",
            "local_net is '192.168.1.0/255.255.0.0,fd00::/ff00::' instead of '192.168.1.0/24,fd00::/8'",
        ),
    ],
)
def test_each_difference_is_a_sentence(header: str, value: str, sentence: str) -> None:
    assert list(pjsip_transports.differences(NAT, SHOWN | {header: value})) == [sentence]


def test_what_is_left_after_clearing_is_a_difference() -> None:
    assert len(list(pjsip_transports.differences(None, SHOWN))) == 3


def test_a_value_that_would_forge_lines_is_never_written() -> None:
    forged = Nat(external_media_address="203.0.113.7", local_net=["fe80::%a\n#exec id/64"])
    with pytest.raises(ValueError, match="control character"):
        pjsip_transports.extended("transport-udp", forged)
