"""`--json`: what the API answers, one object on standard output; a refusal is a problem."""

from __future__ import annotations

import json
from typing import Any

import pytest

from models.api_token import Scope
from tests.asterisk_bed import Asterisk
from tests.handlers.api.client import ApiClient
from tests.server import Switchhook
from tests.tokens import new_token


@pytest.fixture(scope="module")
def api(switchhook: Switchhook) -> ApiClient:
    return ApiClient(switchhook, new_token(switchhook, "tests", Scope.ADMIN))


def answer(switchhook: Switchhook, *words: str, exit_code: int = 0) -> dict[str, Any]:
    done = switchhook.flask("ext", *words, "--json")
    assert done.returncode == exit_code, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_what_is_read_is_what_the_api_answers(switchhook: Switchhook, api: ApiClient) -> None:
    created = answer(switchhook, "create", "101", "--name=Alice")
    assert created["message"] == "Extension created successfully"
    assert (created["extension"]["extension_number"], created["asterisk_verified"]) == ("101", True)
    assert len(created["secret"]) == 20
    assert answer(switchhook, "status", "101") == api("GET", "/extensions/number:101").json()
    assert answer(switchhook, "list") == api("GET", "/extensions").json()
    assert [row["name"] for row in answer(switchhook, "list", "alic")["extensions"]] == ["Alice"]
    assert answer(switchhook, "audit") == api("GET", "/audit").json()
    assert answer(switchhook, "nat", "show") == api("GET", "/pjsip/config/global").json()


def test_every_change_answers_as_the_api_does(switchhook: Switchhook) -> None:
    answer(switchhook, "create", "102", "--name=Bob")
    for words, message, more in (
        (["set", "102", "--name=Carol"], "Extension updated", {"changes": {"name": ["Bob", "Carol"]}}),
        (["disable", "102"], "Extension disabled", {"changes": {"enabled": [True, False]}}),
        (["enable", "102"], "Extension enabled", {"asterisk_verified": True, "error": None}),
        (["verify", "102"], "Extension verified", {"config_write_success": True, "changes": {}}),
        (["secret", "102"], "Secret changed", {"changes": {"secret": None}}),
    ):
        found = answer(switchhook, *words)
        assert found["message"] == f"{message} successfully"
        assert found | more == found
    assert answer(switchhook, "delete", "102") == {
        "message": "Extension deleted successfully",
        "warnings": [],
    }


def test_lamps_and_nat_have_their_fields(switchhook: Switchhook) -> None:
    answer(switchhook, "create", "103", "--name=Dan")
    found = answer(switchhook, "presence", "103")
    assert found["hints"] == [
        {
            "extension_number": "103",
            "name": "Dan",
            "context": "from-internal",
            "devices": "PJSIP/103",
            "state": "unavailable",
            "watchers": [],
        }
    ]
    assert found["watched"] == []
    done = answer(switchhook, "nat", "set", "--media=203.0.113.7")
    assert done["settings"]["external_media_address"] == "203.0.113.7"
    assert (done["message"], done["reload_result"]) == ("External media settings updated successfully", True)
    assert answer(switchhook, "nat", "clear")["settings"]["external_media_address"] is None
    assert answer(switchhook, "drift")["ok"] is True


@pytest.mark.parametrize(
    ("words", "status", "detail"),
    [
        (["status", "198"], 404, "there is no extension 198"),
        (["create", "112", "--name=Eve"], 409, "112 is an emergency number"),
        (["set", "198", "--max-contacts=0"], 422, "max_contacts is a number from 1 to 100"),
        (["set", "1", "--name=Eve"], 422, "“1” is no extension number"),
        (["presence", "198"], 404, "Asterisk has no hint for 198"),
    ],
)
def test_a_refusal_is_a_problem(switchhook: Switchhook, words: list[str], status: int, detail: str) -> None:
    found = answer(switchhook, *words, exit_code=1)
    assert (found["status"], found["type"]) == (status, "about:blank")
    assert detail in found["detail"]


def test_json_before_and_behind_the_number_is_the_same(switchhook: Switchhook) -> None:
    done = switchhook.flask("ext", "status", "--json", "1")
    assert (json.loads(done.stdout)["status"], done.stderr) == (422, "")


def test_what_waits_is_told_and_exits_with_1(switchhook: Switchhook, asterisk: Asterisk) -> None:
    asterisk.stop()
    created = answer(switchhook, "create", "104", "--name=Frank", exit_code=1)
    assert (created["message"], created["asterisk_verified"]) == ("Extension created, not live yet", False)
    assert "does not answer" in created["error"]
    assert answer(switchhook, "presence", exit_code=1)["status"] == 503
    deleted = answer(switchhook, "delete", "104", exit_code=1)
    assert deleted["extension"]["state"] == "deleting"
    asterisk.start()
