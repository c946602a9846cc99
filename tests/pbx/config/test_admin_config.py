"""Everything outside Switchhook's blocks, by number."""

from __future__ import annotations

from pbx.config.admin_config import joined
from tests.pbx.config.texts import admin_config

WIZARD = """\
[101]
type=wizard
has_hint=yes
hint_exten=101
hint_context=lamps
[102]
type=wizard
"""


def test_an_endpoint_of_a_number_is_found_in_both_files() -> None:
    admin = admin_config(pjsip="[101]\ntype=endpoint\n[101]\ntype=aor\n[102]\ntype=identify\n", wizard=WIZARD)
    assert admin.endpoints("101") == ["pjsip.conf:1", "pjsip.conf:3", "pjsip_wizard.conf:1"]
    assert admin.endpoints("102") == ["pjsip_wizard.conf:6"]
    assert admin.endpoints("103") == []


def test_a_line_that_continues_switchhooks_section_is_an_addition() -> None:
    admin = admin_config(pjsip="[101](+)\ncall_group=1\n[102]\ntype=aor\n[102](+)\nmax_contacts=2\n")
    assert admin.additions("101") == ["pjsip.conf:1"]
    assert admin.additions("102") == admin.additions("103") == []


def test_steps_are_found_in_their_context_with_hints_of_the_wizard() -> None:
    admin = admin_config(extensions="[lamps]\nexten => 101,1,Answer()\n", wizard=WIZARD)
    assert admin.extens("101", "lamps") == ["extensions.conf:2", "pjsip_wizard.conf:1"]
    assert admin.extens("101", "default") == []


def test_steps_of_an_included_context_are_found() -> None:
    admin = admin_config(extensions="[office]\ninclude => lab\n[lab]\nexten => 101,1,Answer()\n")
    assert admin.included("101", "office") == ["extensions.conf:4"]
    assert admin.extens("101", "office") == []


def test_transports_are_known_by_protocol() -> None:
    assert admin_config(pjsip="[mine]\ntype=transport\nprotocol=tls\n").transports == {"tls": "mine"}


def test_places_are_named_once_and_no_more_than_three() -> None:
    assert joined(["a:1", "a:1", "b:2"]) == "a:1 and b:2"
    assert joined(["a:1", "b:2", "c:3", "d:4"]) == "a:1 and b:2 and c:3"
    assert joined([]) == ""
