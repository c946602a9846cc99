"""The whole system, where the network says nothing at all."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from handlers.doctor import examination
from handlers.doctor.system_checks import CHECKS
from pbx.doctor import checks
from pbx.services import Services
from settings import Settings
from tests.pbx.extension_driver import create
from tests.server import TEST_KEY


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        yield server.getsockname()[1]


def test_slugs_are_unique_and_what_a_check_needs_stands_above_it() -> None:
    slugs = [check.slug for check in CHECKS]
    assert len(set(slugs)) == len(slugs)
    for at, check in enumerate(CHECKS):
        assert set(check.needs) <= set(slugs[:at]), check.slug


def test_what_may_be_the_cause_of_a_phones_trouble_is_a_check_of_the_system() -> None:
    causes = examination.CAUSES.union(*examination.CAUSES_BY_TRANSPORT.values())
    assert {check.slug for check in checks.CHECKS} >= causes


def test_certificates_are_no_cause_of_a_phone_s_trouble_that_uses_none(services: Services) -> None:
    of_tls = {"web-phones", "certificates", "tls-versions"}
    for number, transport, looked_at in (("131", "udp", set()), ("132", "wss", of_tls - {"tls-versions"})):
        create(services, number, transport=transport)
        checked = {slug for slug, _ in examination.of_number(services, number).checked}
        assert checked & of_tls == looked_at
        assert {"transports", "number-state"} <= checked


def test_where_nothing_answers_each_cause_is_named_once_and_nothing_that_follows(
    silent: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("pjsip.conf", "extensions.conf"):
        (tmp_path / name).touch(mode=0o600)
    settings = Settings(
        _env_file=None,
        secret_key=TEST_KEY,
        slack_bot_token="xoxb-1",
        slack_signing_secret="s",
        slack_admins="U024BE7LH",
        slack_api_url=f"http://127.0.0.1:{silent}/api/",
        database_url=f"postgresql+psycopg://switchhook:u8@127.0.0.1:{silent}/switchhook",
        ami_port=silent,
        asterisk_config_dir=tmp_path,
        sip_domain="192.0.2.7",
        public_url=f"http://127.0.0.1:{silent}",
        port=silent,
    )
    report = examination.of_system(Services.of(settings))
    assert {each.check for each in report.findings} == {"database", "ami", "slack", "web"}
    assert {"slack-scopes", "modules", "listener", "public-url"} <= {slug for slug, _ in report.skipped}
