"""The log of a running Switchhook: every line is JSON, each tells its request, and none tells a secret."""

from __future__ import annotations

import json
import re
import sqlite3
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import requests

from tests import one_server
from tests.asterisk_bed import Asterisk
from tests.asterisk_bed.process import end
from tests.server import TEST_KEY, Switchhook, migrate
from tests.slack_stand_in import SlackStandIn, SlackUser, as_text, payloads, sign
from tests.slash_commands import secret_in
from tests.waiting import SECONDS, wait_for

folder, asterisk, database_url = one_server.folder, one_server.asterisk, one_server.database_url
slack, switchhook, admin = one_server.slack, one_server.switchhook, one_server.admin
more_environment = one_server.more_environment
Line = dict[str, Any]


def lines(switchhook: Switchhook) -> list[Line]:
    """The log so far; a line that is no JSON object fails the test."""
    found = []
    for text in switchhook.log_text().splitlines():
        try:
            line = json.loads(text)
        except ValueError:
            raise AssertionError(f"not JSON: {text!r}") from None
        assert isinstance(line, dict), text
        found.append(line)
    return found


def post(user: SlackUser, text: str) -> tuple[requests.Response, str]:
    """`/ext <text>` as Slack posts it: the app's HTTP answer, and the id of the response_url."""
    response_id = user.stand_in.workspace.new_response_url(user.channel_id)
    response_url = f"{user.stand_in.root_url}/response/{response_id}"
    body = urlencode(payloads.command(user, "/ext", text, user.channel_id, response_url))
    headers = sign(body, int(time.time()), user.stand_in.signing_secret)
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    return requests.post(user.events_url, body.encode(), headers=headers, timeout=SECONDS), response_id


def say(user: SlackUser, text: str) -> tuple[str, str]:
    """What Slack shows after `/ext <text>`, and the request's id."""
    response, response_id = post(user, text)
    answered = user.stand_in.wait_for(
        lambda call: call.method == "response_url" and call.arguments["id"] == response_id and not call.error,
        SECONDS,
    )
    return as_text(answered.arguments["body"]), response.headers["X-Request-Id"]


def of_request(switchhook: Switchhook, request_id: str) -> list[Line]:
    """The lines of one request so far."""
    return [line for line in lines(switchhook) if line.get("request_id") == request_id]


def test_every_line_of_a_request_has_its_id_also_those_of_the_threads_that_work_for_it(
    admin: SlackUser, switchhook: Switchhook
) -> None:
    first_answer, first = say(admin, "create 101 Alice")
    second_answer, second = say(admin, "create 102 Bob")
    assert "verified in Asterisk" in first_answer
    assert "verified in Asterisk" in second_answer
    assert re.fullmatch(r"[0-9a-f]{16}", first)
    assert first != second
    assert _created_in(switchhook, first) == ["101"]
    assert _created_in(switchhook, second) == ["102"]
    named = [line for line in lines(switchhook) if line.get("number") or line["message"] == "request"]
    assert [line for line in named if not line.get("request_id")] == []


def line_of(switchhook: Switchhook, request_id: str) -> list[Line]:
    """The lines of a request that answers without further work: it should be one."""
    return wait_for(lambda: of_request(switchhook, request_id))


def _created_in(switchhook: Switchhook, request_id: str) -> list[str]:
    """The numbers created in a request, once the thread that answers it has written its line, too."""
    wait_for(lambda: "request" in {line["message"] for line in of_request(switchhook, request_id)})
    return [line["number"] for line in of_request(switchhook, request_id) if line["message"] == "created"]


def test_the_line_of_a_request_says_method_path_status_and_time_but_no_query(switchhook: Switchhook) -> None:
    answer = requests.get(f"{switchhook.url}/healthz?token=hunter2hunter2", timeout=SECONDS)
    request_id = answer.headers["X-Request-Id"]
    (line,) = line_of(switchhook, request_id)
    assert (line["method"], line["path"], line["status"]) == ("GET", "/healthz", 200)
    assert line["ms"] >= 0
    assert "hunter2hunter2" not in switchhook.log_text()


