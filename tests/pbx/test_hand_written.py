"""What the administrator wrote comes first: numbers, transports, and who hears about it."""

from __future__ import annotations

import pytest

from models.fields import Changes
from pbx import directory, extensions
from pbx.errors import NotFound, Refusal
from pbx.services import Services
from tests.asterisk_bed import Asterisk, Phone
from tests.asterisk_bed.configuration import EXTENSIONS_CONF, PJSIP_CONF
from tests.pbx.conftest import ServicesOn
from tests.pbx.extension_driver import (
    contents,
    create,
    create_live,
    has_exten,
    live,
    registers,
    shown,
    states,
)
from tests.pbx.trunk_driver import Pbx
from tests.slash_commands import TESTER

UDP_ALONE = PJSIP_CONF.partition("[transport-tcp]")[0]


def test_a_number_in_pjsip_conf_is_refused_naming_file_and_line(folder_asterisk: ServicesOn) -> None:
    services = folder_asterisk(pjsip_conf=PJSIP_CONF + "\n[101]\ntype=endpoint\n")
    before = contents(services.settings)
    line = PJSIP_CONF.count("\n") + 2
    with pytest.raises(Refusal, match=rf"101 was already written by hand at .*/etc/pjsip.conf:{line}: take"):
        create(services, "101")
    assert contents(services.settings) == before
    assert states(services) == {}


def test_a_number_in_the_dialplan_is_refused_naming_file_and_line(folder_asterisk: ServicesOn) -> None:
    by_hand = EXTENSIONS_CONF + "\n[from-internal]\n\nexten => 101,1,Answer()\n"
    services = folder_asterisk(extensions_conf=by_hand)
    with pytest.raises(Refusal, match=rf"by hand at .*/etc/extensions.conf:{by_hand.count(chr(10))}: take"):
        create(services, "101")
    create_live(services, "101", context="sales")
    with pytest.raises(Refusal, match="by hand at"):
        extensions.change(services, "101", Changes(context="from-internal"), by=TESTER)
    assert extensions.get(services, "101").context == "sales"


def test_an_extension_stands_beside_a_switch_in_its_context(pbx: Pbx) -> None:
    pbx.append("extensions.conf", "\n[from-internal]\nswitch => Loopback/@elsewhere\n")
    services = pbx.without()
    create_live(services, "101")
    live(extensions.verify(services, "101", by=TESTER))
    extensions.delete(services, "101", by=TESTER)
    assert states(services) == {}
    assert not has_exten(services, "101")


@pytest.mark.parametrize("number", ["101", None])
def test_a_missing_tls_transport_is_refused_with_what_to_add(services: Services, number: str | None) -> None:
    with pytest.raises(Refusal, match=r"no TLS transport.*protocol=tls.*cert_file"):
        create(services, number, transport="tls")
    assert states(services) == {}


def test_a_missing_tcp_transport_is_added_and_a_phone_registers(folder_asterisk: ServicesOn) -> None:
    services = bound_as_written(folder_asterisk(pjsip_conf=UDP_ALONE))
    secret = create(services, "101", transport="tcp").secret
    assert secret is not None
    assert shown(services, "101")["endpoint"]["Transport"] == "transport-tcp"
    with Phone("101", secret.get_secret_value(), services.settings.sip_bind, "tcp") as phone:
        phone.register()
        assert directory.status(services, "101").registered
    assert b"protocol=tcp\nbind=127.0.0.1" in contents(services.settings)[0]


def bound_as_written(services: Services) -> Services:
    """The same system with SIP_BIND on the port of its UDP transport."""
    bind = services.settings.pjsip_path.read_text().partition("bind=")[2].split()[0]
    return Services(
        services.settings.model_copy(update={"sip_bind": bind}), services.database, services.cipher
    )


def test_status_shows_the_phone_and_list_finds_any_script(services: Services, asterisk: Asterisk) -> None:
    secret = create(services, "1000", "ЖАННА").secret
    create_live(services, "101", "100%")
    assert secret is not None
    assert not directory.status(services, "1000").registered
    with Phone("1000", secret.get_secret_value(), asterisk.sip_domain) as phone:
        phone.register()
        status = directory.status(services, "1000")
        assert (status.registered, status.contacts[0].address) == (True, "127.0.0.1")
        found = directory.listing(services)
    assert [(one.extension.number, one.registered) for one in found] == [("101", False), ("1000", True)]
    assert [one.extension.number for one in directory.listing(services, "жанна")] == ["1000"]
    assert [one.extension.number for one in directory.listing(services, "%")] == ["101"]
    assert directory.listing(services, "nobody") == []


def test_status_and_list_say_when_asterisk_cannot_be_asked(services: Services, asterisk: Asterisk) -> None:
    create_live(services, "101")
    asterisk.kill()
    assert "does not answer" in (directory.status(services, "101").error or "")
    assert "does not answer" in (directory.listing(services)[0].error or "")


def test_an_unknown_number_is_named_with_what_to_type(services: Services) -> None:
    for use_case in (extensions.verify, extensions.delete, extensions.enable, extensions.rotate_secret):
        with pytest.raises(NotFound, match="no extension 109: see /ext list"):
            use_case(services, "109", by=TESTER)


def test_an_extension_being_deleted_cannot_be_changed(services: Services, asterisk: Asterisk) -> None:
    create_live(services, "101")
    asterisk.kill()
    extensions.delete(services, "101", by=TESTER)
    with pytest.raises(Refusal, match="being deleted"):
        extensions.enable(services, "101", by=TESTER)
    with pytest.raises(Refusal, match="being deleted and free again"):
        create(services, "101")


def test_verify_sees_what_asterisk_lost_and_brings_it_back(services: Services, asterisk: Asterisk) -> None:
    secret = create(services, "101").secret
    path = services.settings.pjsip_path
    mine = path.read_text()
    path.write_text("")
    asterisk.cli("module reload res_pjsip.so")
    path.write_text(mine)
    assert not shown(services, "101")
    live(extensions.verify(services, "101", by=TESTER))
    assert secret is not None
    registers(asterisk, "101", secret.get_secret_value())
