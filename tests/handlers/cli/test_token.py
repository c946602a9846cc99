"""`flask token …`: made, listed, revoked; and what backups do with them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from handlers.api.signing import TokenSigner
from handlers.cli import commands as cli
from models import api_token
from pbx.services import Services
from settings import Settings
from tests.server import TEST_KEY

Run = Callable[..., Result]


def runner(services: Services) -> Run:
    app = Flask("switchhook")
    cli.register(app, services)
    return lambda *words: app.test_cli_runner().invoke(args=words, catch_exceptions=False)


@pytest.fixture
def run(quiet: Services) -> Run:
    return runner(quiet)


def test_the_token_stands_alone_on_standard_output(quiet: Services, run: Run) -> None:
    made = run("token", "create", "hr-sync", "--scope", "extensions:write", "--scope", "config:write")
    assert made.exit_code == 0
    text = made.stdout.removesuffix("\n")
    (row,) = api_token.all_of(quiet.database)
    assert TokenSigner(quiet.settings.secret_key).jti_of(text) == row.jti
    assert "may do: extensions:write, config:write, until " in made.stderr
    assert "flask token revoke hr-sync" in made.stderr
    assert text not in made.stderr


def test_the_list_tells_all_but_the_token(quiet: Services, run: Run) -> None:
    texts = [run("token", "create", name, "--scope", "read").stdout for name in ("old", "unused", "used")]
    revoked = run("token", "revoke", "old")
    assert revoked.stdout == "The token old is revoked: it opens nothing any more.\n"
    used = next(row for row in api_token.all_of(quiet.database) if row.name == "used")
    api_token.use(quiet.database, used.jti, 600, used.created_at)
    listed = run("token", "list")
    old, unused, last = listed.stdout.splitlines()
    assert old.startswith("old  revoked on ")
    assert unused.startswith("unused  live until ")
    assert ": read; created " in unused
    assert unused.endswith("(command line); last used never")
    assert last.endswith(f"last used {used.created_at:%Y-%m-%d %H:%M:%S}")
    assert listed.stderr.startswith("2 live of 3.")
    machine = run("token", "list", "--json").stdout
    assert [(each["name"], each["state"]) for each in json.loads(machine)] == [
        ("old", "revoked"),
        ("unused", "live"),
        ("used", "live"),
    ]
    assert set(json.loads(machine)[0]) == {
        "name", "state", "scopes", "created_at", "created_by", "expires_at", "revoked_at", "last_used_at",
    }  # fmt: skip
    assert not [text for text in texts if text.strip() in listed.stdout + machine]


def test_the_list_marks_what_an_older_key_signed(quiet: Services, run: Run) -> None:
    run("token", "create", "hr-sync", "--scope", "read")
    assert "older key" not in run("token", "list").stdout
    rotated = Settings(
        _env_file=None, secret_key=f"{'n' * 32},{TEST_KEY}", database_url=quiet.settings.database_url
    )
    later = runner(Services.of(rotated))
    later("token", "create", "new", "--scope", "read")
    old, new = later("token", "list").stdout.splitlines()
    assert old.endswith("signed with an older key of SECRET_KEY: make another before that key goes")
    assert "older key" not in new


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["create", "hr-sync"], 2, "extensions:write"),
        (["create", "hr-sync", "--scope", "write"], 2, "extensions:write"),
        (["create", "hr-sync", "--scope", "read", "--days", "0"], 2, "1<=x<=3650"),
        (["create", "HR", "--scope", "read"], 1, "such as hr-sync"),
        (["revoke", "hr-sync"], 1, "flask token list"),
    ],
)
def test_a_refusal_says_what_would_do(run: Run, words: list[str], code: int, said: str) -> None:
    refused = run("token", *words)
    assert (refused.exit_code, refused.stdout) == (code, "")
    assert said in refused.stderr


def test_a_restored_backup_has_its_tokens_but_none_that_was_revoked_since(
    quiet: Services, run: Run, tmp_path: Path
) -> None:
    for name in ("kept", "revoked-since"):
        run("token", "create", name, "--scope", "read")
    assert run("backup", str(tmp_path / "backup")).exit_code == 0
    run("token", "revoke", "revoked-since")
    run("token", "create", "made-since", "--scope", "read")
    assert run("restore", str(tmp_path / "backup"), "--yes").exit_code == 0
    found = json.loads(run("token", "list", "--json").stdout)
    assert {each["name"]: each["state"] for each in found} == {"kept": "live", "revoked-since": "revoked"}
