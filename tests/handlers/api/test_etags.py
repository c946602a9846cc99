"""Who changes an extension says which revision they have seen, and nobody's change is lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.handlers.api.client import ApiClient
from tests.slack_stand_in import SlackUser
from tests.slash_commands import say

CHANGES: dict[str, Callable[[ApiClient, str, dict[str, str]], requests.Response]] = {
    "put": lambda api, path, headers: api("PUT", path, {"name": "Carol"}, headers),
    "patch": lambda api, path, headers: api("PATCH", path, {"name": "Carol"}, headers),
    "toggle": lambda api, path, headers: api("POST", f"{path}/toggle", headers=headers),
    "rotate": lambda api, path, headers: api("POST", f"{path}/rotate-secret", headers=headers),
    "delete": lambda api, path, headers: api("DELETE", path, headers=headers),
}


def test_of_two_puts_at_once_with_the_same_etag_one_wins(api: ApiClient) -> None:
    api.create("150")
    etag = api("GET", "/extensions/number:150").headers["ETag"]

    def put(name: str) -> requests.Response:
        return api("PUT", "/extensions/number:150", {"name": name}, {"If-Match": etag})

    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(put, ("Bob", "Carol")))
    lost, won = sorted(answers, key=lambda answer: -answer.status_code)
    assert (won.status_code, lost.status_code) == (200, 412), lost.text
    problem = lost.json()
    [change] = problem["changes"]
    assert change["changes"] == {"name": ["Alice", won.json()["extension"]["name"]]}
    assert (change["actor"], change["action"], change["revision"]) == ("api:tests", "changed", 2)
    assert change == api("GET", "/audit?extension=150").json()["entries"][0]
    assert f"API token tests changed 150: name Alice → {won.json()['extension']['name']}" in problem["detail"]
    assert lost.headers["ETag"] == problem["current_etag"] == won.headers["ETag"]


@pytest.mark.parametrize("name", CHANGES)
def test_what_somebody_has_changed_in_slack_meanwhile_is_kept(
    api: ApiClient, admin: SlackUser, name: str
) -> None:
    number = str(151 + list(CHANGES).index(name))
    api.create(number)
    path = f"/extensions/number:{number}"
    etag = api("GET", path).headers["ETag"]
    assert "verified" in say(admin, f"set {number} name=Bob")
    refused = CHANGES[name](api, path, {"If-Match": etag})
    assert refused.status_code == 412
    assert refused.json()["changes"][0]["changes"] == {"name": ["Alice", "Bob"]}
    now = api("GET", path)
    assert now.json()["extension"]["name"] == "Bob"
    assert now.json()["extension"]["enabled"] is True
    assert now.headers["ETag"] == refused.headers["ETag"]
    assert CHANGES[name](api, path, {"If-Match": now.headers["ETag"]}).status_code == 200


def test_if_match_takes_a_list_a_star_and_what_nginx_makes_of_an_etag(api: ApiClient) -> None:
    etag = f'"{api.create("156")["extension"]["id"]}-1"'
    for name, header in (("B", f'"9-9", {etag}'), ("C", "*")):
        answer = api("PUT", "/extensions/number:156", {"name": name}, {"If-Match": header})
        assert answer.status_code == 200, answer.text
    weak = {"If-Match": f"W/{answer.headers['ETag']}"}
    assert api("PUT", "/extensions/number:156", {"name": "D"}, weak).status_code == 200


@pytest.mark.parametrize("header", ["7-1", '"7-1', '"7-1" "7-2"', "W/*", ","])
def test_an_if_match_that_is_no_etag_is_refused(api: ApiClient, header: str) -> None:
    if header == "7-1":
        api.create("157")
    answer = api("PUT", "/extensions/number:157", {"name": "B"}, {"If-Match": header})
    assert (answer.status_code, 'such as "7-3"' in answer.json()["detail"]) == (400, True)


def test_one_that_was_made_anew_is_another(api: ApiClient) -> None:
    first = f'"{api.create("158")["extension"]["id"]}-1"'
    api("DELETE", "/extensions/number:158")
    api.create("158", name="Zoe")
    refused = api("PUT", "/extensions/number:158", {"name": "B"}, {"If-Match": first})
    assert refused.status_code == 412
    assert [each["action"] for each in refused.json()["changes"]] == ["created"]
