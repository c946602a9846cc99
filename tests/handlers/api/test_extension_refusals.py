"""What cannot be done with an extension is refused by the field's name, with what would be right."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from tests.asterisk_bed import Asterisk
from tests.handlers.api.client import SECONDS, ApiClient
from tests.handlers.hand_written import write_phone
from tests.slack_stand_in import SlackStandIn


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"extention_number": "171"}, "extention_number", "did you mean extension_number?"),
        ({"number": "171"}, "number", "did you mean extension_number?"),
        ({"extension_number": 171}, "extension_number", "this is text, in quotes"),
        ({"extension_number": "1"}, "extension_number", "2 to 20 digits"),
        ({"name": None}, "name", "this is text, in quotes"),
        ({"name": "a\nb"}, "name", "type it on one line"),
        ({"secret": "short"}, "secret", "8 to 128 characters"),
        ({"enabled": "on"}, "enabled", "true or false"),
        ({"enabled": 1}, "enabled", "true or false"),
        ({"direct_media": "maybe"}, "direct_media", "true or false"),
        ({"max_contacts": "2"}, "max_contacts", "a whole number, without quotes"),
        ({"max_contacts": 0}, "max_contacts", "a number from 1 to 100"),
        ({"qualify_frequency": 1.5}, "qualify_frequency", "a whole number"),
        ({"transport": "sctp"}, "transport", "udp, tcp, tls, wss"),
        ({"codecs": "ulaw"}, "codecs", "this is a list"),
        ({"codecs": ["speex"]}, "codecs", "ulaw, alaw, g722"),
        ({"codecs": []}, "codecs", "ulaw, alaw, g722"),
        ({"email": "alice"}, "email", "alice@example.com"),
        ({"context": "general"}, "context", "from-internal"),
    ],
)
def test_a_wrong_field_is_refused_by_name(
    api: ApiClient, fields: dict[str, Any], field: str, said: str
) -> None:
    answer = api("POST", "/extensions", {"name": "Alice", "extension_number": "170"} | fields)
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")
    found = {each["field"]: each["detail"] for each in answer.json()["errors"]}
    assert said in found[field]
    assert api("GET", "/extensions/number:170").status_code == 404


def test_every_wrong_field_is_named_at_once_and_no_value_is_repeated(api: ApiClient) -> None:
    answer = api("POST", "/extensions", {"secret": "a b c d e f", "max_contacts": 999, "email": "hush-hush"})
    fields = [each["field"] for each in answer.json()["errors"]]
    assert fields == ["name"]  # shapes first, then values
    answer = api(
        "POST", "/extensions", {"name": "A", "secret": "a b c d e f", "max_contacts": 999, "email": "hush"}
    )
    assert {each["field"] for each in answer.json()["errors"]} == {"secret", "max_contacts", "email"}
    assert "hush" not in answer.text
    assert "a b c" not in answer.text


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ("{" + "".join(f'"{n}":1,' for n in range(95_000)) + '"a":1,"a":2}', 400, "has 95002 names"),
        ("{" + ",".join(f'"{n}":1' for n in range(999)) + "}", 422, "; and 980 more"),
        (json.dumps({"name": "Alice", "x" * 900_000: 1}), 422, "x…: there is no such field"),
        (f'{{"{"x" * 400_000}":1,"{"x" * 400_000}":1}}', 400, "x…” stands twice"),
        (json.dumps({"name": "x" * 900_000}), 422, "a name is 1 to 80 characters"),
        (json.dumps({"name": "a" + "\u0300\u0316" * 200_000}, ensure_ascii=False), 422, "1 to 80"),
        (json.dumps({"name": "Alice", "codecs": [1] * 300_000}), 422, "a list of at most 8"),
    ],
    ids=[
        "thousands of names, one twice",
        "a thousand names",
        "a long name that is none",
        "a long name twice",
        "a long value",
        "thousands of accents",
        "thousands of codecs",
    ],
)
def test_one_of_the_largest_bodies_holds_nothing_up_and_is_answered_in_few_words(
    api: ApiClient, body: str, status: int, said: str
) -> None:
    headers = {"Authorization": f"Bearer {api.token}", "Content-Type": "application/json"}
    answer = requests.post(f"{api.url}/extensions", body.encode(), headers=headers, timeout=SECONDS)
    assert (answer.status_code, said in answer.json()["detail"]) == (status, True), answer.text[:1000]
    assert len(answer.content) < 20_000


def test_whom_slack_does_not_know_is_no_owner(api: ApiClient, slack: SlackStandIn) -> None:
    slack.add_user("U0BOB0001", "bob")
    wanted = {"extension_number": "140", "name": "Bob", "slack_user_id": "U0NOBODY1"}
    [fault] = api("POST", "/extensions", wanted).json()["errors"]
    assert (fault["field"], "is nobody in this workspace" in fault["detail"]) == ("slack_user_id", True)
    assert api("POST", "/extensions", wanted | {"slack_user_id": "U0BOB0001"}).status_code == 201
    theirs = "/extensions/number:140"
    assert api("PATCH", theirs, {"slack_user_id": "U0NOBODY1"}).status_code == 422
    slack.workspace.users["U0BOB0001"]["deleted"] = True
    assert api("PATCH", theirs, {"slack_user_id": "U0BOB0001", "name": "Robert"}).status_code == 200
    slack.workspace.users["U0BOB0001"]["deleted"] = False


def test_a_number_stays(api: ApiClient) -> None:
    api.create("171")
    answer = api("PUT", "/extensions/number:171", {"extension_number": "172", "name": "Bob"})
    assert answer.status_code == 422
    [fault] = answer.json()["errors"]
    assert (fault["field"], "Create 172, and delete this one" in fault["detail"]) == (
        "extension_number",
        True,
    )
    assert api("GET", "/extensions/number:171").json()["extension"]["name"] == "Alice"
    assert api("PUT", "/extensions/number:171", {"extension_number": "171"}).status_code == 200


def test_a_number_that_lives_is_not_taken(api: ApiClient, asterisk: Asterisk) -> None:
    api.create("173")
    write_phone(asterisk, "174")
    for number in ("173", "174", "112"):
        answer = api("POST", "/extensions", {"extension_number": number, "name": "Bob"})
        assert (answer.status_code, number in answer.json()["detail"]) == (409, True), answer.text


@pytest.mark.parametrize(
    "id",
    [
        "999999",
        "9" * 18,
        "9" * 19,
        "number:198",
        "number:1",
        "abc",
        "0x1",
        "-1",
        "number:%D9%A1%D9%A0",
        "%00",
    ],
)
@pytest.mark.parametrize(
    ("method", "more"), [("GET", ""), ("GET", "/verify"), ("POST", "/toggle"), ("DELETE", "")]
)
def test_an_extension_that_there_is_not_is_not_found(api: ApiClient, id: str, method: str, more: str) -> None:
    answer = api(method, f"/extensions/{id}{more}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


def test_what_cannot_be_an_id_is_told_what_one_is(api: ApiClient) -> None:
    detail = api("GET", "/extensions/alice").json()["detail"]
    assert detail.endswith("id: The extension's id, or `number:` and its number, such as 7 or number:101")
    assert "number:101 for the one of that number" in api("GET", "/extensions/101").json()["detail"]


def test_without_asterisk_a_change_is_saved_and_nothing_is_claimed(
    api: ApiClient, asterisk: Asterisk
) -> None:
    api.create("175")
    asterisk.kill()
    try:
        made = api("POST", "/extensions", {"extension_number": "176", "name": "Bob"})
        changed = api("PUT", "/extensions/number:175", {"name": "Bob"})
        deleted = api("DELETE", "/extensions/number:175")
        verified = api("GET", "/extensions/number:176/verify")
        examined = api("GET", "/extensions/number:176/diagnostics").json()
    finally:
        asterisk.start()
    assert (made.status_code, changed.status_code, deleted.status_code) == (201, 200, 202)
    for answer in (made, changed, deleted):
        said = answer.json()
        assert (said["asterisk_verified"], said["reload_success"]) == (False, False)
        assert "is Asterisk running" in said["error"]
        assert "successfully" not in said["message"]
    assert made.json()["extension"]["state"] == "pending"
    assert made.json()["secret"]
    assert changed.json()["config_write_success"] is False
    assert deleted.json()["extension"]["state"] == "deleting"
    assert (verified.status_code, verified.headers["Retry-After"]) == (503, "30")
    assert (examined["exists_in_asterisk"], examined["registration_status"]["status"]) == (None, "Unknown")
    assert "does not answer" in examined["troubleshooting"][0]["message"]


def test_a_disabled_extension_has_phones_of_nobody(api: ApiClient) -> None:
    api.create("177", enabled=False)
    read = api("GET", "/extensions/number:177").json()["extension"]
    assert (read["state"], read["registered"], read["asterisk_status"]) == ("live", False, "Not Found")
