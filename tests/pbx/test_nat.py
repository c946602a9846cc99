"""NAT is a row that every transport gets, and that nothing of the administrator's is lost for."""

from __future__ import annotations

import pytest
from sqlmodel import select

from models import audit
from models.extension import Extension, State
from models.fields import Changes
from pbx import extensions, nat
from pbx.errors import Refusal
from pbx.publish import publish
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.asterisk_bed.configuration import PJSIP_CONF
from tests.pbx.conftest import ServicesOn
from tests.pbx.extension_driver import contents, create_live, insert, shown, states
from tests.pbx.nat_driver import EXTERNAL, outcomes, set_nat, transport_shown
from tests.slash_commands import TESTER

NAT_OPTIONS = {"RtpSymmetric": "true", "ForceRport": "true", "RewriteContact": "true", "DirectMedia": "false"}
BOTH = {"transport-udp", "transport-tcp"}


def test_every_transport_and_every_endpoint_gets_what_nat_needs_and_loses_it_again(
    services: Services,
) -> None:
    row = create_live(services, "101", direct_media=True)
    before = contents(services.settings)
    done = set_nat(services, media=EXTERNAL, local="192.168.1.0/24,fd00::/8")
    assert (done.error, done.not_live, outcomes(done)["transport-udp"]) == (None, 0, "verified")
    assert done.changes == {"media": [None, EXTERNAL], "local": [None, ["192.168.1.0/24", "fd00::/8"]]}
    assert [warning for warning in done.warnings if "direct_media=yes waits" in warning and "101" in warning]
    endpoint = shown(services, "101")["endpoint"]
    assert {name: endpoint[name] for name in NAT_OPTIONS} == NAT_OPTIONS
    assert transport_shown(services, "101")["LocalNet"] == "192.168.1.0/255.255.255.0,fd00::/ff00::"
    assert contents(services.settings)[0].startswith(before[0].partition(b"\n; >>>")[0])
    cleared = nat.clear(services, by=TESTER)
    assert (cleared.nat, cleared.error, outcomes(cleared)["transport-udp"]) == (None, None, "verified")
    assert contents(services.settings) == before
    assert shown(services, "101")["endpoint"]["DirectMedia"] == "true"
    assert transport_shown(services, "101")["ExternalMediaAddress"] == ""
    with services.database.session() as session:
        assert session.exec(select(Extension)).one().last_verified == row.last_verified


def test_who_sets_direct_media_while_nat_is_set_reads_that_it_waits(services: Services) -> None:
    create_live(services, "101")
    set_nat(services, media=EXTERNAL, local="192.168.1.0/24")
    done = extensions.change(services, "101", Changes(direct_media=True), by=TESTER)
    assert any("direct_media=yes waits" in warning for warning in done.warnings)
    assert extensions.change(services, "101", Changes(direct_media=False), by=TESTER).warnings == ()


def test_only_what_is_given_changes_and_signaling_follows_media(services: Services) -> None:
    create_live(services, "101")
    set_nat(services, media=EXTERNAL, local="192.168.1.0/24")
    assert transport_shown(services, "101")["ExternalSignalingAddress"] == EXTERNAL
    done = set_nat(services, media="203.0.113.9")
    assert done.changes == {"media": [EXTERNAL, "203.0.113.9"]}
    assert done.nat
    assert (done.nat.signaling, done.nat.local_net) == ("203.0.113.9", ["192.168.1.0/24"])
    assert set_nat(services, media="203.0.113.9").changes == {}
    assert set_nat(services, signaling=EXTERNAL).changes == {"signaling": [None, EXTERNAL]}
    assert transport_shown(services, "101")["ExternalMediaAddress"] == "203.0.113.9"


def test_an_address_is_needed_first(services: Services) -> None:
    before = contents(services.settings)
    with pytest.raises(Refusal, match="media= is needed first"):
        set_nat(services, local="192.168.1.0/24")
    with pytest.raises(Refusal, match="set what"):
        set_nat(services)
    assert nat.clear(services, by=TESTER).changes == {}
    assert nat.show(services).nat is None
    assert contents(services.settings) == before
    assert audit.latest(services.database) == []


def test_without_an_extension_it_is_written_and_verified_with_the_first(services: Services) -> None:
    assert outcomes(set_nat(services, media=EXTERNAL)) == dict.fromkeys(BOTH, "unused")
    assert contents(services.settings)[0].count(b"external_media_address=203.0.113.7") == 2
    create_live(services, "101")
    assert outcomes(nat.show(services)) == {"transport-udp": "verified", "transport-tcp": "unused"}
    create_live(services, "102", transport="tcp")
    assert outcomes(nat.show(services)) == dict.fromkeys(BOTH, "verified")


def test_who_changed_what_is_in_the_audit(services: Services) -> None:
    set_nat(services, media=EXTERNAL)
    nat.clear(services, by=TESTER)
    cleared, changed = audit.latest(services.database)
    assert (changed.actor, changed.action, changed.changes) == (
        str(TESTER),
        "changed NAT",
        {"media": [None, EXTERNAL]},
    )
    assert (cleared.action, cleared.changes) == ("cleared NAT", {"media": [EXTERNAL, None]})


def test_while_asterisk_is_away_it_is_saved_and_goes_live_later(
    services: Services, asterisk: Asterisk
) -> None:
    create_live(services, "101")
    asterisk.stop()
    done = set_nat(services, media=EXTERNAL)
    assert done.error
    assert "does not answer" in done.error
    assert (done.is_done, done.not_live, done.transports) == (False, 1, [])
    asterisk.start()
    publish(services)
    assert (nat.show(services).not_live, outcomes(nat.show(services))["transport-udp"]) == (0, "verified")


