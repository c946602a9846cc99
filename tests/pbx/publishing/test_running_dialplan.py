"""What leaves the file leaves the running dialplan, too, and nothing of the administrator's does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from models.extension import State
from pbx import extensions
from pbx.errors import NumberTaken
from pbx.publish import publish
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.pbx.conftest import ServicesOn
from tests.pbx.extension_driver import contents, create, create_live, dialplan, live, states
from tests.slash_commands import TESTER

WIZARD = """
[155]
type=wizard
accepts_registrations=yes
accepts_auth=yes
transport=transport-udp
endpoint/context=from-internal
inbound_auth/username=155
inbound_auth/password=by-the-wizard
has_hint=yes
hint_exten=155
"""
BY_HAND = "[from-internal]\nexten => 155,1,NoOp(by hand)\n same => n,Dial(PJSIP/155,30)\n"


@pytest.fixture
def pbx(fresh_asterisk: Asterisk) -> Iterator[Asterisk]:
    """Leaves no wizard behind."""
    yield fresh_asterisk
    (fresh_asterisk.config_dir / "pjsip_wizard.conf").write_text("")


@pytest.fixture
def services(pbx: Asterisk, services_on: ServicesOn) -> Services:
    return services_on(pbx)


def into_wizard(pbx: Asterisk, text: str) -> None:
    (pbx.config_dir / "pjsip_wizard.conf").write_text(text)
    pbx.cli("module reload res_pjsip_config_wizard.so")
    pbx.cli("module reload res_pjsip.so")


def own_steps(services: Services) -> list[tuple[str, str, str]]:
    return sorted(step for step in dialplan(services, "155") if step[0] == "155")


def test_a_number_that_was_in_the_wizard_for_a_while_makes_no_reload_crash_asterisk(
    services: Services, pbx: Asterisk
) -> None:
    create_live(services, "155")
    into_wizard(pbx, WIZARD)
    publish(services)
    assert states(services) == {"155": State.FAILED}
    into_wizard(pbx, "")
    pbx.cli("dialplan reload")
    assert pbx.running
    live(extensions.verify(services, "155", by=TESTER))
    pbx.cli("dialplan reload")
    live(extensions.verify(services, "155", by=TESTER))


def test_the_hint_of_a_wizard_that_was_not_loaded_yet_takes_the_place_of_ours(
    services: Services, pbx: Asterisk
) -> None:
    create_live(services, "155")
    (pbx.config_dir / "pjsip_wizard.conf").write_text(WIZARD)
    publish(services)
    assert own_steps(services) == [("155", "PJSIP/155", "")]


def test_steps_written_by_hand_and_taken_out_again_need_no_reload(services: Services) -> None:
    create_live(services, "155")
    path = services.settings.extensions_path
    path.write_text(BY_HAND + path.read_text())
    publish(services)
    path.write_text(path.read_text().removeprefix(BY_HAND))
    live(extensions.verify(services, "155", by=TESTER))


def test_a_deleted_number_leaves_nothing_beside_steps_written_by_hand(
    services: Services, pbx: Asterisk
) -> None:
    create_live(services, "155")
    path = services.settings.extensions_path
    path.write_text(BY_HAND + path.read_text())
    pbx.cli("dialplan reload")
    assert ("155", "PJSIP/155", "") in own_steps(services)
    extensions.delete(services, "155", by=TESTER)
    assert states(services) == {}
    assert own_steps(services) == [("155", "Dial", "PJSIP/155,30"), ("155", "NoOp", "by hand")]


def test_a_number_removed_by_hand_is_free_after_the_reload_that_the_refusal_names(
    services: Services, pbx: Asterisk
) -> None:
    pjsip, steps = services.settings.pjsip_path, services.settings.extensions_path
    before = contents(services.settings)
    pjsip.write_text("[155]\ntype=endpoint\ncontext=theirs\n" + pjsip.read_text())
    steps.write_text(BY_HAND + steps.read_text())
    pbx.cli("module reload res_pjsip.so")
    pbx.cli("dialplan reload")
    with pytest.raises(NumberTaken, match=r"remove it there first .*dialplan reload"):
        create(services, "155")
    pjsip.write_bytes(before[0])
    steps.write_bytes(before[1])
    with pytest.raises(NumberTaken, match=r"remove it there first .*dialplan reload"):
        create(services, "155")
    pbx.cli("module reload res_pjsip.so")
    pbx.cli("dialplan reload")
    create_live(services, "155")