def test_refused_and_unknown_requests_have_an_id_and_a_line_too(switchhook: Switchhook) -> None:
    unsigned = requests.post(f"{switchhook.url}/slack/events", "text=create", timeout=SECONDS)
    unknown = requests.get(f"{switchhook.url}/nothing-here", timeout=SECONDS)
    too_large = requests.post(f"{switchhook.url}/slack/events", b"x" * 1_000_001, timeout=SECONDS)
    for answer, status in ((unsigned, 401), (unknown, 404), (too_large, 413)):
        assert answer.status_code == status
        request_id = answer.headers["X-Request-Id"]
        (line,) = line_of(switchhook, request_id)
        assert line["status"] == status


def test_a_warning_of_publish_has_the_id_of_the_command_that_asked_for_it(
    admin: SlackUser, switchhook: Switchhook, asterisk: Asterisk
) -> None:
    asterisk.stop()
    try:
        answer, request_id = say(admin, "create 103 Alice")
    finally:
        asterisk.start()
    assert "saved, not live yet" in answer
    warnings = [line for line in of_request(switchhook, request_id) if line["level"] == "WARNING"]
    assert [line["message"] for line in warnings] == ["publish has to wait"]
    assert "does not answer" in warnings[0]["reason"]


def test_no_secret_is_ever_in_the_log_and_every_line_is_json_from_start_to_end(
    fresh_asterisk: Asterisk, slack: SlackStandIn, tmp_path: Path
) -> None:
    """Through success, refusal, a stumbling Slack, a stopped Asterisk and a broken database."""
    asterisk, database_url = fresh_asterisk, f"sqlite:///{tmp_path / 'switchhook.db'}"
    migrate(database_url)
    with Switchhook(asterisk, slack, database_url) as switchhook:
        admin = SlackUser(slack, switchhook.url, user_id=switchhook.admin_id, user_name="alice")
        shown, typed = _go_through_everything(admin, slack, asterisk, database_url)
        end(switchhook.web, timeout=SECONDS)
    log = switchhook.log_text()
    assert "a command failed" in log
    own = [slack.signing_secret, slack.bot_token, asterisk.ami_secret, TEST_KEY]
    response_ids = [call.arguments["id"] for call in slack.called("response_url")]
    assert [word for word in (*shown, *typed, *own, *response_ids, "/response/") if word in log] == []
    # Nor a part of what was typed, nor the encrypted form of it.
    assert "xK9" not in log
    assert "gAAAAA" not in log
    found = lines(switchhook)
    assert all({"time", "level", "logger", "message"} <= line.keys() for line in found)
    assert any("Starting gunicorn" in line["message"] for line in found)
    assert any("Shutting down" in line["message"] for line in found)


def _go_through_everything(
    admin: SlackUser, slack: SlackStandIn, asterisk: Asterisk, database_url: str
) -> tuple[list[str], list[str]]:
    """Return the secrets that were shown and those that were typed."""
    typed = [
        "xK9-typed-at-create",
        "xK9-typed-at-set",
        "xK9 refused for its spaces",
        "xK9-bad-subcommand",
        "xK9-asterisk-down",
        "xK9-database-broken",
        "xK9-unsigned",
    ]
    shown = [secret_in(say(admin, "create 101 Alice")[0]), secret_in(say(admin, "secret 101")[0])]
    assert typed[0] in say(admin, f"create 102 Bob secret={typed[0]}")[0]
    assert typed[1] in say(admin, f"set 102 secret={typed[1]}")[0]
    assert "Secret: a password may hold" in say(admin, f'set 102 secret="{typed[2]}"')[0]
    assert "There is no /ext" in say(admin, f"craete 103 Carol secret={typed[3]}")[0]
    slack.fail_next("response_url", status=500)
    say(admin, "status 101")
    unsigned = {"text": f"create 104 Dave secret={typed[6]}", "command": "/ext"}
    assert requests.post(admin.events_url, unsigned, timeout=SECONDS).status_code == 401
    asterisk.stop()
    shown.append(secret_in(say(admin, "create 105 Eve")[0]))
    assert "saved, not live yet" in say(admin, f"set 105 secret={typed[4]}")[0]
    _break_database(database_url)
    assert "The database refused" in say(admin, f"create 106 Frank secret={typed[5]}")[0]
    return shown, typed


def _break_database(database_url: str) -> None:
    """As a disk that lost a table would."""
    connection = sqlite3.connect(database_url.removeprefix("sqlite:///"))
    connection.execute("DROP TABLE extension")
    connection.close()
