"""What reaches /slack/events, and what must not."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from app import create_app
from handlers.message_kinds import read
from handlers.slack import messages, storing
from handlers.slack.blocks import SlackMessage
from models.extension import Extension
from tests.handlers.test_message_kinds import ROWS
from tests.server import Switchhook, quiet_settings
from tests.slack_stand_in import SlackStandIn, SlackUser, sign


@pytest.fixture
def client(slack: SlackStandIn, migrated_once: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """Nobody has started its Asterisk."""
    monkeypatch.setattr(storing, "IN_TIME", 60)  # how busy the machine is says nothing
    monkeypatch.setattr("logs.configure", lambda: None)  # it would write to a stream that ends with this test
    return create_app(quiet_settings(migrated_once, slack, slack_signing_secret="a secret")).test_client()


FORM = "application/x-www-form-urlencoded"


def body_of(slack: SlackStandIn, text: str = "create 101 Alice") -> bytes:
    fields = {
        "command": "/ext",
        "text": text,
        "user_id": Switchhook.admin_id,
        "team_id": slack.workspace.team_id,
        "channel_id": "C1",
        "response_url": f"{slack.root_url}/response/unknown",
    }
    return urlencode(fields).encode()


def post(switchhook: Switchhook, body: bytes, headers: dict[str, str], kind: str = FORM) -> requests.Response:
    return requests.post(
        f"{switchhook.url}/slack/events", data=body, headers={**headers, "Content-Type": kind}, timeout=60
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


def test_signed_nonsense_is_no_server_error(switchhook: Switchhook, slack: SlackStandIn) -> None:
    nonsense = [(b"{", "application/json"), (b"payload=%7B", FORM), (b"", FORM)]
    nonsense += [(b"[]", "application/json"), (b"payload=[]", FORM), (b"payload=%7B%22type%22%3A1%7D", FORM)]
    for body, kind in nonsense:
        headers = sign(body, str(int(time.time())), slack.signing_secret)
        assert post(switchhook, body, headers, kind).status_code in (400, 404), body


keys = st.sampled_from(
    [
        "type",
        "command",
        "user",
        "view",
        "actions",
        "action_id",
        "state",
        "values",
        "id",
        "team",
        "enterprise",
        "event",
        "channel",
        "container",
        "message",
        "authorizations",
        "is_enterprise_install",
        "function_data",
        "inputs",
        "callback_id",
        "response_urls",
        "ssl_check",
        "challenge",
    ]
)
words = st.sampled_from(
    ["event_callback", "url_verification", "shortcut", "view_closed", "block_suggestion", "1"]
)
leaves = st.none() | st.booleans() | st.integers() | st.text(max_size=3) | words
documents = st.dictionaries(
    keys,
    st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(keys, inner, max_size=4)
    ),
)


@given(document=documents)
@hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_signed_body_is_no_server_error(client: FlaskClient, document: dict[str, Any]) -> None:
    body = json.dumps(document).encode()
    headers = sign(body, str(int(time.time())), "a secret")
    answer = client.post("/slack/events", data=body, headers=headers, content_type="application/json")
    assert answer.status_code in (200, 400, 404), answer.text


DELETION = messages.confirm_delete(Extension(id=1, number="199", name="Alice", encrypted_secret="x"))
MESSAGES = [DELETION, *(read(row).as_posted() for row, _ in ROWS)]


def buttons(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        if part.get("type") == "button":
            yield part
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            yield from buttons(each)


BUTTONS = {each["action_id"]: (message, each) for message in MESSAGES for each in buttons(message.blocks)}


@pytest.mark.parametrize("action_id", BUTTONS)
def test_every_button_of_every_message_has_a_listener(guest: SlackUser, action_id: str) -> None:
    message, button = BUTTONS[action_id]
    clicked = guest.click(shown(message), action_id, button.get("value"))
    assert clicked.status == 200


def test_a_button_without_a_listener_is_not_found(guest: SlackUser) -> None:
    message, button = BUTTONS["hr_new"]
    button = button | {"action_id": "hr_newer"}
    message = SlackMessage(message.text, [{"type": "actions", "elements": [button]}])
    assert guest.click(shown(message), "hr_newer", button.get("value")).status == 404


def shown(message: SlackMessage) -> dict[str, Any]:
    return {"text": message.text, "blocks": message.blocks}
