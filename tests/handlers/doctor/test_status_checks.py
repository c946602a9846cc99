"""What keeps people from connecting their Slack status."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from handlers.doctor import status_checks
from pbx.doctor.findings import Finding, NothingToCheck
from pbx.services import Services
from settings import Settings
from tests.asterisk_bed.ports import free_port
from tests.installation.web_server import WebServer
from tests.slack_stand_in import SlackStandIn


@pytest.fixture
def slack() -> Iterator[SlackStandIn]:
    """One for each test: they make it wrong."""
    with SlackStandIn() as running:
        yield running


def found(services: Services, slack: SlackStandIn, **more: Any) -> list[Finding]:
    oauth = {
        "slack_client_id": slack.oauth.client_id,
        "slack_client_secret": slack.oauth.client_secret,
        "public_url": "https://phones.example.com",
    }
    given = services.settings.model_dump(exclude_unset=True) | oauth | more
    settings = Settings(_env_file=None, **given)
    return list(status_checks.client(Services(settings, services.database, services.cipher)))


def test_where_it_is_not_offered_there_is_nothing_to_check(quiet: Services) -> None:
    with pytest.raises(NothingToCheck, match="nor signing in"):
        list(status_checks.client(quiet))


def test_a_sound_app_has_no_findings(quiet: Services, slack: SlackStandIn) -> None:
    assert found(quiet, slack) == []


@pytest.mark.parametrize("public_url", [None, "http://127.0.0.1:8000"])
def test_without_an_address_to_come_back_to_it_says_what_to_set(
    quiet: Services, slack: SlackStandIn, public_url: str | None
) -> None:
    (finding,) = found(quiet, slack, public_url=public_url)
    assert "PUBLIC_URL is no address with https://" in finding.seen
    assert (
        "add https://YOUR-HOST/slack/oauth and https://YOUR-HOST/extensions/sign-in/slack to the app's"
        in finding.remedy
    )


def test_a_web_server_that_has_no_way_back_is_found(
    quiet: Services, slack: SlackStandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with WebServer(tmp_path, free_port()) as web_server:
        monkeypatch.setenv("SSL_CERT_FILE", str(web_server.ca_file))
        assert (
            found(quiet, slack, public_url=web_server.url) == []
        )  # 502: it only does not reach the web process
        web_server.passed_on = ("/slack/events",)
        (finding,) = found(quiet, slack, public_url=web_server.url)
    assert f"{web_server.url}/slack/oauth leads to something that answers 404" in finding.seen
    assert "pass on /slack/oauth, too" in finding.remedy


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("slack_client_id", "Slack does not know SLACK_CLIENT_ID"),
        ("slack_client_secret", "SLACK_CLIENT_SECRET is not that of SLACK_CLIENT_ID"),
    ],
)
def test_a_client_that_slack_does_not_know_is_found(
    quiet: Services, slack: SlackStandIn, name: str, said: str
) -> None:
    (finding,) = found(quiet, slack, **{name: "another"})
    assert finding.seen == said
    assert name.upper() in finding.remedy


def test_when_slack_is_in_trouble_nothing_is_found(quiet: Services, slack: SlackStandIn) -> None:
    slack.fail_next("oauth.v2.access", status=503)
    assert found(quiet, slack) == []
