"""The text of the pjsip.conf block, and what the real Asterisk makes of it."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from pbx import pjsip
from pbx.pjsip import Endpoint

TRANSPORTS = {"udp": "transport-udp", "tcp": "transport-tcp", "wss": "transport-wss"}

# As the guide's “Complete Setup” has them, without the options that Asterisk does not know.
GUIDE = """\
[transport-tcp]
type=transport
protocol=tcp
bind=0.0.0.0:5060

; Extension 101
[101]
type=endpoint
context=from-internal
disallow=all
allow=ulaw
allow=alaw
allow=g722
transport=transport-udp
auth=101
aors=101
direct_media=no
callerid="Alice" <101>
subscribe_context=from-internal

[101]
type=auth
auth_type=userpass
username=101
password=se\\;cret

[101]
type=aor
max_contacts=1
remove_existing=yes
qualify_frequency=60

; Extension 102
[102]
type=endpoint
context=sales
disallow=all
allow=opus
transport=transport-wss
auth=102
aors=102
direct_media=yes
callerid="Bob \\\\ \\"B\\"\\;" <102>
subscribe_context=sales
webrtc=yes

[102]
type=auth
auth_type=userpass
username=102
password= >secret#

[102]
type=aor
max_contacts=2
remove_existing=yes
qualify_frequency=0
"""

ENDPOINTS = [
    Endpoint(number="101", name="Alice", secret=SecretStr("se;cret")),
    Endpoint(
        number="102",
        name='Bob \\ "B";',
        secret=SecretStr(">secret#"),
        context="sales",
        transport="wss",
        codecs=["opus"],
        max_contacts=2,
        qualify_frequency=0,
        direct_media=True,
    ),
]


def test_the_block_is_the_guides_sections() -> None:
    assert pjsip.render(ENDPOINTS, TRANSPORTS, {"tcp": "0.0.0.0:5060"}) == GUIDE


def test_no_extensions_render_to_nothing() -> None:
    assert pjsip.render([], TRANSPORTS, {}) == ""


def test_the_lines_of_each_number_are_found_again() -> None:
    parts = pjsip.by_number(GUIDE)
    assert list(parts) == ["101", "102"]
    assert parts["101"].startswith("[101]\ntype=endpoint\n")
    assert parts["102"].endswith("qualify_frequency=0")
    assert pjsip.by_number("") == {}


def test_preserved_lines_are_written_as_they_were() -> None:
    kept = pjsip.preserved(pjsip.by_number(GUIDE)).values()
    assert pjsip.render(kept, TRANSPORTS, {"tcp": "0.0.0.0:5060"}) == GUIDE


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("x" * 80, "x" * 79),
        ("é" * 80, "é" * 39),
        ('"' * 80, '\\"' * 39),
        ("🎉" * 20, "🎉" * 19),
    ],
)
def test_a_caller_id_is_cut_between_characters_where_asterisk_would(name: str, shown: str) -> None:
    assert pjsip.caller_id(name, "101") == f'"{shown}" <101>'


def test_an_extension_that_stays_has_the_context_of_its_lines() -> None:
    assert pjsip.PreservedLines("101", "[101]\ncontext=sales\ncontext=x").context == "sales"
    assert pjsip.PreservedLines("101", "[101]\nsubscribe_context=sales").context == "from-internal"
    assert "secret" not in repr(pjsip.PreservedLines("101", "password=secret"))
    assert pjsip.preserved({"101": "lines"}) == {"101": pjsip.PreservedLines("101", "lines")}


def test_asterisk_is_asked_for_an_endpoint_by_its_number() -> None:
    assert pjsip.show_action("101") == {"Action": "PJSIPShowEndpoint", "Endpoint": "101"}
