"""Another database than the one meant, as its processes and their users meet it."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from tests.running import Switchhook, migrate
from tests.shared import say
from tests.slack_stand_in import SlackUser


@pytest.fixture
def database_url(folder: Path) -> str:
    """Nobody has run the migrations."""
    return f"sqlite:///{folder / 'switchhook.db'}"


def test_without_tables_everybody_is_told_what_to_run_and_the_listener_ends(
    admin: SlackUser, switchhook: Switchhook, database_url: str
) -> None:
    ready = requests.get(f"{switchhook.url}/readyz", timeout=5)
    assert ready.status_code == 503
    assert "there are no tables yet in" in ready.json()["database"]
    assert "run alembic upgrade head" in ready.json()["database"]
    assert "run alembic upgrade head" in say(admin, "create 101 Alice")
    listener = switchhook.flask("listen")
    assert listener.returncode == 1
    assert listener.stderr.count("run alembic upgrade head") == 1
    assert "Traceback" not in listener.stderr + switchhook.log_text()
    migrate(database_url)
    assert requests.get(f"{switchhook.url}/readyz", timeout=5).json() == {"database": "ok", "ami": "ok"}
    assert "is created and verified" in say(admin, "create 101 Alice")
