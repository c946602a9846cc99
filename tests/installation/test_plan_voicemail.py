"""`flask init` and voicemail.conf, which most need not have."""

from __future__ import annotations

from pathlib import Path

import pytest

from installation import findings
from tests.installation.scratch import content, look, paths, planned


def test_a_voicemail_conf_that_is_there_includes_a_file_of_switchhooks(tmp_path: Path) -> None:
    made = planned(look(tmp_path, voicemail_conf="[default]\n"))
    assert content(made, "asterisk/voicemail.conf") == "[default]\n#include switchhook/voicemail.conf\n"
    assert content(made, "switchhook/voicemail.conf") == ""
    assert "\nVOICEMAIL_CONF=switchhook/voicemail.conf\n" in content(made, ".env")


@pytest.mark.parametrize("voicemail", [{}, {"voicemail_conf": "; auto-generated\n"}])
def test_none_is_made_and_one_that_a_program_writes_is_left_alone(
    tmp_path: Path, voicemail: dict[str, str]
) -> None:
    found = look(tmp_path, **voicemail)
    assert findings.obstacles(found) == []
    assert not [path for path in paths(planned(found)) if "voicemail" in path]
    assert "switchhook/voicemail.conf" not in content(planned(found), ".env")
