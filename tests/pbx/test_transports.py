"""A transport comes without touching one that lives; the administrator's are named and left alone."""

from __future__ import annotations

import socket

import pytest

from models import audit
from pbx import transports
from pbx.errors import Refusal, TransportTaken
from pbx.publish import publish
from pbx.services import Services
from pbx.transports import TransportResult
from tests.asterisk_bed.configuration import PJSIP_CONF
from tests.asterisk_bed.ports import free_port
from tests.pbx.conftest import ServicesOn
from tests.pbx.extension_driver import contents, create_live
from tests.pbx.nat_driver import EXTERNAL, set_nat, transport_shown
from tests.slash_commands import TESTER

UDP_ALONE = PJSIP_CONF.partition("[transport-tcp]")[0]


def at(port: int) -> str:
    return f"127.0.0.1:{port}"


def answers(address: str) -> bool:
    host, _, port = address.partition(":")
    try:
        socket.create_connection((host, int(port)), timeout=60).close()
    except ConnectionRefusedError:
        return False
    return True


def bind(services: Services, protocol: str, address: str) -> TransportResult:
    return transports.bind(services, protocol, address, by=TESTER)


def test_a_protocol_that_nobody_has_comes_and_those_that_live_stay(folder_asterisk: ServicesOn) -> None:
    services, address = folder_asterisk(pjsip_conf=UDP_ALONE), at(free_port())
    before = contents(services.settings)
    done = bind(services, "tcp", address)
    assert done.transport is not None
    assert (done.error, done.changes, done.waits_for_restart) == (None, {"bind": [None, address]}, False)
    assert (done.transport.written.is_ours, done.transport.has_listener) == (True, True)
    assert answers(address)
    assert contents(services.settings)[0].startswith(before[0])
    assert bind(services, "tcp", address).changes == {}
    create_live(services, "101", transport="tcp")
    set_nat(services, media=EXTERNAL)
    found = {each.written.name: each for each in transports.show(services)}
    assert (found["transport-tcp"].is_started, found["transport-tcp"].differences) == (True, ())
    assert not found["transport-tcp"].waits_for_restart
    assert transport_shown(services, "101")["Bind"] == address


def test_one_that_lives_moves_when_asterisk_starts_anew_and_that_is_said(folder_asterisk: ServicesOn) -> None:
    services = folder_asterisk(pjsip_conf=UDP_ALONE)
    port, new = free_port(), at(free_port())
    old, beside = at(port), f"127.0.0.2:{port}"
    bind(services, "tcp", old)
    moved = bind(services, "tcp", beside)
    assert (moved.changes, moved.waits_for_restart) == ({"bind": [old, beside]}, True)
    moved = bind(services, "tcp", new)
    assert (moved.changes, moved.waits_for_restart) == ({"bind": [beside, new]}, True)
    assert answers(old)
    create_live(services, "101", transport="tcp")
    (_, tcp) = transports.show(services)
    assert (tcp.waits_for_restart, tcp.written.bind) == (True, new)
    assert bind(services, "tcp", new).waits_for_restart


def test_forgotten_it_goes_from_the_file_or_back_to_the_setting(folder_asterisk: ServicesOn) -> None:
    services, address = folder_asterisk(pjsip_conf=UDP_ALONE), at(free_port())
    assert transports.clear(services, "tcp", by=TESTER).changes == {}
    bind(services, "tcp", address)
    done = transports.clear(services, "tcp", by=TESTER)
    assert (done.error, done.changes, done.transport) == (None, {"bind": [address, None]}, None)
    assert b"transport-tcp" not in contents(services.settings)[0]
    trail = [(entry.action, entry.changes) for entry in audit.latest(services.database)]
    assert trail == [
        ("set transport tcp", {"bind": [address, None]}),
        ("set transport tcp", {"bind": [None, address]}),
    ]


def test_the_administrators_is_named_with_what_to_edit(services: Services) -> None:
    before = contents(services.settings)
    udp, tcp = transports.show(services)
    assert bind(services, "udp", udp.written.bind).changes == {}
    line = PJSIP_CONF[: PJSIP_CONF.index("[transport-tcp]")].count("\n") + 1
    with pytest.raises(
        TransportTaken,
        match=rf"\[transport-tcp\] at \S*pjsip.conf:{line} listens for tcp at {tcp.written.bind}.*write bind=127.0.0.1:1 there",
    ):
        bind(services, "tcp", at(1))
    with pytest.raises(Refusal, match="only you have the certificate"):
        bind(services, "tls", at(free_port()))
    assert contents(services.settings) == before
    assert audit.latest(services.database) == []


def test_a_port_that_another_program_has_is_refused_before_anything_is_written(
    folder_asterisk: ServicesOn,
) -> None:
    services = folder_asterisk(pjsip_conf=UDP_ALONE)
    before = contents(services.settings)
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = at(other.getsockname()[1])
        with pytest.raises(TransportTaken, match=r"something listens for tcp at port .* ss -ltnp"):
            bind(services, "tcp", taken)
    assert contents(services.settings) == before


@pytest.mark.usefixtures("impatient")
def test_what_asterisk_does_not_start_is_taken_back(folder_asterisk: ServicesOn) -> None:
    services = folder_asterisk(pjsip_conf=UDP_ALONE)
    with pytest.raises(TransportTaken, match=r"Asterisk does not start a transport at 192\.0\.2\.7:5071"):
        bind(services, "tcp", "192.0.2.7:5071")
    assert b"192.0.2.7" not in contents(services.settings)[0]
    publish(services)
    assert b"192.0.2.7" not in contents(services.settings)[0]


def test_while_asterisk_is_away_it_is_saved_and_comes_later(services: Services) -> None:
    away = Services(
        services.settings.model_copy(update={"ami_port": free_port()}), services.database, services.cipher
    )
    path = services.settings.pjsip_path
    path.write_text(path.read_text().partition("[transport-tcp]")[0])
    address = at(free_port())
    done = bind(away, "tcp", address)
    assert (done.transport, done.changes) == (None, {"bind": [None, address]})
    assert "does not answer" in (done.error or "")
    publish(services)
    assert f"protocol=tcp\nbind={address}".encode() in contents(services.settings)[0]


def test_transports_that_come_from_elsewhere_are_changed_there(services: Services) -> None:
    sorcery = services.settings.asterisk_config_dir / "sorcery.conf"
    sorcery.write_text("[res_pjsip]\ntransport=realtime,ps_transports\n")
    with pytest.raises(TransportTaken, match=r"come from elsewhere \(transport=realtime,ps_transports at"):
        bind(services, "tcp", at(1))
