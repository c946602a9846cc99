"""Addresses of transports, as Asterisk reads them."""

from __future__ import annotations

import pytest

from pbx.listening import Transport


@pytest.mark.parametrize(
    ("protocol", "bind", "host", "port"),
    [
        ("udp", "0.0.0.0:5070", "", 5070),
        ("tls", "192.0.2.7", "192.0.2.7", 5061),
        ("udp", "", "", 5060),
        ("tcp", "[::]:5080", "", 5080),
        ("tcp", "2001:db8::1", "2001:db8::1", 5060),
        ("tcp", "[2001:db8::1]:5081", "2001:db8::1", 5081),
    ],
)
def test_an_address_is_read_as_asterisk_reads_it(protocol: str, bind: str, host: str, port: int) -> None:
    transport = Transport("t", protocol, bind, "pjsip.conf:1")
    assert (transport.host, transport.port) == (host, port)
