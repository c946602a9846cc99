"""Who did what, for programs: page by page, and nothing secret in it."""

from __future__ import annotations

from typing import Any

from models import audit
from models.actor import Actor
from models.database import Database
from tests.handlers.api.client import ApiClient


def entries(api: ApiClient, query: str) -> list[dict[str, Any]]:
    answer = api("GET", f"/audit?{query}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["entries"]
    return found


def test_pages_go_from_the_newest_to_the_oldest_and_leave_nothing_out(
    api: ApiClient, database: Database
) -> None:
    with database.session() as session:
        for place in range(5):
            audit.record(session, Actor("hr", "pages"), f"act {place}")
    seen, cursor = [], ""
    for _ in range(3):
        answer = api("GET", f"/audit?actor=hr:pages&limit=2{cursor}")
        page = answer.json()
        seen += [each["action"] for each in page["entries"]]
        assert page["count"] == len(page["entries"])
        cursor = f"&cursor={page['next_cursor']}"
        assert ("next" in answer.links) is (page["next_cursor"] is not None)
    assert seen == [f"act {place}" for place in (4, 3, 2, 1, 0)]
    assert page["next_cursor"] is None


def test_what_the_api_does_is_there_under_the_tokens_name_and_without_secrets(api: ApiClient) -> None:
    api.create("151", secret="SecurePass123")
    api("PATCH", "/extensions/number:151", {"secret": "AnotherPass456", "name": "Bob"})
    changed, made = entries(api, "extension=151")
    assert (made["actor"], made["action"], made["extension"]) == ("api:tests", "created", "151")
    assert changed["changes"] == {"name": ["Alice", "Bob"], "secret": None}
    assert entries(api, f"extension=151&since={changed['at']}") == [changed]


def test_what_is_asked_wrongly_is_refused_by_name(api: ApiClient) -> None:
    for query, field in (
        ("since=yesterday", "since"),
        ("extension=x", "extension"),
        ("limit=0", "limit"),
        ("who=x", "who"),
    ):
        answer = api("GET", f"/audit?{query}")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
