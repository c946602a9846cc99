"""Anybody reads whether it works; why it does not is for those who have a token."""

from __future__ import annotations

import requests

from tests.asterisk_bed import Asterisk
from tests.handlers.api.client import ApiClient


def test_without_a_token_it_says_what_works_and_no_more(api: ApiClient) -> None:
    answer = requests.get(f"{api.url}/health", timeout=60)
    assert (answer.status_code, answer.json()["status"], answer.json()["reasons"]) == (200, "up", None)
    assert answer.json()["checks"] == {"database": "up", "ami": "up", "listener": "up"}


def test_while_asterisk_is_away_only_who_has_a_token_reads_where_it_was_looked_for(
    api: ApiClient, asterisk: Asterisk
) -> None:
    asterisk.kill()
    try:
        unnamed, named = requests.get(f"{api.url}/health", timeout=60), api("GET", "/health")
    finally:
        asterisk.start()
    for answer in (unnamed, named):
        assert (answer.status_code, answer.json()["status"]) == (503, "degraded")
        assert answer.json()["checks"]["ami"] == "degraded"
    assert "127.0.0.1" not in unnamed.text
    assert unnamed.json()["reasons"] is None
    assert "is Asterisk running" in named.json()["reasons"]["ami"]


def test_a_token_that_does_not_count_is_refused_here_too(api: ApiClient) -> None:
    headers = {"Authorization": "Bearer nonsense"}
    answer = requests.get(f"{api.url}/health", headers=headers, timeout=60)
    assert (answer.status_code, "WWW-Authenticate" in answer.headers) == (401, True)
