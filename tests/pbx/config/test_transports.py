"""The administrator's transports, and whether NAT can be added to them."""

from __future__ import annotations

from pbx.config.parser import BLOCK
from pbx.config.transports import AdminTransport, admin_transports
from tests.pbx.config.texts import sections

UDP = "[udp]\ntype=transport\n"


def found(text: str) -> list[AdminTransport]:
    return list(admin_transports(sections("p.conf", text)))


def test_every_transport_is_found_once_in_order_also_two_of_one_protocol() -> None:
    text = f"[t](!)\ntype=transport\n{UDP}[udp](+)\ntos=cs3\n[wan](t)\n[101]\ntype=endpoint\n[{BLOCK}]\n[udp](+)\ncos=3\n"
    assert found(text) == [AdminTransport("udp", "p.conf:3"), AdminTransport("wan", "p.conf:7")]
    assert all(each.takes_nat for each in found(text))


def test_options_of_the_administrators_own_are_found_wherever_they_stand() -> None:
    text = f"[t](!)\nLocal_Net=10.0.0.0/8\n[udp](t)\ntype=transport\n[{BLOCK}]\n[udp](+)\nexternal_media_address=x\n"
    (transport,) = found(text)
    assert transport.own_nat == ("p.conf:2", "p.conf:7")
    assert not transport.takes_nat


def test_a_transport_below_the_block_is_named_with_what_to_do() -> None:
    (transport,) = found(f"[{BLOCK}]\n{UDP}")
    assert transport.obstacle == "it stands below Switchhook's lines: move it above them"
    assert not transport.takes_nat


def test_a_section_of_its_name_further_up_would_get_the_addition_instead() -> None:
    (transport,) = found(f"[UDP]\ntype=aor\n{UDP}[{BLOCK}]\n")
    assert transport.obstacle == (
        "p.conf:1 has another section of its name further up: give one of them another name"
    )
    assert found(f"[udp](!)\ntype=aor\n{UDP}[{BLOCK}]\n")[0].takes_nat
    assert found(f"{UDP}[udp]\ntype=aor\n[{BLOCK}]\n")[0].takes_nat
