"""`flask init` and voicemail.conf, which most need not have."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from installation import findings, machine
from installation.changes import File
from installation.facts import Machine
from tests.installation.scratch import content, look, paths, planned, scratch


def test_a_voicemail_conf_that_is_there_includes_a_file_of_switchhooks(tmp_path: Path) -> None:
    made = planned(look(tmp_path, voicemail_conf="[default]\n"))
    assert content(made, "asterisk/voicemail.conf") == "[default]\n#include switchhook/voicemail.conf\n"
    assert content(made, "switchhook/voicemail.conf") == ""
    assert "\nVOICEMAIL_CONF=switchhook/voicemail.conf\n" in content(made, ".env")


def own_file(found: Machine) -> File:
    """Switchhook's own for mailboxes."""
    return next(
        each
        for each in planned(found).changes
        if isinstance(each, File) and each.path.name == "voicemail.conf" and each.is_new
    )


@pytest.mark.parametrize(("mode", "then"), [(0o640, 0o660), (0o440, 0o640)])
def test_asterisk_may_write_the_file_if_it_saves_pins_that_are_changed_by_phone(
    tmp_path: Path, mode: int, then: int
) -> None:
    tree = scratch(tmp_path, voicemail_conf="[default]\n")
    (tmp_path / "etc/passwd").write_text(f"asterisk:x:{os.getuid() or 65534}:{os.getgid()}::/:\n")
    theirs = tmp_path / "etc/asterisk/voicemail.conf"
    theirs.chmod(mode)
    if os.getuid() == 0:
        os.chown(theirs, 65534, -1)
    assert own_file(machine.look(tree)).mode == then


@pytest.mark.parametrize("voicemail", [{}, {"voicemail_conf": "; auto-generated\n"}])
def test_none_is_made_and_one_that_a_program_writes_is_left_alone(
    tmp_path: Path, voicemail: dict[str, str]
) -> None:
    found = look(tmp_path, **voicemail)
    assert findings.obstacles(found) == []
    assert not [path for path in paths(planned(found)) if "voicemail" in path]
    assert "switchhook/voicemail.conf" not in content(planned(found), ".env")
