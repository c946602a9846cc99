"""`flask login-link`: who is signed in by it, and who is signed out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from handlers.cli import commands as cli
from models import login_link, web_session
from models.actor import Actor
from pbx.services import Services
from tests.slack_stand_in import SlackStandIn

ALICE, BOB = "U0ALICE01", "U0BOB0001"
Run = Callable[..., Result]


def runner(services: Services) -> Run:
    return lambda *words: flask(services, "login-link", *words)


def flask(services: Services, *words: str) -> Result:
    app = Flask("switchhook")
    cli.register(app, services)
    return app.test_cli_runner().invoke(args=words, catch_exceptions=False)


@pytest.fixture
def run(quiet: Services, slack: SlackStandIn) -> Run:
    slack.add_user(ALICE, "alice", "alice@example.com", "Alice Smith")
    slack.add_user(BOB, "bob")
    return runner(quiet)


def whose(services: Services, link: str) -> tuple[str, str]:
    with services.database.session() as session:
        row = login_link.find(session, link.strip().rpartition("/")[2])
    assert row
    return row.actor, row.name


def test_the_link_stands_alone_on_standard_output_and_is_of_an_admin(
    quiet: Services, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUDO_USER", "carol")
    made = run()
    assert made.exit_code == 0
    assert made.stdout.startswith("http://127.0.0.1:8000/extensions/sign-in/link/")
    assert whose(quiet, made.stdout) == ("cli:carol", "carol")
    assert "Signs in as carol, a phone admin: once, within ten minutes" in made.stderr
    assert "ssh -L 8000:127.0.0.1:8000 " in made.stderr


def test_where_the_world_reaches_the_page_the_link_leads_there(quiet: Services, run: Run) -> None:
    given = quiet.settings.model_dump(exclude_unset=True) | {"public_url": "https://phones.example.com"}
    made = runner(replace(quiet, settings=type(quiet.settings)(_env_file=None, **given)))()
    assert made.stdout.startswith("https://phones.example.com/extensions/sign-in/link/")
    assert "ssh" not in made.stderr


@pytest.mark.parametrize("typed", [ALICE, "alice@example.com"])
def test_somebody_of_slack_is_signed_in_as_themselves(quiet: Services, run: Run, typed: str) -> None:
    made = run(f"--slack-user={typed}")
    assert whose(quiet, made.stdout) == (f"slack:{ALICE}", "Alice Smith")
    assert "Signs in as Alice Smith: once" in made.stderr


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("@alice", "neither a member ID"),
        ("alice", "neither a member ID"),
        ("nobody@example.com", "nobody in Slack has the address"),
        ("U0NOBODY1", "is nobody in this workspace"),
    ],
)
def test_who_is_nobody_is_refused(run: Run, typed: str, said: str) -> None:
    refused = run(f"--slack-user={typed}")
    assert refused.exit_code == 1
    assert said in refused.stderr
    assert refused.stdout == ""


@pytest.mark.parametrize(("typed", "method"), [(ALICE, "users.info"), ("a@b.example", "users.lookupByEmail")])
def test_slack_may_be_away(run: Run, slack: SlackStandIn, typed: str, method: str) -> None:
    slack.fail_next(method, status=503)
    refused = run(f"--slack-user={typed}")
    assert refused.exit_code == 1
    assert "try again in a minute, or leave --slack-user out" in refused.stderr


def test_sessions_of_one_person_or_of_everybody_are_ended(quiet: Services, run: Run) -> None:
    with quiet.database.session() as session:
        for user_id in (ALICE, ALICE, BOB):
            web_session.begin(session, Actor.slack(user_id), "somebody")
    link = run(f"--slack-user={ALICE}").stdout
    said = run(f"--slack-user={ALICE}", "--sign-out-everywhere").stdout
    assert said.startswith(f"2 sessions are ended, of {ALICE};")
    with quiet.database.session() as session:
        assert login_link.find(session, link.strip().rpartition("/")[2]) is None
    assert run("--sign-out-everywhere").stdout.startswith("1 session is ended, of everybody;")


def test_a_restored_backup_signs_nobody_in(quiet: Services, tmp_path: Path) -> None:
    with quiet.database.session() as session:
        token = web_session.begin(session, Actor.slack(ALICE), "Alice")
        link = login_link.make(session, Actor.slack(ALICE), "Alice")
    assert flask(quiet, "backup", str(tmp_path / "backup")).exit_code == 0
    assert flask(quiet, "restore", str(tmp_path / "backup"), "--yes").exit_code == 0
    with quiet.database.session() as session:
        assert web_session.find(session, token) is None
        assert login_link.find(session, link) is None
