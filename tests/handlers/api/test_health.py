"""Anybody reads whether it works; why it does not is for those who have a token."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import requests

from models.database import Database
from models.lease import LISTENER_LEASE, LeaseHolder
from tests.asterisk_bed import Asterisk
from tests.handlers.api.client import ApiClient
from tests.waiting import wait_for


def test_without_a_token_it_says_what_works_and_no_more(api: ApiClient, database: Database) -> None:
    holder = LeaseHolder(database, LISTENER_LEASE)
    assert holder.acquire()

    def if_up() -> requests.Response | None:
        holder.renew()  # as a listener does
        answer = requests.get(f"{api.url}/health", timeout=60)
        return answer if answer.json()["status"] == "up" else None

    answer = wait_for(if_up)
    assert (answer.status_code, answer.json()["status"], answer.json()["reasons"]) == (200, "up", None)
    assert answer.json()["checks"] == {"database": "up", "ami": "up", "listener": "up"}


def test_while_asterisk_is_away_only_who_has_a_token_reads_where_it_was_looked_for(
    api: ApiClient, asterisk: Asterisk
) -> None:
    asterisk.kill()
    try:
        unnamed, named = wait_for(lambda: both_if_degraded(api))
    finally:
        asterisk.start()
    for answer in (unnamed, named):
        assert (answer.status_code, answer.json()["status"]) == (503, "degraded")
        assert answer.json()["checks"]["ami"] == "degraded"
    assert "127.0.0.1" not in unnamed.text
    assert unnamed.json()["reasons"] is None
    assert "is Asterisk running" in named.json()["reasons"]["ami"]


def both_if_degraded(api: ApiClient) -> tuple[requests.Response, requests.Response] | None:
    """Return the answers without and with a token, if their processes have looked by now."""
    unnamed, named = requests.get(f"{api.url}/health", timeout=60), api("GET", "/health")
    is_away = "is Asterisk running" in (named.json()["reasons"] or {}).get("ami", "")
    return (unnamed, named) if unnamed.status_code == 503 and is_away else None


def test_a_token_that_does_not_count_is_refused_here_too(api: ApiClient) -> None:
    headers = {"Authorization": "Bearer nonsense"}
    answer = requests.get(f"{api.url}/health", headers=headers, timeout=60)
    assert (answer.status_code, "WWW-Authenticate" in answer.headers) == (401, True)


def test_however_many_ask_asterisk_is_asked_once_in_a_few_seconds(api: ApiClient, asterisk: Asterisk) -> None:
    before = asterisk.log_text().count("logged on from")
    with ThreadPoolExecutor(20) as strangers:
        found = list(strangers.map(lambda _: requests.get(f"{api.url}/health", timeout=60), range(200)))
    assert {each.json()["checks"]["database"] for each in found} == {"up"}
    assert asterisk.log_text().count("logged on from") - before < 100
