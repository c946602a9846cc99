"""Settings that let the program start and cannot be what was meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from handlers.doctor import setting_checks
from pbx.doctor.findings import Finding
from pbx.services import Services
from settings import Settings
from tests.server import PROJECT, TEST_KEY

SOUND = {
    "secret_key": TEST_KEY,
    "slack_bot_token": "xoxb-1",
    "slack_signing_secret": "s",
    "slack_admins": "U024BE7LH",
    "alert_channel": "C024BE7LH",
    "sip_domain": "192.168.1.10:5060",
    "database_url": "sqlite:////var/lib/switchhook/switchhook.db",
}
ALL = (
    setting_checks.slack_settings,
    setting_checks.alert_channel,
    setting_checks.addresses,
    setting_checks.database_path,
    setting_checks.settings_changed,
)


@pytest.fixture(autouse=True)
def _folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def found(check: Callable[[Services], Iterator[Finding]], **more: Any) -> list[Finding]:
    services = Services.of(Settings(_env_file=None, **SOUND | more))
    return list(check(services))


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.__name__)
def test_sound_settings_have_no_findings(check: Callable[[Services], Iterator[Finding]]) -> None:
    assert found(check) == []


@pytest.mark.parametrize("name", ["SLACK_SIGNING_SECRET", "SLACK_BOT_TOKEN", "SLACK_ADMINS"])
def test_what_slack_needs_and_is_empty_is_found_with_where_it_is_to_be_had(name: str) -> None:
    (finding,) = found(setting_checks.slack_settings, **{name.lower(): ""})
    assert finding.seen == f"{name} is empty"
    assert f"set {name} to it, then restart" in finding.remedy


def test_a_misspelt_name_has_been_found_already() -> None:
    Path(".env").write_text("SLACK_ADMIN=U024BE7LH\n")
    assert found(setting_checks.slack_settings, slack_admins="") == []


def test_a_token_of_another_kind_is_found_and_not_shown() -> None:
    (finding,) = found(setting_checks.slack_settings, slack_bot_token="xapp-hunter2")
    assert "begin with xoxb-" in finding.seen
    assert "hunter2" not in str(finding)


def test_a_channel_by_its_name_is_found() -> None:
    (finding,) = found(setting_checks.alert_channel, alert_channel="#phones")
    assert finding.seen == "ALERT_CHANNEL is #phones, which is no channel's ID"
    assert "/ext alerts here" in finding.remedy


def test_a_server_that_phones_would_look_for_in_themselves_is_found() -> None:
    for server in ("localhost:5060", "127.0.0.1"):
        (finding,) = found(setting_checks.addresses, sip_domain=server)
        assert finding.seen == f"SIP_DOMAIN is {server}"


def test_a_trial_on_one_machine_has_its_phones_there_too() -> None:
    assert found(setting_checks.addresses, sip_domain="127.0.0.1", public_url="http://localhost:8000") == []


def test_hr_without_an_address_for_qr_codes_is_found() -> None:
    (finding,) = found(setting_checks.addresses, hr_bamboohr_secret="b")
    assert finding.seen == "PUBLIC_URL is empty, and HR_BAMBOOHR_SECRET lets an HR system in"


def test_a_relative_path_counts_in_the_folder_of_the_program_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    (finding,) = found(setting_checks.database_path, database_url="sqlite:///it.db")
    assert f"which means {Path.cwd() / 'it.db'} here" in finding.seen
    monkeypatch.chdir(PROJECT)
    assert found(setting_checks.database_path, database_url="sqlite:///it.db") == []


def test_settings_that_changed_since_the_start_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    same = "\n".join(f"{name}='{value}'" for name, value in SOUND.items())
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    Path(".env").write_text(same)
    assert found(setting_checks.settings_changed) == []
    Path(".env").write_text(f"{same}\nAMI_SECRET=hunter2\nPORT=8001\n")
    (finding,) = found(setting_checks.settings_changed)
    assert finding.seen == "AMI_SECRET, PORT changed in .env since this process was started"
