"""What sections of pjsip.conf, pjsip_wizard.conf and sorcery.conf mean to Asterisk."""

from __future__ import annotations

from pathlib import Path

import pytest

from pbx.config import objects, parser
from pbx.config.parser import Section

PATH = Path("pjsip.conf")


def read(text: str, included: str = "") -> list[Section]:
    """Parse a text, which may include one more."""
    texts = {PATH: text, Path("more.conf"): included}
    return parser.sections(lambda path, _by: texts.get(path), lambda pattern: [Path(pattern)], PATH)


def test_transports_are_found_by_protocol_through_templates() -> None:
    found = read(
        "[base](!)\ntype=transport\nprotocol=tcp\n[mine](base)\nbind=0.0.0.0\n"
        "[plain]\ntype=transport\n[second]\ntype=transport\nprotocol=UDP\n[later]\ntype=transport\n"
        "[later](+)\nprotocol=tls\n[x]\ntype=endpoint\nprotocol=wss\n",
    )
    assert objects.transports(found) == {"tcp": "mine", "udp": "plain", "tls": "later"}


def test_conflicts_are_named_by_file_and_line() -> None:
    found = read(
        ";--\n[101]\n--;\n#include more.conf\n[101]\ntype=auth\n[1011]\n; [101]\n[101](!)\ntype=endpoint\n",
        "\n\n[101]\ntype=aor\n",
    )
    assert objects.endpoint_conflicts(found, "101") == ["more.conf:3", "pjsip.conf:5"]


@pytest.mark.parametrize("kind", ["endpoint", "auth", "aor", "transport"])
def test_a_second_object_of_one_name_and_type_is_a_duplicate(kind: str) -> None:
    text = f"[x]\ntype={kind}\n[x](+)\na=1\n[y]\ntype={kind}\n[x](!)\ntype={kind}\n[x]\ntype={kind}\n"
    assert [(a.name, a.line, b.line) for a, b in objects.duplicates(read(text))] == [("x", 1, 9)]


def test_other_types_may_stand_twice() -> None:
    assert not list(objects.duplicates(read("[x]\ntype=acl\n[x]\ntype=acl\n[x]\ntype=aor\n[x]\ntype=auth\n")))


def test_a_section_that_adds_to_the_block_by_plus_is_an_addition() -> None:
    found = read("[101](+)\nallow=gsm\n[102]\ntype=aor\n[102](+)\na=1\n")
    assert objects.additions(found, "101") == ["pjsip.conf:1"]
    assert objects.additions(found, "102") == []


def test_wizards_make_endpoints_and_hints() -> None:
    found = read(
        "[101]\ntype=wizard\nhas_hint=Yes\nhint_exten=155\nendpoint/context=sales\n"
        "[102]\ntype=wizard\nhas_hint=no\nhint_exten=156\n"
        "[103](!)\ntype=wizard\nhas_hint=yes\nhint_exten=157\n"
        "[104]\ntype=wizard\nhas_hint=yes\nhint_exten=158\nhint_context=lamps\nendpoint/context=sales\n"
        "[105]\ntype=wizard\nhas_hint=yes\nhint_exten=159\n[106]\ntype=wizard\nhas_hint=yes\n"
    )
    assert objects.wizard_conflicts(found, "101") == ["pjsip.conf:1"]
    assert objects.wizard_conflicts(found, "103") == []
    assert list(objects.wizard_hints(found)) == [
        ("pjsip.conf:1", "sales", "155"),
        ("pjsip.conf:14", "lamps", "158"),
        ("pjsip.conf:20", "default", "159"),
    ]


def test_sorcery_maps_objects_to_other_places_than_pjsip_conf() -> None:
    found = read(
        "[res_pjsip]\naor=realtime,ps_aors\nauth = config, pjsip.conf,criteria=type=auth\nendpoint=astdb,x\n"
        "[res_pjsip](!)\naor=astdb\n[other]\naor=astdb\n"
    )
    assert objects.sorcery_mappings(found, "aor") == ["aor=realtime,ps_aors at pjsip.conf:2"]
    assert objects.sorcery_mappings(found, "auth") == []


@pytest.mark.parametrize(
    ("value", "expected"), [("Yes", True), ("on", True), ("1", True), ("no", False), (None, False)]
)
def test_truth_is_as_asterisk_writes_it(value: str | None, expected: bool) -> None:
    assert objects.is_true(value) is expected
