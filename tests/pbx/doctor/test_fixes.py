"""What the doctor may do is done on a real Asterisk, and the audit says who had it done."""

from __future__ import annotations

import pytest

from models import audit
from models.fields import NewExtension
from pbx import extensions
from pbx.doctor.fixes import FIXES, carry_out, state_of
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.slash_commands import TESTER


@pytest.mark.parametrize("name", FIXES)
def test_every_fix_has_words_that_fit_a_button_and_its_question(name: str) -> None:
    fix = FIXES[name]
    assert 0 < len(fix.label) <= 30
    assert 0 < len(fix.does) <= 290
    assert fix.does[0].islower()
    assert not fix.does.endswith(".")


def test_publish_makes_what_waits_live(services: Services, asterisk: Asterisk) -> None:
    extensions.save_new(services, NewExtension(number="101", name="Alice"), by=TESTER)
    done = carry_out(services, FIXES["publish"], "", TESTER)
    assert done == "nothing waits to be published"
    assert "101/101" in asterisk.cli("pjsip show endpoints")
    assert audit.latest(services.database)[0].action == "had the doctor publish"


def test_the_state_of_a_number_tells_its_extensions_and_their_changes_apart(services: Services) -> None:
    states = [state_of(services, "101")]
    for _ in range(2):
        extensions.create(services, NewExtension(number="101", name="Alice"), by=TESTER)
        states.append(state_of(services, "101"))
        extensions.disable(services, "101", by=TESTER)
        states.append(state_of(services, "101"))
        extensions.delete(services, "101", by=TESTER)
    assert states[0] == ""
    assert len(set(states)) == 5
