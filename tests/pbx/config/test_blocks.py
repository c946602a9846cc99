"""What the two blocks hold, by number and by exten."""

from __future__ import annotations

from pbx.config.blocks import Blocks

PJSIP = """\
[transport-udp]
type=transport

; Extension 101
[101]
type=aor

; Extension 102
[102]
type=aor
"""
EXTENSIONS = """\
[office]
; Extension 101
exten => 101,1,NoOp()
exten => 101,hint,PJSIP/101

[switchhook-range]
exten => _1XX,1,NoOp()
"""


def test_lines_are_found_by_number_and_by_exten() -> None:
    blocks = Blocks(PJSIP, EXTENSIONS)
    assert blocks.endpoints == {"101": "[101]\ntype=aor", "102": "[102]\ntype=aor"}
    assert blocks.extens == {
        ("office", "101"): "exten => 101,1,NoOp()\nexten => 101,hint,PJSIP/101\n",
        ("switchhook-range", "_1XX"): "exten => _1XX,1,NoOp()\n",
    }


def test_a_phone_is_all_that_either_file_has_of_its_number() -> None:
    assert Blocks(PJSIP, EXTENSIONS).phones == {
        "101": ["[101]\ntype=aor", "office", "exten => 101,1,NoOp()\nexten => 101,hint,PJSIP/101\n"],
        "102": ["[102]\ntype=aor"],
    }
    assert list(Blocks("", EXTENSIONS).phones) == ["101"]


def test_emergency_numbers_of_the_route_are_no_phones() -> None:
    assert list(Blocks("", "[outbound-routes]\nexten => 911,1,NoOp()\n").phones) == []


def test_a_secret_in_them_does_not_reach_a_log() -> None:
    assert "password" not in repr(Blocks("password=x", ""))
