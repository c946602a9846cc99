"""What people may type for a PBX behind NAT, and what they are told to type instead."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from models.nat_fields import KEYS, NatChanges


def refusal(**values: object) -> str:
    """The sentence for the first setting that is refused."""
    with pytest.raises(ValidationError) as caught:
        NatChanges.model_validate(values)
    (fault,) = caught.value.errors()
    assert fault["loc"] == tuple(values)
    return fault["msg"].removeprefix("Value error, ")


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("203.0.113.7", "203.0.113.7"),
        (" “203.0.113.7” ", "203.0.113.7"),
        ("PBX.Example.com.", "pbx.example.com"),
        ("pbx", "pbx"),
        ("my_host.example", "my_host.example"),
        ("xn--mnchen-3ya.example", "xn--mnchen-3ya.example"),
        ("[2001:DB8::7]", "2001:db8::7"),
        ("2001:0db8::0007", "2001:db8::7"),
    ],
)
def test_an_address_is_taken_as_people_type_it(typed: str, address: str) -> None:
    both = NatChanges.model_validate({"media": typed, "signaling": typed})
    assert (both.external_media_address, both.external_signaling_address) == (address, address)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "type an address or a name, such as 203.0.113.7 or pbx.example.com"),
        ("203.0.113.7:5060", "without a port: type 203.0.113.7"),
        ("pbx.example.com:5060", "without a port: type pbx.example.com"),
        ("[2001:db8::7]:5060", "without a port: type [2001:db8::7]"),
        ("sip:pbx.example.com", "one address or name alone, without sip:"),
        ("203.0.113.7/24", "one address or name alone, without sip: and without a network's size"),
        ("203.0.113.7,203.0.113.8", "one address or name alone"),
        ("203.0.113.256", "“203.0.113.256” is no IP address: four numbers from 0 to 255"),
        ("203.0.113", "“203.0.113” is no IP address"),
        ("2001:db8::7::1", "“2001:db8::7::1” is no IPv6 address, which looks like 2001:db8::7"),
        ("0.0.0.0", "0.0.0.0 is no address that packets can be sent to"),  # noqa: S104 (refused)
        ("224.0.0.1", "224.0.0.1 is no address that packets can be sent to"),
        ("255.255.255.255", "255.255.255.255 is no address that packets can be sent to"),
        ("fe80::1%eth0", "fe80::1%eth0 is no address that packets can be sent to"),
        ("münchen.example", "“münchen.example” is not in ASCII: type the name as DNS has it, with xn--"),
        ("pbx;example", "“pbx;example” is no host name"),
        ("-pbx.example", "“-pbx.example” is no host name"),
        ("pbx..example", "“pbx..example” is no host name"),
        ("p\nbx", "one address or name alone"),
        ("a" * 64, "is no host name"),
        (".".join(["abc"] * 64), "is no host name"),
    ],
)
def test_what_is_no_address_is_refused_with_what_to_type(typed: str, said: str) -> None:
    assert said in refusal(media=typed)


@pytest.mark.parametrize(
    ("typed", "networks"),
    [
        ("192.168.1.0/24,10.0.0.0/8", ["192.168.1.0/24", "10.0.0.0/8"]),
        ("“192.168.1.0/24 , 10.0.0.0/8;fd00::/8”", ["192.168.1.0/24", "10.0.0.0/8", "fd00::/8"]),
        ("192.168.1.0/255.255.255.0", ["192.168.1.0/24"]),
        ("192.168.1.5/32, 192.168.1.5/32", ["192.168.1.5/32"]),
        ("[FD00::]/8", ["fd00::/8"]),
        ("", []),
        (["192.168.1.0/24"], ["192.168.1.0/24"]),
        (
            ",".join(f"10.{number}.0.0/16" for number in range(50)),
            [f"10.{number}.0.0/16" for number in range(50)],
        ),
    ],
)
def test_networks_are_taken_as_people_type_them(typed: object, networks: list[str]) -> None:
    assert NatChanges.model_validate({"local": typed}).local_net == networks


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("192.168.1.5/24", "192.168.1.5/24 is an address in the network 192.168.1.0/24: type 192.168.1.0/24"),
        ("10.0.0.0/8,fd00::1/8", "fd00::1/8 is an address in the network fd00::/8: type fd00::/8"),
        (
            "192.168.1.0",
            "how large is the network of 192.168.1.0? Type its size, too, such as 192.168.1.0/24",
        ),
        ("192.168.1.5", "192.168.1.5/32 is that address alone"),
        ("fd00::1", "such as fd00::/64; fd00::1/128 is that address alone"),
        ("192.168.1.*", "“192.168.1.*” is no network: a network is its first address and its size"),
        ("192.168.1.0/33", "“192.168.1.0/33” is no network"),
        ("office", "“office” is no network"),
        ("fe80::%wlan7/64", "a network has no interface: type fe80::/64"),
        (["fe80::%a\n#exec id/64"], "a network has no interface: type fe80::/64"),
        ("/24", "“/24” is no network"),
        ("0.0.0.0/0", "0.0.0.0/0 is every address, and no phone would be outside"),
        (",".join(f"10.{number}.0.0/16" for number in range(51)), "51 networks are too many: at most 50"),
        (["10.0.0.0/8"] * 51, "51 networks are too many: at most 50"),
        ("1" * 101 + "/8", "that is no network: a network is its first address and its size"),
    ],
)
def test_what_is_no_network_is_refused_with_the_network_meant(typed: object, said: str) -> None:
    assert said in refusal(local=typed)


def test_settings_have_asterisks_names_too_and_only_those_given_are_changed() -> None:
    assert KEYS == {
        "media": "external_media_address",
        "signaling": "external_signaling_address",
        "local": "local_net",
    }
    given = {"external_media_address": "203.0.113.7", "local_net": "10.0.0.0/8"}
    assert NatChanges.model_validate(given).given() == given | {"local_net": ["10.0.0.0/8"]}
    assert NatChanges.model_validate({"signaling": " "}).given() == {"external_signaling_address": None}
    assert "no address that packets" in refusal(external_media_address="0.0.0.0")  # noqa: S104 (refused)
    assert "Extra inputs" in refusal(port="5060")
