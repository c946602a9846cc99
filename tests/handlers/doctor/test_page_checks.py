"""What the doctor says of the way to the page, with a real web process behind a web server with TLS."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from handlers.doctor import page_checks
from pbx.doctor.findings import Finding, NothingToCheck
from pbx.services import Services
from tests.installation.web_server import PASSED_ON, WebServer
from tests.server import Switchhook


def found(services: Services, public_url: str | None) -> list[Finding]:
    given = services.settings.model_dump(exclude_unset=True) | {"public_url": public_url}
    settings = type(services.settings)(_env_file=None, **given)
    return list(page_checks.page(replace(services, settings=settings)))


def test_the_way_to_the_page_is_looked_at(
    quiet: Services, switchhook: Switchhook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with WebServer(tmp_path, switchhook.port) as web_server:
        monkeypatch.setenv("SSL_CERT_FILE", str(web_server.ca_file))
        assert found(quiet, web_server.url) == []
        web_server.headers = {
            "Host": "127.0.0.1:8000",
            "X-Forwarded-Proto": "http",
            "X-Forwarded-For": "192.0.2.7",
        }
        (untold,) = found(quiet, web_server.url)
        assert "is not told that" in untold.seen
        assert "proxy_set_header X-Forwarded-Proto $scheme;" in untold.remedy
        web_server.passed_on = tuple(path for path in PASSED_ON if path != "/extensions")
        (nowhere,) = found(quiet, web_server.url)
        assert f"{web_server.url}/extensions leads to something that answers 404" in nowhere.seen
        assert "location /extensions { return 403; }" in nowhere.remedy
        web_server.refusal = 403
        with pytest.raises(NothingToCheck, match="as it may be meant"):
            found(quiet, web_server.url)


@pytest.mark.parametrize("public_url", [None, "http://127.0.0.1:8000", "https://127.0.0.1:1"])
def test_where_nothing_leads_there_is_nothing_to_check(quiet: Services, public_url: str | None) -> None:
    with pytest.raises(NothingToCheck):
        found(quiet, public_url)
