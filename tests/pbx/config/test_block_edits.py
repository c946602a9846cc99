"""What somebody wrote between Switchhook's marks is found, and what Switchhook wrote is its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from pbx import dialplan
from pbx.config import block_edits
from pbx.config.managed_files import ManagedFile, Provenance, split
from pbx.outbound_route import OutboundRoute

PJSIP = """\
[transport-udp]
type=transport

; Extension 101
[101]
type=endpoint
[101]
type=aor

; Extension 102
[102]
type=aor
"""
EXTENSIONS = """\
[from-internal]
; Extension 101
exten => 101,1,NoOp()
 same => n,Hangup()
exten => 101,hint,PJSIP/101

include => switchhook-range

[sales]
; Extension 102
exten => 102,1,NoOp()

[switchhook-range]
exten => _1XX,1,NoOp(Extension to extension call: ${EXTEN})
exten => _2XX,1,NoOp()
"""
WRITER = Provenance("2f1c9a52-7f0e-4c55-9a0e-6f6f1d3c8b11", 7)


def managed(text: str) -> ManagedFile:
    """Three lines of the administrator's, the mark with an empty line before it, the writer's line, and the text."""
    path = Path("/x.conf")
    return split(path, ManagedFile(path, b"; 1\n; 2\n; 3\n", None, b"").with_block(text, WRITER))


def in_pjsip(text: str) -> list[str]:
    return block_edits.in_pjsip(managed(text))


def in_dialplan(text: str) -> list[str]:
    return block_edits.in_dialplan(managed(text))


def test_switchhooks_own_lines_are_no_edit() -> None:
    assert in_pjsip(PJSIP) == in_dialplan(EXTENSIONS) == []
    rendered = dialplan.render([], dialplan.range_extens(100, 199))
    assert in_dialplan(rendered) == []


def test_the_route_for_calls_out_is_no_edit_and_what_is_added_to_it_is_one() -> None:
    route = OutboundRoute("trunk", ("from-internal", "sales"), ("911",)).text()
    assert in_dialplan(route) == []
    assert in_dialplan(route + "exten => 912,1,Answer()\n") == ["/x.conf:22 has exten => 912"]
    assert len(in_dialplan(route.replace("[outbound-routes]", "[mine]"))) == 2


def test_a_file_without_a_block_has_nothing_of_it() -> None:
    without = ManagedFile(Path("/x.conf"), b"[mine]\nexten => 1,1,Answer()\n", None, b"")
    assert block_edits.in_pjsip(without) == block_edits.in_dialplan(without) == []


@pytest.mark.parametrize(
    ("above", "section", "line"),
    [
        ("[transport-udp]", "mytrunk", 7),
        ("[transport-udp]", "transport-x y", 7),
        ("; Extension 101", "mytrunk", 10),
        ("; Extension 102", "199", 16),
        ("; Extension 102", "transport-tcp", 16),
        ("[102]", "101", 17),
    ],
)
def test_a_section_of_somebody_elses_is_named_with_its_line(above: str, section: str, line: int) -> None:
    assert in_pjsip(PJSIP.replace(above, f" [{section}]\na=1\n{above}", 1)) == [
        f"/x.conf:{line} has [{section}]"
    ]


def test_transports_that_switchhook_added_stand_before_all_extensions() -> None:
    assert in_pjsip("[transport-tcp]\ntype=transport\n" + PJSIP) == []


@pytest.mark.parametrize(
    ("above", "text", "named"),
    [
        ("; Extension 101", "include => door\n", "8 has include => door"),
        ("; Extension 101", "INCLUDE=door ; mine\n", "8 has include => door"),
        ("; Extension 102", "exten => 160,1,Answer()\n", "16 has exten => 160"),
        ("[sales]", "exten => 102,1,Answer()\n", "15 has exten => 102"),
        ("[sales]", "exten => _9X.,1,Answer()\n", "15 has exten => _9X."),
        ("[switchhook-range]", "[mine]\nexten = _9X.,1,Answer()\n", "20 has exten => _9X."),
    ],
)
def test_steps_and_includes_of_somebody_elses_are_named_with_their_line(
    above: str, text: str, named: str
) -> None:
    assert in_dialplan(EXTENSIONS.replace(above, text + above, 1)) == [f"/x.conf:{named}"]


def test_what_a_step_does_may_be_secret_and_is_not_named() -> None:
    step = "exten => *77,1,Authenticate(hush4711)\n"
    assert in_dialplan(EXTENSIONS.replace("[sales]", step + "[sales]")) == ["/x.conf:15 has exten => *77"]


def test_patterns_of_older_versions_in_the_context_itself_are_switchhooks() -> None:
    older = "exten => _1XX,1,NoOp(Extension to extension call: ${EXTEN})\n"
    assert in_dialplan(EXTENSIONS.replace("[sales]", older + "[sales]")) == []


def test_bytes_that_are_no_text_do_not_hide_the_text() -> None:
    path = Path("/x.conf")
    odd = ManagedFile(path, b"", b"\xff\n[mine]\n; Extension 1", b"")
    assert block_edits.in_pjsip(odd) == ["/x.conf:4 has [mine]"]


NATTED = """\
[transport-tcp]
type=transport

; Transport my lan: the empty section stands in should yours be removed
[my lan]

[my lan](+)
local_net=10.0.0.0/8

; Extension 101
[101]
type=aor
"""


def test_what_nat_adds_to_the_administrators_transports_is_switchhooks_own() -> None:
    assert in_pjsip(NATTED) == []


def test_a_section_beside_what_nat_adds_is_an_edit() -> None:
    assert in_pjsip(NATTED.replace("; Extension", "[other](+)\ntos=cs3\n; Extension")) == [
        "/x.conf:16 has [other]"
    ]
    assert in_pjsip("[my lan](+)\nlocal_net=10.0.0.0/8\n") == ["/x.conf:7 has [my lan]"]
