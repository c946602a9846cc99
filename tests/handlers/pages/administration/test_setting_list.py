"""Settings on the page of health: where they come from, and nothing secret."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from handlers.pages.administration.setting_list import NOT_SET, SET, listing
from settings import Settings
from tests.server import TEST_KEY

SECRETS = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_SIGNING_SECRET": "signing-1",
    "SLACK_APP_TOKEN": "xapp-1",
    "SLACK_CLIENT_SECRET": "client-1",
    "HR_WEBHOOK_SECRET": "whsec_c2VjcmV0",
    "HR_BAMBOOHR_SECRET": "bamboo-1",
    "HR_HIBOB_SECRET": "bob-1",
    "HR_GREENHOUSE_SECRET": "green-1",
    "HR_DEEL_SECRET": "deel-1",
    "HR_TOKEN": "token-1",
    "HR_BAMBOOHR_API_KEY": "key-1",
    "HR_HIBOB_API_KEY": "id-1:token-2",
    "DATABASE_URL": "postgresql+psycopg://u:password-1@db/x",
    "SECRET_KEY": TEST_KEY,
    "AMI_SECRET": "ami-1",
    "CDR_DATABASE_URL": "sqlite:////token-3/cdr.db",
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the program is started, with a .env file."""
    for name in (*Settings.model_fields, *map(str.upper, Settings.model_fields)):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_no_secret_is_shown_only_that_it_is_set() -> None:
    more = {"slack_client_id": "1.2", "hr_bamboohr_api_url": "https://bamboo.example"}
    given = {name.lower(): value for name, value in SECRETS.items()} | more
    found = listing(Settings(_env_file=None, **given))  # type: ignore[arg-type] # read by pydantic
    declared = {
        name.upper() for name, field in Settings.model_fields.items() if SecretStr.__name__ in str(field)
    }
    assert declared == SECRETS.keys()
    assert {each.name: each.value for each in found if each.name in SECRETS} == dict.fromkeys(SECRETS, SET)
    shown = repr(found)
    assert not [value for value in SECRETS.values() if value in shown]


def test_what_is_not_set_is_said() -> None:
    found = {each.name: each for each in listing(Settings(_env_file=None, secret_key=TEST_KEY))}
    assert found["AMI_SECRET"].value == found["PUBLIC_URL"].value == found["SLACK_ADMINS"].value == NOT_SET
    assert (found["AMI_PORT"].value, found["AMI_PORT"].origin) == ("5038", "default")
    assert found["AMI_TLS"].value == "false"


def test_the_line_of_the_file_is_named_and_the_environment_counts_more(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / ".env").write_text(
        f"# Ours\nSECRET_KEY={TEST_KEY}\nAMI_PORT=5039\nHR_DEPARTMENT_RANGES=Sales=200-249\nSIP_DOMAIN=a.example\n"
    )
    monkeypatch.setenv("SIP_DOMAIN", "b.example")
    found = {each.name: each for each in listing(Settings())}
    assert (found["AMI_PORT"].value, found["AMI_PORT"].origin) == ("5039", f"{folder}/.env:3")
    assert found["HR_DEPARTMENT_RANGES"].value == "Sales=200-249"
    assert (found["SIP_DOMAIN"].value, found["SIP_DOMAIN"].origin) == ("b.example", "environment")
