"""A hint of pjsip_wizard.conf's among lines of extensions.conf's is left alone, as Asterisk would crash."""

from __future__ import annotations

import pytest

from models.extension import State
from pbx.adoption import adopt, release
from pbx.errors import Refusal
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.pbx.adoption import office
from tests.slash_commands import TESTER


def test_a_hint_of_the_wizards_among_steps_is_adopted_once_it_is_written_there(
    services: Services, asterisk: Asterisk
) -> None:
    path, wizard = asterisk.config_dir / "extensions.conf", asterisk.config_dir / "pjsip_wizard.conf"
    before = path.read_text() + "\n[from-internal](+)\nexten => 103,1,VoiceMail(103)\n"
    path.write_text(before)
    office.load(asterisk)
    with pytest.raises(Refusal, match="`exten => 103,hint,PJSIP/103` there first"):
        adopt.adopt(services, ["103"], by=TESTER)
    path.write_text(before + "exten => 103,hint,PJSIP/103\n")
    wizard.write_text(wizard.read_text().replace("hint_exten=103\n", ""))
    office.load(asterisk)
    assert [row.state for row in adopt.adopt(services, ["103"], by=TESTER).rows] == [State.LIVE]
    office.load(asterisk)
    assert "103@from-internal" in asterisk.cli("core show hints")
    assert release.release(services, ["103"], by=TESTER).restored == ["103"]
    office.load(asterisk)
    assert "103@from-internal" in asterisk.cli("core show hints")
