"""GET /api/extensions: pages, filters, and what it says when Asterisk is away."""

from __future__ import annotations

from typing import Any

import pytest

from tests.asterisk_bed import Asterisk
from tests.handlers.api.client import ApiClient

NUMBERS = ["98", "140", "141", "142", "1000"]  # in this order: as people count


@pytest.fixture(scope="module", autouse=True)
def five(api: ApiClient) -> None:
    for number, name in zip(NUMBERS, ("Ada", "Bob", "Çelik", "Ada", "Eve"), strict=True):
        api.create(number, name=name, email=f"{number}@example.com")
    api("POST", "/extensions/number:141/toggle")


def listed(api: ApiClient, query: str) -> dict[str, Any]:
    answer = api("GET", f"/extensions{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def numbers(found: dict[str, Any]) -> list[str]:
    return [each["extension_number"] for each in found["extensions"]]


@pytest.mark.parametrize("limit", [1, 2, 5])
@pytest.mark.parametrize("filters", ["", "&q=example", "&registered=false"])
def test_pages_by_cursor_and_by_link_have_each_extension_once_in_order(
    api: ApiClient, limit: int, filters: str
) -> None:
    found: list[str] = []
    path = f"/extensions?limit={limit}{filters}"
    while path:
        answer = api("GET", path)
        page = answer.json()
        assert len(page["extensions"]) <= limit
        found += numbers(page)
        link = answer.headers.get("Link", "")
        assert bool(link) is bool(page["next_cursor"])
        path = link.removeprefix("</api").partition(">")[0]
    assert found == NUMBERS


def test_a_page_goes_on_behind_its_cursor_whatever_has_come_or_gone(api: ApiClient) -> None:
    first = listed(api, "?limit=2")
    assert numbers(first) == ["98", "140"]
    api.create("139")
    api("DELETE", "/extensions/number:139")
    assert numbers(listed(api, f"?limit=2&cursor={first['next_cursor']}")) == ["141", "142"]
    assert numbers(listed(api, "?cursor=1399999")) == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?q=ada", ["98", "142"]),
        ("?q=ÇELIK", ["141"]),
        ("?q=1000@", ["1000"]),
        ("?enabled=false", ["141"]),
        ("?enabled=true&q=14", ["140", "142"]),
        ("?state=live", NUMBERS),
        ("?state=failed", []),
        ("?registered=true", []),
    ],
)
def test_lists_are_narrowed(api: ApiClient, query: str, expected: list[str]) -> None:
    assert numbers(listed(api, query)) == expected


@pytest.mark.parametrize(
    "query", ["?limit=0", "?limit=1001", "?cursor=a", "?state=dead", "?enabled=maybe", "?page=2", "?q=a&q=b"]
)
def test_a_query_that_is_none_is_refused_by_name(api: ApiClient, query: str) -> None:
    answer = api("GET", f"/extensions{query}")
    assert answer.status_code == 422
    assert query[1:].partition("=")[0] in answer.json()["detail"]


def test_the_whole_list_has_asterisks_endpoints_and_a_page_has_not(api: ApiClient) -> None:
    whole = listed(api, "")
    assert {each["name"] for each in whole["asterisk_endpoints"]} == set(NUMBERS) - {"141"}
    assert all(each["managed"] for each in whole["asterisk_endpoints"])
    assert listed(api, "?limit=100")["asterisk_endpoints"] is None
    statuses = {each["extension_number"]: each["asterisk_status"] for each in whole["extensions"]}
    assert (statuses["140"], statuses["141"]) == ("Unavailable", "Not Found")


def test_without_asterisk_the_list_comes_and_says_so(api: ApiClient, asterisk: Asterisk) -> None:
    asterisk.kill()
    try:
        found = listed(api, "")
        refused = api("GET", "/extensions?registered=false")
    finally:
        asterisk.start()
    assert numbers(found) == NUMBERS
    assert "is Asterisk running" in found["asterisk_error"]
    unknown = {"registered": None, "asterisk_status": "Unknown", "contact_count": None, "ip_address": None}
    assert all(unknown.items() <= each.items() for each in found["extensions"])
    assert found["asterisk_endpoints"] is None
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
