"""What reaches /slack/events, and what must not."""

from __future__ import annotations

import time
from urllib.parse import urlencode

import requests

from tests.running import Switchhook
from tests.slack_stand_in import SlackStandIn, SlackUser, sign

FORM = "application/x-www-form-urlencoded"


def body_of(slack: SlackStandIn, text: str = "create 101 Alice") -> bytes:
    fields = {
        "command": "/ext",
        "text": text,
        "user_id": Switchhook.admin_id,
        "team_id": "T1",
        "channel_id": "C1",
        "response_url": f"{slack.root_url}/response/unknown",
    }
    return urlencode(fields).encode()


def post(switchhook: Switchhook, body: bytes, headers: dict[str, str], kind: str = FORM) -> requests.Response:
    return requests.post(
        f"{switchhook.url}/slack/events", data=body, headers={**headers, "Content-Type": kind}, timeout=10
    )


def nothing_done(switchhook: Switchhook, slack: SlackStandIn) -> bool:
    return switchhook.flask("ext", "list").stdout == "" and slack.calls == []


def test_unsigned_badly_signed_and_old_requests_are_refused(
    switchhook: Switchhook, slack: SlackStandIn, admin: SlackUser
) -> None:
    body, now = body_of(slack), str(int(time.time()))
    old = str(int(time.time()) - 301)
    good = sign(body, now, slack.signing_secret)
    refused = [
        {},
        sign(body, now, "another signing secret"),
        sign(body, old, slack.signing_secret),
        sign(body + b"x", now, slack.signing_secret),
        good | {"x-slack-request-timestamp": "yesterday"},
        good | {"x-slack-signature": "v0=\u00e9".encode().decode("latin-1")},
    ]
    for headers in refused:
        assert post(switchhook, body, headers).status_code == 401
    assert nothing_done(switchhook, slack)


def test_a_body_over_a_megabyte_is_refused_before_it_is_read(
    switchhook: Switchhook, slack: SlackStandIn
) -> None:
    body = body_of(slack) + b"&padding=" + b"x" * 1_000_000
    assert post(switchhook, body, sign(body, str(int(time.time())), slack.signing_secret)).status_code == 413
    assert nothing_done(switchhook, slack)


def test_a_signed_command_is_acknowledged(switchhook: Switchhook, slack: SlackStandIn) -> None:
    body = body_of(slack, "help")
    assert post(switchhook, body, sign(body, str(int(time.time())), slack.signing_secret)).status_code == 200


def test_signed_nonsense_is_no_server_error(switchhook: Switchhook, slack: SlackStandIn) -> None:
    nonsense = [(b"{", "application/json"), (b"payload=%7B", FORM), (b"", FORM)]
    nonsense += [(b"[]", "application/json"), (b"payload=[]", FORM), (b"payload=%7B%22type%22%3A1%7D", FORM)]
    for body, kind in nonsense:
        headers = sign(body, str(int(time.time())), slack.signing_secret)
        assert post(switchhook, body, headers, kind).status_code in (400, 404), body