@pytest.mark.usefixtures("impatient")
def test_lines_of_it_that_were_edited_come_back(services: Services, asterisk: Asterisk) -> None:
    create_live(services, "101")
    set_nat(services, media=EXTERNAL)
    path = services.settings.pjsip_path
    path.write_text(path.read_text().replace("203.0.113.7", "203.0.113.66"))
    asterisk.cli("module reload res_pjsip.so")
    found = nat.show(services)
    assert outcomes(found)["transport-udp"] == "differs"
    assert "external_media_address is '203.0.113.66' instead of '203.0.113.7'" in found.transports[1].faults
    publish(services)
    assert outcomes(nat.show(services))["transport-udp"] == "verified"


def test_a_transport_with_options_of_the_administrators_own_keeps_them(folder_asterisk: ServicesOn) -> None:
    own = PJSIP_CONF.replace("[transport-tcp]", "external_media_address=198.51.100.1\n\n[transport-tcp]")
    services = folder_asterisk(pjsip_conf=own)
    create_live(services, "101")
    create_live(services, "102", transport="tcp")
    done = set_nat(services, media=EXTERNAL, local="192.168.1.0/24")
    assert outcomes(done) == {"transport-tcp": "verified", "transport-udp": "own"}
    place = f"{services.settings.pjsip_path}:{own[: own.index('external_media')].count(chr(10)) + 1}"
    assert done.transports[1].own == (place,)
    assert transport_shown(services, "101")["ExternalMediaAddress"] == "198.51.100.1"
    assert transport_shown(services, "101")["LocalNet"] == ""
    assert transport_shown(services, "102")["ExternalMediaAddress"] == EXTERNAL


def test_options_that_the_administrator_writes_later_take_the_place_of_switchhooks(
    services: Services, asterisk: Asterisk
) -> None:
    create_live(services, "101")
    set_nat(services, media=EXTERNAL, local="192.168.1.0/24")
    path = services.settings.pjsip_path
    path.write_text(path.read_text() + "\n[transport-udp](+)\nexternal_media_address=198.51.100.1\n")
    asterisk.cli("module reload res_pjsip.so")
    assert outcomes(nat.show(services))["transport-udp"] == "own"
    publish(services)
    transport = transport_shown(services, "101")
    assert (transport["ExternalMediaAddress"], transport["LocalNet"]) == ("198.51.100.1", "")


def test_a_transport_that_is_taken_out_later_takes_nothing_with_it(
    services: Services, asterisk: Asterisk
) -> None:
    create_live(services, "101")
    set_nat(services, media=EXTERNAL)
    path = services.settings.pjsip_path
    text = path.read_text()
    tcp = text[text.index("[transport-tcp]") : text.index("\n; >>>")]
    path.write_text(text.replace(tcp, "", 1))
    asterisk.stop()
    asterisk.start()
    assert transport_shown(services, "101")["ExternalMediaAddress"] == EXTERNAL  # it loaded all the same
    publish(services)
    assert "transport-tcp" not in path.read_text()
    assert states(services) == {"101": State.LIVE}
    assert outcomes(nat.show(services)) == {"transport-udp": "verified"}


def test_a_transport_of_switchhooks_own_has_it_directly(folder_asterisk: ServicesOn) -> None:
    udp_alone = PJSIP_CONF.partition("[transport-tcp]")[0]
    services = folder_asterisk(pjsip_conf=udp_alone)
    bind = services.settings.sip_domain
    services = Services(
        services.settings.model_copy(update={"sip_bind": bind}), services.database, services.cipher
    )
    create_live(services, "101", transport="tcp")
    assert outcomes(set_nat(services, media=EXTERNAL)) == {
        "transport-tcp": "verified",
        "transport-udp": "unused",
    }
    assert transport_shown(services, "101")["ExternalMediaAddress"] == EXTERNAL
    assert outcomes(nat.clear(services, by=TESTER))["transport-tcp"] == "verified"
    assert transport_shown(services, "101")["ExternalMediaAddress"] == ""


def test_transports_in_another_file_than_switchhooks_lines_get_it(
    folder_asterisk: ServicesOn, services_on: ServicesOn
) -> None:
    services = folder_asterisk(
        pjsip_conf="#include mine.conf\n#include phones.conf\n", PJSIP_CONF="phones.conf"
    )
    folder = services.settings.asterisk_config_dir
    (folder / "mine.conf").write_text(
        PJSIP_CONF.replace("@SIP_PORT@", services.settings.sip_domain.split(":")[1])
    )
    (folder / "phones.conf").write_text("")
    create_live(services, "101")
    assert outcomes(set_nat(services, media=EXTERNAL))["transport-udp"] == "verified"
    (folder / "pjsip.conf").write_text("#include phones.conf\n#include mine.conf\n")
    found = nat.show(services)
    assert outcomes(found) == dict.fromkeys(BOTH, "obstacle")
    publish(services)
    assert "external_media_address" not in (folder / "phones.conf").read_text()


def test_transports_from_elsewhere_are_named(services: Services) -> None:
    sorcery = services.settings.asterisk_config_dir / "sorcery.conf"
    sorcery.write_text("[res_pjsip]\ntransport=realtime,ps_transports\n")
    (warning,) = [each for each in set_nat(services, media=EXTERNAL).warnings if "from elsewhere" in each]
    assert f"transport=realtime,ps_transports at {sorcery}:2" in warning


def test_lines_that_stay_as_they_are_do_not_stop_it(services: Services) -> None:
    create_live(services, "101")
    insert(services, "102", encrypted_secret="unreadable")
    done = set_nat(services, media=EXTERNAL)
    assert (done.error, done.not_live) == (None, 1)
    assert states(services)["101"] is State.LIVE
