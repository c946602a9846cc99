"""Host names are looked up within a time that people wait."""

from __future__ import annotations

import ipaddress

from pbx import resolver


def test_a_name_has_its_addresses_and_one_that_is_not_there_none() -> None:
    found = resolver.resolve(["localhost", "nonexist.invalid", "203.0.113.7", "a" * 70])
    assert found.keys() == {"localhost", "nonexist.invalid", "a" * 70}
    assert found["localhost"][0] == ipaddress.ip_address("127.0.0.1")
    assert (found["nonexist.invalid"], found["a" * 70]) == ([], [])


def test_the_address_towards_another_is_this_machines_and_none_where_nothing_leads_there() -> None:
    towards = resolver.address_towards
    assert (towards("127.0.0.2"), towards("::1")) == ("127.0.0.1", "::1")
    assert (towards("a.host.name"), towards("255.255.255.255")) == ("", "")
