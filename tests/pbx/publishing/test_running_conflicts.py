"""A number that Asterisk has without pjsip.conf is somebody else's phone, and is left alone."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.extension import State
from models.fields import NewExtension
from pbx import directory, extensions
from pbx.contacts import contacts_of
from pbx.errors import NumberTaken
from pbx.managed_numbers import ManagedNumbers
from pbx.publish import publish
from pbx.services import Services
from tests.asterisk_bed import Asterisk, Phone
from tests.pbx.conftest import ServicesOn
from tests.pbx.extension_driver import (
    contents,
    create,
    create_live,
    dialplan,
    insert,
    live,
    reason,
    shown,
    states,
)
from tests.slash_commands import TESTER
from tests.waiting import wait_for

WIZARD = """
[office](!)
type=wizard
accepts_auth=yes
accepts_registrations=yes
transport=transport-udp
endpoint/context=from-internal
endpoint/allow=ulaw
aor/max_contacts=1
has_hint=yes

[190](office)
hint_exten=190
inbound_auth/username=190
inbound_auth/password=by-the-wizard

[door](office)
hint_exten=191
inbound_auth/username=door
inbound_auth/password=by-the-wizard
"""
SORCERY = """
[res_pjsip]
endpoint=config,pjsip.conf,criteria=type=endpoint
endpoint=astdb,ps_endpoints
auth=config,pjsip.conf,criteria=type=auth
auth=astdb,ps_auths
aor=config,pjsip.conf,criteria=type=aor
aor=astdb,ps_aors
"""

VALUES = {
    "endpoint": {"context": "theirs"},
    "auth": {"username": "door", "password": "theirs"},
    "aor": {"max_contacts": "1"},
}


@pytest.fixture(scope="module")
def pbx() -> Iterator[Asterisk]:
    with tempfile.TemporaryDirectory(prefix="switchhook-") as folder:
        asterisk = Asterisk(Path(folder))
        write_foreign_numbers(asterisk)
        with asterisk:
            yield asterisk


@pytest.fixture
def services(pbx: Asterisk, services_on: ServicesOn) -> Services:
    """Asterisk has the phones of the wizard, and nothing else."""
    for family in ("ps_endpoints", "ps_auths", "ps_aors"):
        pbx.cli(f"database deltree {family}")
    pbx.reset()
    write_foreign_numbers(pbx)
    pbx.cli("module reload res_pjsip.so")
    return services_on(pbx)


def write_foreign_numbers(pbx: Asterisk) -> None:
    (pbx.config_dir / "pjsip_wizard.conf").write_text(WIZARD)
    (pbx.config_dir / "sorcery.conf").write_text(SORCERY)


def into_astdb(pbx: Asterisk, kind: str, number: str, **values: str) -> None:
    text = json.dumps(values).replace('"', '\\"')
    pbx.cli(f'database put ps_{kind}s {kind}/{number} "{text}"')


def test_a_number_of_the_wizard_is_refused_naming_file_and_line(services: Services, pbx: Asterisk) -> None:
    line = WIZARD.splitlines().index("[190](office)") + 1
    with pytest.raises(NumberTaken, match=rf"190 was already written by hand at .*pjsip_wizard.conf:{line}"):
        create(services, "190")
    with pytest.raises(NumberTaken, match=r"191 was already written by hand at .*pjsip_wizard.conf"):
        create(services, "191")  # only its hint
    create_live(services, "191", context="sales")


@pytest.mark.parametrize(("kind", "number"), [("endpoint", "192"), ("aor", "193"), ("auth", "194")])
def test_a_number_that_is_in_no_file_is_refused_naming_where_from(
    services: Services, pbx: Asterisk, kind: str, number: str
) -> None:
    into_astdb(pbx, kind, number, **VALUES[kind])
    with pytest.raises(
        NumberTaken, match=rf"as {kind}, probably by {kind}=astdb,ps_{kind}s at .*sorcery.conf:\d"
    ):
        create(services, number)
    assert states(services) == {}


def test_steps_of_another_module_are_refused(services: Services, pbx: Asterisk) -> None:
    pbx.cli("dialplan add extension 195,1,NoOp,mine into from-internal")
    with pytest.raises(NumberTaken, match="running dialplan already has 195@from-internal, put there by"):
        create(services, "195")
    assert ("195", "NoOp", "mine") in dialplan(services, "195")


def test_steps_of_another_module_in_an_included_context_are_refused(
    services: Services, pbx: Asterisk
) -> None:
    create_live(services, "101")
    pbx.cli("dialplan add extension 196,1,NoOp,mine into parking")
    pbx.cli("dialplan add include parking into from-internal")
    with pytest.raises(NumberTaken, match="running dialplan already has 196@parking, put there by"):
        create(services, "196")
    create_live(services, "197")


def test_numbers_that_asterisk_has_are_not_the_next_free_one(services: Services, pbx: Asterisk) -> None:
    into_astdb(pbx, "endpoint", "100", context="x")
    into_astdb(pbx, "aor", "101", max_contacts="1")
    assert live(create(services, None)).number == "102"


def test_many_numbers_that_asterisk_has_cost_few_logins(pbx: Asterisk, services_on: ServicesOn) -> None:
    services = services_on(pbx, EXTENSION_RANGE="100-129")
    for number in range(100, 129):
        into_astdb(pbx, "aor", str(number), **VALUES["aor"])
    before = pbx.log_text().count("logged on from")
    row, _ = extensions.save_new(services, NewExtension(number=None, name="Alice"), by=TESTER)
    pbx.cli("database deltree ps_aors")
    assert row.number == "129"
    wait_for(lambda: pbx.log_text().count("logged on from") > before)  # it is written a little later
    assert pbx.log_text().count("logged on from") - before < 6


@pytest.mark.parametrize("number", ["190", "192"])
def test_extensions_saved_while_asterisk_was_away_are_looked_up_when_published(
    services: Services, pbx: Asterisk, number: str
) -> None:
    into_astdb(pbx, "endpoint", "192", context="theirs")
    before = contents(services.settings)
    insert(services, number)
    publish(services)
    assert states(services) == {number: State.FAILED}
    assert "take another number, or remove it there first" in reason(services, number)
    assert shown(services, number)["endpoint"]["Context"] in ("theirs", "from-internal")
    assert f"[{number}]".encode() not in contents(services.settings)[0]
    assert contents(services.settings)[0].startswith(before[0])
    assert not ManagedNumbers(services.database)(number)


def test_a_phone_of_the_wizard_stays_when_our_number_goes(services: Services, pbx: Asterisk) -> None:
    insert(services, "190")
    publish(services)
    with Phone("190", "by-the-wizard", pbx.sip_domain) as phone:
        phone.register()
        assert not directory.status(services, "190").registered
        assert extensions.delete(services, "190", by=TESTER).extension is None
        assert len(contacts_of(services.settings, "190")) == 1
    assert ("190", "PJSIP/190", "") in dialplan(services, "190")  # its hint


def test_a_disabled_number_that_was_made_elsewhere_meanwhile_is_not_taken_back(
    services: Services, pbx: Asterisk
) -> None:
    create_live(services, "192")
    live(extensions.disable(services, "192", by=TESTER))
    into_astdb(pbx, "endpoint", "192", context="theirs", aors="192")
    into_astdb(pbx, "aor", "192", max_contacts="1")
    extensions.verify(services, "192", by=TESTER)
    assert "it is not locked out: Switchhook's lines are gone, but Asterisk, from elsewhere," in reason(
        services, "192"
    )
    outcome = extensions.enable(services, "192", by=TESTER)
    assert outcome.extension is not None
    assert outcome.extension.state is State.FAILED
    assert "192 already lives in Asterisk" in (outcome.extension.reason or "")
    assert shown(services, "192")["endpoint"]["Context"] == "theirs"
    assert extensions.delete(services, "192", by=TESTER).extension is None
    assert shown(services, "192")["endpoint"]["Context"] == "theirs"


def test_a_wizard_written_later_is_the_administrators(services: Services, pbx: Asterisk) -> None:
    create_live(services, "101")
    create_live(services, "155")
    path = pbx.config_dir / "pjsip_wizard.conf"
    path.write_text(WIZARD + WIZARD[WIZARD.index("[190]") : WIZARD.index("[door]")].replace("190", "155"))
    pbx.cli("module reload res_pjsip_config_wizard.so")
    publish(services)
    assert states(services) == {"101": State.LIVE, "155": State.FAILED}
    assert f"{path}:" in reason(services, "155")
    assert shown(services, "155")["auth"]["ObjectName"] == "155-iauth"
    with Phone("155", "by-the-wizard", pbx.sip_domain) as phone:
        phone.register()


def test_lines_taken_out_of_the_file_and_not_reloaded_are_no_reason(
    services: Services, pbx: Asterisk
) -> None:
    path = services.settings.pjsip_path
    before = path.read_bytes()
    path.write_bytes(before + b"[155]\ntype=endpoint\n")
    pbx.cli("module reload res_pjsip.so")
    path.write_bytes(before)
    insert(services, "155")
    publish(services)
    assert states(services) == {"155": State.LIVE}
