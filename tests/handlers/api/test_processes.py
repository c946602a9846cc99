"""Tokens under several processes of a real gunicorn, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from tests.asterisk_bed import Asterisk
from tests.models import migrating
from tests.server import Switchhook
from tests.slack_stand_in import SlackStandIn
from tests.tokens import new_token
from tests.waiting import wait_for

database_url = migrating.database_url

LIMIT = 40  # a minute


class NamingSwitchhook(Switchhook):
    application = "tests.handlers.api.naming_app:app"


@pytest.fixture
def switchhook(tmp_path: Path, slack: SlackStandIn, database_url: str) -> Iterator[NamingSwitchhook]:
    """Nobody has started its Asterisk: what is asked for here needs none."""
    with NamingSwitchhook(
        Asterisk(tmp_path / "pbx"), slack, database_url, {"API_RATE_LIMIT": str(LIMIT)}
    ) as running:
        yield running


def probe(switchhook: Switchhook, text: str) -> requests.Response:
    return requests.get(
        f"{switchhook.url}/api/probe", headers={"Authorization": f"Bearer {text}"}, timeout=60
    )


def by_process(switchhook: Switchhook, text: str) -> dict[str, int]:
    """Ask until each of the two processes has answered; return the status that each gave."""
    found: dict[str, int] = {}

    def both() -> bool:
        answer = probe(switchhook, text)
        found[answer.headers["X-Process"]] = answer.status_code
        return len(found) == 2

    wait_for(both, lambda: found)
    return found


def test_all_processes_count_the_same_requests_and_know_at_once_what_is_revoked(
    switchhook: NamingSwitchhook,
) -> None:
    text, started = new_token(switchhook, "fast"), time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: probe(switchhook, text), range(3 * LIMIT)))
    come_back = LIMIT / 60 * (time.monotonic() - started) + 1
    statuses = [each.status_code for each in answers]
    assert set(statuses) == {200, 429}
    assert LIMIT <= statuses.count(200) <= LIMIT + come_back
    # One of them may have been given all of those.
    processes = {each.headers["X-Process"] for each in answers} | by_process(switchhook, text).keys()
    assert switchhook.flask("token", "revoke", "fast").returncode == 0
    assert by_process(switchhook, text) == dict.fromkeys(processes, 401)
    assert text.split(".")[2] not in switchhook.log_text()
