"""The certificate and the way of PUBLIC_URL; tests/test_faults.py has what goes wrong in a whole installation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from handlers.doctor import public_checks
from pbx.doctor.findings import NothingToCheck
from pbx.services import Services
from tests.asterisk_bed.ports import free_port
from tests.dripping_server import dripping
from tests.installation.web_server import WebServer


def with_settings(services: Services, **values: Any) -> Services:
    return Services(services.settings.model_copy(update=values), services.database, services.cipher)


@pytest.fixture
def web_server(tmp_path: Path) -> Iterator[WebServer]:
    with WebServer(tmp_path, free_port()) as running:
        yield running


@pytest.mark.parametrize("url", [None, "http://127.0.0.1:1"])
def test_without_https_there_is_no_certificate_to_look_at(quiet: Services, url: str | None) -> None:
    with pytest.raises(NothingToCheck, match="no https:// address"):
        list(public_checks.certificate(with_settings(quiet, public_url=url)))


def test_without_an_address_nothing_is_asked(quiet: Services) -> None:
    with pytest.raises(NothingToCheck, match="empty"):
        list(public_checks.public_url(with_settings(quiet, public_url=None)))


def test_a_certificate_that_nobody_trusts_is_found(quiet: Services, web_server: WebServer) -> None:
    (finding,) = public_checks.certificate(with_settings(quiet, public_url=web_server.url))
    assert f"the certificate of 127.0.0.1:{web_server.server_port} is not trusted (self" in finding.seen
    assert "certbot certonly -d 127.0.0.1" in finding.remedy


def test_a_web_server_that_finds_no_web_process_is_found(
    quiet: Services, web_server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(web_server.ca_file))
    there = with_settings(quiet, public_url=web_server.url)
    assert list(public_checks.certificate(there)) == []
    (finding,) = public_checks.public_url(there)
    assert "/slack/events leads to something that answers 502" in finding.seen


def test_a_server_that_sends_byte_after_byte_is_not_waited_for(
    quiet: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public_checks, "SECONDS", 0.3)
    with dripping(b"HTTP/1.1 401 Unauthorized\r\nX: ") as server:
        (finding,) = public_checks.public_url(with_settings(quiet, public_url=f"http://127.0.0.1:{server}"))
    assert "tried from this machine (no whole answer within 0.3 seconds)" in finding.seen


def test_an_address_at_which_nothing_answers_is_found(quiet: Services) -> None:
    (finding,) = public_checks.public_url(with_settings(quiet, public_url=f"https://127.0.0.1:{free_port()}"))
    assert "nothing answers at https://127.0.0.1:" in finding.seen


def test_a_site_that_is_not_enabled_yet_is_named(
    quiet: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = with_settings(quiet, public_url=f"https://127.0.0.1:{free_port()}")
    site, enabled = tmp_path / "site", tmp_path / "enabled"
    monkeypatch.setattr(public_checks, "SITE", site)
    monkeypatch.setattr(public_checks, "ENABLED_SITE", enabled)
    site.touch()
    (finding,) = public_checks.public_url(there)
    assert finding.remedy == (
        f"enable the web server's site, {site}, which is not yet: flask init prints the commands"
    )
    enabled.touch()
    (finding,) = public_checks.public_url(there)
    assert finding.remedy.startswith("see that the web server runs")
