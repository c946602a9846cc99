"""Nobody is called disabled, locked out or gone whose phone gets in by what stands in another file."""

from __future__ import annotations

import pytest

from handlers import outcome_wording, wording
from handlers.onboarding.results import Result, is_settled, words_now
from pbx import extensions
from pbx.publish import publish
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.pbx.extension_driver import create, registers, shown, states
from tests.slash_commands import TESTER


@pytest.fixture
def secret(services: Services, asterisk: Asterisk) -> str:
    """Of 102, whose sections somebody copied into a file that pjsip.conf includes."""
    made = create(services, "102").secret
    assert made is not None
    copy_into_mine(services)
    return made.get_secret_value()


def copy_into_mine(services: Services) -> None:
    path = services.settings.pjsip_path
    text = path.read_text()
    sections = text[text.index("[102]") : text.index("; <<<")]
    (path.parent / "mine.conf").write_text(sections)
    path.write_text(text + "#include mine.conf\n")


def take_out_of_mine(services: Services, asterisk: Asterisk) -> None:
    (services.settings.pjsip_path.parent / "mine.conf").write_text("")
    asterisk.cli("module reload res_pjsip.so")


def test_disabled_is_said_only_once_it_is_so(services: Services, asterisk: Asterisk, secret: str) -> None:
    done = extensions.disable(services, "102", by=TESTER)
    said = outcome_wording.outcome(done, "disabled", "102")
    assert said.startswith(
        "🕓 Extension 102 (Alice) is saved as disabled, not done yet. It is not locked out"
    )
    assert f"{services.settings.pjsip_path.parent}/mine.conf:1 and" in said
    assert "has [102], too, and that phone gets in. Take it out there" in said
    registers(asterisk, "102", secret)
    assert "not locked out" in wording.configuration(extensions.get(services, "102"))
    row = extensions.get(services, "102")
    left = Result("extension 102 is locked out", "extension 102 is to be locked out", row.id, locks=True)
    assert words_now(left, row).startswith("extension 102 is to be locked out: it is not locked out: ")
    assert not is_settled(left, row)
    take_out_of_mine(services, asterisk)
    publish(services)
    assert wording.configuration(extensions.get(services, "102")) == "disabled: no phone can use it"
    assert not shown(services, "102")


def test_a_deleted_extension_that_is_still_let_in_is_not_called_gone_from_asterisk(
    services: Services, asterisk: Asterisk, secret: str
) -> None:
    said = outcome_wording.outcome(extensions.delete(services, "102", by=TESTER), "deleted", "102")
    assert said.startswith("Extension 102 is gone from the list")
    assert "mine.conf:1 and" in said
    assert "still has [102], and that phone gets in: take it out there" in said
    registers(asterisk, "102", secret)
    assert states(services) == {}
