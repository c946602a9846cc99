"""What is found and left is said in a few lines."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from handlers.cli import init_wording
from installation import machine
from installation.facts import SITE
from installation.next_steps import Step
from tests.installation.scratch import ANSWERS, look, planned, scratch


def test_what_was_found_is_one_sentence(tmp_path: Path) -> None:
    found = look(tmp_path, pjsip_conf="[t]\ntype=transport\nbind=127.0.0.1\n")
    found = replace(found, asterisk=replace(found.asterisk, running=True, version=22))
    assert init_wording.found(found) == (
        "Found Asterisk 22 (running): files in /etc/asterisk, user asterisk, group asterisk; AMI is on port 5038; "
        "transports: t (udp, 127.0.0.1)."
    )


def test_what_is_off_or_not_there_is_said(tmp_path: Path) -> None:
    found = look(tmp_path, manager_conf="[general]\n")
    assert init_wording.found(found).startswith("Found Asterisk: files in")
    assert init_wording.found(found).endswith("AMI is off; transports: none yet.")
    said = init_wording.shown(found, planned(found), ANSWERS)
    assert "Everything is there already" not in said
    assert "\n1. new folder " in said


def test_changes_are_counted(tmp_path: Path) -> None:
    made = planned(look(tmp_path))
    assert init_wording.counted(made) == f"these {len(made.changes)} changes"
    assert init_wording.counted(replace(made, changes=made.changes[:1])) == "this change"


def test_what_is_left_is_numbered() -> None:
    assert init_wording.left([Step("First", ("a", "b")), Step("Then", ("c",))]) == (
        "\nLeft to do, as root:\n1. First:\n     a\n     b\n2. Then:\n     c\n\nThen type in Slack: /ext create 101 Alice"
    )


def test_notes_and_what_is_kept_are_told_before_the_changes(tmp_path: Path) -> None:
    tree = scratch(tmp_path, manager_conf="[general]\nenabled = yes\n#include manager.d/*.conf\n")
    tree.at(SITE).write_text("mine\n")
    found = machine.look(tree)
    said = init_wording.shown(found, planned(found), ANSWERS)
    notes, kept = (
        said.index("\nNote: Other machines reach the manager interface"),
        said.index(
            f"\n{SITE} is not as this release has it (edited, or an older one's), and is kept; --replace would"
        ),
    )
    assert notes < kept < said.index("-mine") < said.index("To be changed, with secrets hidden:\n\n1. ")


def test_several_transports_are_listed(tmp_path: Path) -> None:
    text = "[a]\ntype=transport\nbind=1.2.3.4\n[b]\ntype=transport\nprotocol=tcp\nbind=1.2.3.4\n"
    assert init_wording.found(look(tmp_path, pjsip_conf=text)).endswith(
        "transports: a (udp, 1.2.3.4), b (tcp, 1.2.3.4)."
    )
