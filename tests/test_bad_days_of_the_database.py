"""Another database than the one meant, as its processes and their users meet it."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests
from flask import Flask
from sqlalchemy import event

from handlers import health
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.asterisk_bed.ports import free_port
from tests.database_lock import write_locked
from tests.server import Switchhook, migrate
from tests.slack_stand_in import SlackStandIn, SlackUser
from tests.slash_commands import say


@pytest.fixture
def database_url(folder: Path) -> str:
    """Nobody has run the migrations."""
    return f"sqlite:///{folder / 'switchhook.db'}"


def test_without_tables_everybody_reads_what_to_run_and_the_listener_ends(
    admin: SlackUser, switchhook: Switchhook, database_url: str
) -> None:
    ready = requests.get(f"{switchhook.url}/readyz", timeout=60)
    assert ready.status_code == 503
    assert "there are no tables yet in" in ready.json()["database"]
    assert "alembic upgrade head" in ready.json()["database"]
    assert "alembic upgrade head" in say(admin, "create 101 Alice")
    listener = switchhook.flask_process("listen")
    assert listener.returncode == 1
    assert listener.stderr.count("alembic upgrade head") == 1
    assert "Traceback" not in listener.stderr + switchhook.log_text()
    migrate(database_url)
    assert requests.get(f"{switchhook.url}/readyz", timeout=60).json() == {"database": "ok", "ami": "ok"}
    assert "is ready for Alice" in say(admin, "create 101 Alice")


def test_with_another_database_everybody_reads_how_to_take_over_and_until_then_phones_stay(
    admin: SlackUser, switchhook: Switchhook, asterisk: Asterisk, slack: SlackStandIn, database_url: str
) -> None:
    migrate(database_url)
    assert "is ready for Alice" in say(admin, "create 101 Alice")
    other_url = database_url.replace("switchhook.db", "typo.db")
    migrate(other_url)
    remedy = "flask settle"
    with Switchhook(asterisk, slack, other_url) as other:
        ready = requests.get(f"{other.url}/readyz", timeout=60)
        assert (ready.status_code, ready.json()["ami"]) == (503, "ok")
        assert "1 would go (101)" in ready.json()["phones"]
        user = SlackUser(slack, other.url, user_id=other.admin_id, user_name="alice")
        answer = say(user, "create 102 Bob")
        assert "saved, not live yet" in answer
        assert remedy in answer
        other.listen()
        other.wait_for_log("publish has to wait")
        refused = other.flask("publish")
        assert (refused.returncode, remedy in refused.stderr) == (1, True)
        asked = other.flask("settle", "database")
        assert "Only in Asterisk: 101 (Alice)" in asked.stdout
        assert asked.returncode == 1
        assert "101/101" in asterisk.cli("pjsip show endpoints")
        assert other.flask("settle", "database", "--yes").returncode == 0
        assert "101/101" not in asterisk.cli("pjsip show endpoints")
        assert requests.get(f"{other.url}/readyz", timeout=60).status_code == 200


def test_while_its_server_is_down_everybody_reads_so_in_words(
    fresh_asterisk: Asterisk, slack: SlackStandIn
) -> None:
    url = f"postgresql+psycopg://switchhook:hush@127.0.0.1:{free_port()}/switchhook"
    with Switchhook(fresh_asterisk, slack, url) as running:
        user = SlackUser(slack, running.url, user_id=running.admin_id, user_name="alice")
        answer = say(user, "create 101 Alice")
        assert (
            "Nothing was saved, and nothing done: the database does not answer. Type it once more" in answer
        )
        assert "something went wrong" not in answer
        refused = running.flask("ext", "list")
        assert "the database does not answer. Check that its server runs" in refused.stderr
        ready = requests.get(f"{running.url}/readyz", timeout=60)
        assert (ready.status_code, "does not answer" in ready.json()["database"]) == (503, True)
        assert "Traceback" not in running.log_text() + refused.stderr
        assert "hush" not in running.log_text() + refused.stderr + answer + ready.text


def test_readyz_is_503_while_the_database_can_be_read_but_not_written(quiet: Services) -> None:
    event.listen(
        quiet.database.engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=0")
    )
    app = Flask("ready")
    app.register_blueprint(health.blueprint(quiet))
    with write_locked(quiet):
        assert "keeps it locked" in app.test_client().get("/readyz").get_json()["database"]
    assert app.test_client().get("/readyz").get_json()["database"] == "ok"
