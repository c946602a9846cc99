"""“Verified” comes with what is missing besides: Asterisk's HTTP server, a context, a codec's module, a restart."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.fields import Changes
from pbx import extensions
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.asterisk_bed.certificate import write_certificate
from tests.asterisk_bed.configuration import PJSIP_CONF
from tests.asterisk_bed.ports import free_port
from tests.pbx.conftest import ServicesOn
from tests.pbx.extension_driver import create, live, registers
from tests.slash_commands import TESTER


@pytest.fixture(scope="module")
def pbx() -> Iterator[Asterisk]:
    with (
        tempfile.TemporaryDirectory(prefix="switchhook-") as folder,
        Asterisk(Path(folder), pjsip_conf=PJSIP_CONF.partition("[transport-tcp]")[0]) as asterisk,
    ):
        write_certificate(asterisk.folder / "web.pem", asterisk.folder / "web.key")
        yield asterisk


@pytest.fixture
def services(pbx: Asterisk, services_on: ServicesOn) -> Services:
    pbx.reset()
    serve(pbx, "")
    return services_on(pbx, SIP_BIND=pbx.sip_domain)


def serve(pbx: Asterisk, options: str) -> None:
    """Write http.conf, and have it read: `core reload` can end or hang Asterisk 22."""
    (pbx.config_dir / "http.conf").write_text(f"[general]\n{options}")
    pbx.cli("module reload http")


def heard(services: Services) -> str:
    return "\n".join(extensions.verify(services, "101", by=TESTER).warnings)


def test_an_ordinary_extension_comes_without_a_word(services: Services) -> None:
    assert create(services, "101").warnings == ()
    assert extensions.change(services, "101", Changes(name="Bob"), by=TESTER).warnings == ()


def test_phones_in_browsers_need_the_http_server_with_tls(services: Services, pbx: Asterisk) -> None:
    outcome = create(services, "101", transport="wss")
    live(outcome)
    assert "HTTP server is off" in "\n".join(outcome.warnings)
    plain, tls = free_port(), free_port()
    serve(pbx, f"enabled=yes\nbindaddr=127.0.0.1\nbindport={plain}\n")
    assert "is without TLS" in heard(services)
    with_tls = (
        f"tlsenable=yes\ntlsbindaddr=127.0.0.1:{tls}\ntlscertfile={pbx.folder}/web.pem\n"
        f"tlsprivatekey={pbx.folder}/web.key\n"
    )
    serve(pbx, f"enabled=yes\nbindaddr=127.0.0.1\nbindport={plain}\n{with_tls}")
    assert heard(services) == ""
    (pbx.config_dir / "http.conf").write_text(
        f"[general]\nenabled=yes\nbindaddr=127.0.0.1\nbindport={free_port()}\n"
    )
    assert "nothing answers at 127.0.0.1" in heard(services)  # not reloaded yet


def test_a_context_that_nobody_wrote_is_named_with_what_to_do(services: Services, pbx: Asterisk) -> None:
    (sentence,) = create(services, "101", context="sales").warnings
    assert "your dialplan has no context sales" in sentence
    pbx.cli("dialplan add extension 900,1,NoOp,x into sales")
    assert heard(services) == ""
    pbx.cli("dialplan remove extension 900@sales")
    path = services.settings.extensions_path
    path.write_text("[sales]\nexten => 9,1,Answer()\n" + path.read_text())
    assert "has not loaded what extensions.conf has in [sales]" in heard(services)
    pbx.cli("dialplan reload")
    assert heard(services) == ""
    (sentence,) = extensions.change(services, "101", Changes(context="lab"), by=TESTER).warnings
    assert "context lab" in sentence
    assert extensions.change(services, "101", Changes(context="from-internal"), by=TESTER).warnings == ()


def test_a_codec_without_a_module_is_named(services: Services) -> None:
    (sentence,) = create(services, "101", codecs="gsm,ilbc,ulaw").warnings  # the bed has codec_gsm
    assert "cannot translate ilbc (no codec_ilbc)" in sentence


def test_a_new_transports_state_is_reported_as_it_is(
    services: Services, pbx: Asterisk, services_on: ServicesOn
) -> None:
    with socket.create_server(("127.0.0.1", free_port())) as busy:
        other = services_on(pbx, SIP_BIND=f"127.0.0.1:{busy.getsockname()[1]}")
        outcome = create(other, "101", transport="tcp")
    assert outcome.extension is not None
    assert "there is no transport transport-tcp, most likely because its address is in use" in (
        outcome.extension.reason or ""
    )
    extensions.delete(other, "101", by=TESTER)
    outcome = create(services, "101", transport="tcp")
    assert outcome.warnings == ()
    assert outcome.secret is not None
    registers(pbx, "101", outcome.secret.get_secret_value(), "tcp")
    moved = services_on(pbx, SIP_BIND=f"127.0.0.1:{free_port()}")
    assert f"Asterisk listens for tcp at {pbx.sip_domain}, and takes {moved.settings.sip_bind}" in heard(
        moved
    )


def test_a_tls_transport_added_as_advised_works_without_a_restart(services: Services, pbx: Asterisk) -> None:
    path = services.settings.pjsip_path
    port = free_port()
    path.write_text(
        f"{path.read_text()}\n[transport-tls]\ntype=transport\nprotocol=tls\nbind=127.0.0.1:{port}\n"
        f"cert_file={pbx.folder}/web.pem\npriv_key_file={pbx.folder}/web.key\n"
    )
    assert create(services, "101", transport="tls").warnings == ()
    socket.create_connection(("127.0.0.1", port), timeout=60).close()
