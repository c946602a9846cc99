"""POST /api/extensions/bulk on a real gunicorn and a real Asterisk."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
import requests

from app import create_app
from handlers.api import bulk as bulk_route
from handlers.body_limits import MAX_BULK_BODY
from pbx import config_files
from pbx.bulk import upsert
from tests.asterisk_bed import Asterisk
from tests.handlers.api.client import ApiClient
from tests.pbx.bulk.bulk_driver import reloads
from tests.server import Switchhook, settings_in
from tests.slack_stand_in import SlackStandIn

SIXTY = [{"extension_number": str(number), "name": f"Person {number}"} for number in range(130, 190)]


def bulk(api: ApiClient, rows: list[Any], status: int = 200, **more: Any) -> dict[str, Any]:
    answer = api("POST", "/extensions/bulk", {"extensions": rows} | more)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def csv(api: ApiClient, text: str | bytes, query: str = "") -> requests.Response:
    headers = {"Authorization": f"Bearer {api.token}", "Content-Type": "text/csv"}
    return requests.post(f"{api.url}/extensions/bulk{query}", data=text, headers=headers, timeout=60)


def test_sixty_extensions_are_one_reload_and_the_same_again_is_none(
    api: ApiClient, asterisk: Asterisk, switchhook: Switchhook
) -> None:
    tried = bulk(api, SIXTY, dry_run=True)
    assert tried["message"] == "60 rows: 60 would be created. Nothing was changed."
    assert {row["secret"] for row in tried["extensions"]} == {None}
    done = bulk(api, SIXTY)
    assert (done["message"], done["counts"]["created"]) == ("60 rows: 60 created.", 60)
    assert len({row["secret"] for row in done["extensions"]}) == 60
    assert reloads(asterisk) == (1, 1)
    endpoints = api("GET", "/extensions/asterisk/endpoints").json()["endpoints"]
    assert {each["name"] for each in endpoints if each["managed"]} == {
        each["extension_number"] for each in SIXTY
    }
    again = bulk(api, SIXTY)
    assert (again["message"], again["extensions"][0]["secret"]) == ("60 rows: 60 unchanged.", None)
    assert reloads(asterisk) == (1, 1)
    assert "API token tests created 189: name Person 189" in switchhook.flask("ext", "audit", "189").stdout


def test_each_row_says_what_came_of_it(api: ApiClient) -> None:
    api.create("101")
    done = bulk(
        api,
        [
            {"extension_number": "101", "name": "Alice", "notes": "desk", "transport": "transport-udp"},
            {"extension_number": "102", "name": "Bob", "secret": "SecurePass123", "codecs": None},
            {"extension_number": "112", "name": "Eve"},
            {"number": "103", "name": "Dan", "nmae": "Dan", "secret": "hush"},
            {"extension_number": 104, "name": ""},
            {},
        ],
    )
    first, second, third, fourth, fifth, last = done["extensions"]
    assert done["message"] == "6 rows: 1 created, 1 changed, 4 refused."
    assert (first["status"], first["changed"], first["row"]) == ("changed", ["notes"], 1)
    assert (second["status"], second["secret"]) == ("created", None)
    assert "emergency number" in third["errors"][0]["detail"]
    assert {error["field"] for error in fourth["errors"]} == {"number", "extension_number", "nmae"}
    assert {error["field"] for error in fifth["errors"]} == {"extension_number"}
    assert (last["status"], last["extension_number"]) == ("refused", "")
    assert "hush" not in str(done)


def test_csv_is_taken_as_well(api: ApiClient) -> None:
    text = "number;name;enabled\r\n105;Zoë;yes\r\n106;Bob;perhaps\r\n"
    tried = csv(api, text.encode("utf-8-sig"), "?dry_run=true").json()
    assert tried["message"] == "2 rows: 1 would be created, 1 would be refused. Nothing was changed."
    done = csv(api, text.encode()).json()
    assert [(row["row"], row["status"]) for row in done["extensions"]] == [(2, "created"), (3, "refused")]
    assert done["extensions"][1]["errors"] == [{"field": "enabled", "detail": "enabled is true or false"}]
    assert api("GET", "/extensions/number:105").json()["extension"]["name"] == "Zoë"


def test_of_a_dry_run_no_answer_is_kept(api: ApiClient) -> None:
    rows = {"extensions": [{"extension_number": "109", "name": "Alice"}]}
    for path, body in (("", rows | {"dry_run": True}), ("?dry_run=true", rows), ("", rows)):
        answer = api("POST", f"/extensions/bulk{path}", body, headers={"Idempotency-Key": "key-109"}).json()
        assert answer["counts"]["created"] == 1
    assert answer["message"] == "1 row: 1 created."
    refused = api("POST", "/extensions/bulk?dry_run=true", rows, headers={"Idempotency-Key": "a, b"})
    assert (refused.status_code, "Idempotency-Key" in refused.json()["detail"]) == (400, True)


def test_what_is_no_list_of_extensions_is_refused_whole(api: ApiClient) -> None:
    assert "number" in csv(api, "name\nAlice\n").json()["detail"]
    assert csv(api, "number,name\n" + "101,x\n" * 10_001).json()["status"] == 422
    assert csv(api, "number\n101\n", "?dryrun=1").status_code == 422
    assert bulk(api, [{}] * 10_001, 422)["errors"][0]["field"] == "extensions"
    assert bulk(api, ["101"], 422)["errors"][0]["field"] == "extensions.0"
    assert api("POST", "/extensions/bulk", {"extensions": [], "dryrun": True}).status_code == 422
    refused = api("POST", "/extensions/bulk", {"extensions": [], "dry_run": "no"}).json()
    assert refused["detail"] == "dry_run: this is true or false"


def test_whom_slack_does_not_know_gets_no_extension(api: ApiClient, slack: SlackStandIn) -> None:
    slack.add_user("U0BOB0001", "bob")
    rows = [
        {"extension_number": "193", "name": "Bob", "slack_user_id": "U0BOB0001"},
        {"extension_number": "194", "name": "Eve", "slack_user_id": "U0NOBODY1"},
    ]
    done = bulk(api, rows)
    assert done["message"] == "2 rows: 1 created, 1 refused."
    [fault] = done["extensions"][1]["errors"]
    assert fault["field"] == "slack_user_id"
    assert fault["detail"].startswith("U0NOBODY1 is nobody in this workspace: ")
    slack.fail_next("users.info", status=503)
    assert "whether 1 of the Slack users in the rows is" in bulk(api, rows[1:], dry_run=True)["message"]


def test_its_address_is_no_extension_s(api: ApiClient) -> None:
    answer = api("PUT", "/extensions/bulk", {"name": "Alice"})
    assert (answer.status_code, "PUT" in answer.headers["Allow"]) == (405, False)


def test_thousands_of_rows_fit_and_more_bytes_than_that_do_not(api: ApiClient) -> None:
    notes = "x" * 1000
    row = {"extension_number": "112", "name": "Eve", "notes": notes}
    assert bulk(api, [row] * 2000)["counts"]["refused"] == 2000
    refused = csv(api, b"x" * (MAX_BULK_BODY + 1))
    assert refused.status_code == 413
    assert refused.json()["detail"] == f"a request to this address has at most {MAX_BULK_BODY} bytes"
    elsewhere = api("POST", "/extensions", {"name": "x" * 1_000_000})
    assert elsewhere.json()["detail"] == "a request to this address has at most 1000000 bytes"


def test_who_has_waited_long_enough_is_told_what_is_not_live_yet(
    api: ApiClient, switchhook: Switchhook, asterisk: Asterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time counts from when the request came; publishing goes on behind it."""
    monkeypatch.setattr(bulk_route, "WAIT_SECONDS", 0.0)
    with config_files.locked(asterisk.config_dir):
        client = create_app(settings_in(switchhook.environment)).test_client()
        body = {"extensions": [{"extension_number": "108", "name": "Alice"}]}
        headers = {"Authorization": f"Bearer {api.token}"}
        [row] = json.loads(client.post("/api/extensions/bulk", json=body, headers=headers).text)["extensions"]
    assert (row["status"], row["reason"]) == ("saved", upsert.NOT_ASKED_YET)
    for thread in threading.enumerate():
        if thread.name == "bulk-publish":
            thread.join()
    assert api("GET", "/extensions/number:108").json()["extension"]["state"] == "live"


def test_with_asterisk_away_rows_are_saved_and_the_answer_says_where_to_look(
    api: ApiClient, asterisk: Asterisk
) -> None:
    asterisk.stop()
    done = bulk(api, [{"extension_number": "107", "name": "Alice"}])
    asterisk.start()
    assert done["counts"]["saved"] == 1
    assert "GET /api/extensions?state=pending lists it" in done["message"]
    assert "manager interface" in done["extensions"][0]["reason"]
    assert bulk(api, [{"extension_number": "107", "name": "Alice"}])["message"] == "1 row: 1 unchanged."
