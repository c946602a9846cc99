"""What /metrics answers where something is missing."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from app import create_app
from handlers.api import tokens
from handlers.metrics import sources
from models.actor import Actor
from models.api_token import Scope
from pbx import instrument_files
from pbx.services import Services
from settings import Settings
from tests.handlers.metrics.scraping import Scrape
from tests.server import PROJECT, TEST_KEY, quiet_settings
from tests.slack_stand_in import SlackStandIn
from tests.tokens import made

WITHOUT_COUNTING = """
from app import create_app
import settings
client = create_app(settings.load()).test_client()
assert client.get("/healthz").status_code == 200
print(client.get("/metrics").text)
"""


def scrape(settings: Settings) -> Scrape:
    answer = create_app(settings).test_client().get("/metrics")
    assert answer.status_code == 200
    return Scrape(answer.text)


def through_a_proxy(services: Services, token: str = "") -> TestResponse:
    headers = {"X-Forwarded-For": "203.0.113.7"} | ({"Authorization": f"Bearer {token}"} if token else {})
    return create_app(services.settings).test_client().get("/metrics", headers=headers)


@pytest.mark.parametrize("scope", Scope)
def test_with_a_token_it_answers_also_through_a_web_server(quiet: Services, scope: Scope) -> None:
    answer = through_a_proxy(quiet, made(quiet, "monitor", scope))
    assert answer.status_code == 200
    assert Scrape(answer.text).value("switchhook_build_info") == 1


def test_without_one_it_says_what_is_needed_and_nothing_else(quiet: Services) -> None:
    answer = through_a_proxy(quiet)
    assert (answer.status_code, answer.content_type) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
    assert "flask token create" in answer.get_json()["detail"]
    assert "switchhook_" not in answer.text


def test_a_token_that_was_taken_away_opens_nothing(quiet: Services) -> None:
    taken = made(quiet, "monitor")
    tokens.revoke(quiet, "monitor", by=Actor("cli", "root"))
    assert through_a_proxy(quiet, taken).status_code == 401


def test_a_token_cannot_be_looked_up_without_the_database(quiet: Services) -> None:
    good = made(quiet, "monitor")
    with quiet.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE api_token RENAME TO gone")
    answer = through_a_proxy(quiet, good)
    assert (answer.status_code, answer.content_type) == (503, "application/problem+json")


def test_without_the_database_all_else_is_there(tmp_path: Path, slack: SlackStandIn) -> None:
    found = scrape(quiet_settings(tmp_path / "missing.db", slack))
    assert found.value("switchhook_source_up", source="database") == 0
    assert found.value("switchhook_source_up", source="counts") == 1
    assert found.value("switchhook_extensions") is None
    assert found.value("switchhook_build_info") == 1


def test_a_database_server_that_hangs_holds_nobody_up(
    tmp_path: Path, slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql+psycopg://switchhook@127.0.0.1:{silent.getsockname()[1]}/switchhook"
        found = scrape(quiet_settings(tmp_path / "none", slack, database_url=url))
    assert found.value("switchhook_source_up", source="database") == 0


def test_where_nothing_can_be_counted_requests_are_answered_and_metrics_says_so(tmp_path: Path) -> None:
    environment = os.environ | {
        instrument_files.VARIABLE: str(tmp_path / "missing"),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'missing.db'}",
        "SECRET_KEY": TEST_KEY,
        "AMI_PORT": "1",
    }
    ran = subprocess.run(
        [sys.executable, "-c", WITHOUT_COUNTING], cwd=PROJECT, env=environment, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    found = Scrape(ran.stdout)
    assert found.value("switchhook_source_up", source="counts") == 0
    assert found.value("switchhook_http_requests_total") is None
    assert (
        f"nothing is counted for /metrics in {tmp_path / 'missing'}: No such file or directory" in ran.stderr
    )


def test_gunicorn_itself_counts_nothing(tmp_path: Path) -> None:
    """What it began to count before it forks, all of its workers would count on with, in the same place."""
    code = "import sys, runpy; runpy.run_path('gunicorn.conf.py'); import web_worker; print('pbx.instruments' in sys.modules)"
    environment = os.environ | {"SECRET_KEY": TEST_KEY}
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, env=environment, capture_output=True, text=True
    )
    assert ran.stdout == "False\n", ran.stderr
