"""What is signed, and yet not what Slack sends."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.slack import payloads
from handlers.slack.payloads import JSON_TYPE, MAX_DEPTH, InvalidPayload, UnsupportedPayload

API = "https://slack.com/api/"
FORM = "application/x-www-form-urlencoded"
HOOK = "https://hooks.slack.com/commands/T1/2/3"
COMMAND = {"command": "/ext", "text": "help", "user_id": "U1", "channel_id": "C1", "response_url": HOOK}
CLICK = {
    "type": "block_actions",
    "user": {"id": "U1"},
    "actions": [{"action_id": "ext_keep", "value": "101"}],
    "response_url": HOOK,
}
SUBMISSION = {
    "type": "view_submission",
    "user": {"id": "U1"},
    "trigger_id": "1.2.x",
    "view": {
        "type": "modal",
        "callback_id": "hr_details",
        "state": {"values": {"name": {"x": {"value": None}}}},
    },
}


def parse(payload: Any, api: str = API) -> Any:
    body = urlencode(payload if "command" in payload else {"payload": json.dumps(payload)})
    return payloads.parse(body.encode(), FORM, api)


@pytest.mark.parametrize("payload", [COMMAND, CLICK, SUBMISSION, {"ssl_check": "1", "token": "x"}])
def test_slacks_payloads_are_read_unchanged(payload: Any) -> None:
    assert parse(payload) == payload
    assert payloads.parse(json.dumps(payload).encode(), JSON_TYPE, API) == payload


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "shortcut"},
        {"type": ["block_actions"]},
        {"type": "event_callback", "event": {"type": "x"}},
        {},
    ],
)
def test_an_unsupported_payload_is_refused(payload: Any) -> None:
    with pytest.raises(UnsupportedPayload):
        parse(payload)


def test_a_command_may_speak_of_a_payload() -> None:
    assert parse(COMMAND | {"text": "create 101 payload"})["text"] == "create 101 payload"


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 500_000,
        b'{"a":' * 500_000,
        b'{"a":' + b"[" * 900 + b"]" * 900 + b"}",
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": "\\ud800"}',
        b'{"a": "\xff"}',
        b"[]",
        b"7",
        b"",
    ],
    ids=[
        "deep lists",
        "deep objects",
        "closed",
        "a huge number",
        "half a character",
        "no UTF-8",
        "list",
        "7",
        "",
    ],
)
def test_hostile_json_is_refused_in_a_form_and_by_itself(body: bytes) -> None:
    for sent, kind in ((body, JSON_TYPE), (urlencode({"payload": body}).encode(), FORM)):
        with pytest.raises(InvalidPayload):
            payloads.parse(sent, kind, API)


@pytest.mark.parametrize("body", [b"text=%ff", b"text=\xff", b"&".join(b"a%d=1" % n for n in range(200))])
def test_hostile_forms_are_refused(body: bytes) -> None:
    with pytest.raises(InvalidPayload):
        payloads.parse(body, FORM, API)


def refusal_of(body: bytes, content_type: str = JSON_TYPE) -> str:
    with pytest.raises(InvalidPayload) as caught:
        payloads.parse(body, content_type, API)
    return str(caught.value)


def test_a_refusal_says_in_which_way_it_is_not_what_slack_sends() -> None:
    assert refusal_of(b"[]") == "neither a form nor a JSON object"
    assert refusal_of(b'{"type": "shortcut"}') == "nothing here takes that"
    assert refusal_of(b'{"a": ' * 200 + b"1" + b"}" * 200) == "nested too deeply"
    assert refusal_of(urlencode({"command": "/ext", "text": "x"}).encode(), FORM) == (
        "command without what Slack sends with it: user_id, channel_id, response_url"
    )
    assert refusal_of(json.dumps(COMMAND | {"response_url": "https://x.example"}).encode()) == (
        "response_url is not Slack's"
    )


def test_a_form_keeps_what_is_empty_and_has_as_many_fields_as_are_read() -> None:
    more = {f"a{number}": "" for number in range(payloads.MAX_FIELDS - len(COMMAND))}
    assert parse(COMMAND | {"text": ""} | more) == COMMAND | {"text": ""} | more
    assert (
        refusal_of(urlencode(COMMAND | more | {"b": ""}).encode(), FORM) == "neither a form nor a JSON object"
    )


def test_the_kind_is_that_of_the_form_or_the_type() -> None:
    assert payloads.kind_of(COMMAND) == "command"
    assert payloads.kind_of({"ssl_check": "1", "command": "/ext"}) == "ssl_check"
    assert payloads.kind_of(CLICK) == "block_actions"
    assert payloads.kind_of({}) == "None"
    handshake = {"type": "url_verification", "challenge": "x"}
    assert parse(handshake) == handshake


def test_a_button_without_a_value_has_an_empty_one() -> None:
    assert parse(CLICK | {"actions": [{"action_id": "x"}]})["actions"] == [{"action_id": "x", "value": ""}]


def test_a_message_as_deep_as_slack_builds_them_is_not_too_deep() -> None:
    nested: Any = "x"
    for _ in range(MAX_DEPTH - 2):
        nested = {"elements": nested}
    assert parse(CLICK | {"message": nested})
    with pytest.raises(InvalidPayload, match="nested"):
        parse(CLICK | {"message": {"elements": {"elements": nested}}})


@pytest.mark.parametrize(
    ("api", "url", "is_fine"),
    [
        (API, HOOK, True),
        (API, "https://hooks.slack-gov.com/x", True),
        (API, "https://slack.com/x", True),
        (API, "http://hooks.slack.com/x", False),
        (API, "https://hooks.slack.com.example.com/x", False),
        (API, "https://hooks.slack.com@example.com/x", False),
        (API, "https://hooks.slack.com:8443/x", False),
        (API, "http://127.0.0.1:8088/manager", False),
        (API, "http://169.254.169.254/latest", False),
        (API, "file:///etc/passwd", False),
        (API, "https://[", False),
        ("http://127.0.0.1:4000/api/", "http://localhost:4001/response/1", True),
        ("http://127.0.0.1:4000/api/", "http://10.0.0.1/response/1", False),
        ("http://slack.example:4000/api/", "http://slack.example:4000/response/1", True),
    ],
)
def test_answers_go_to_slack_and_nowhere_else(api: str, url: str, is_fine: bool) -> None:
    for payload in (COMMAND, CLICK):
        if is_fine:
            assert parse(payload | {"response_url": url}, api)
        else:
            with pytest.raises(InvalidPayload, match="response_url"):
                parse(payload | {"response_url": url}, api)


leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
keys = st.sampled_from(
    ["type", "command", "user", "view", "actions", "state", "values", "response_url", "id", "team"]
)
documents = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=5)
)


@given(documents, st.sampled_from([FORM, JSON_TYPE, "text/plain", ""]))
def test_any_signed_body_is_read_or_refused(payload: Any, kind: str) -> None:
    for body in (json.dumps(payload).encode(), urlencode({"payload": json.dumps(payload)}).encode()):
        with suppress(InvalidPayload):
            assert isinstance(payloads.parse(body, kind, API), dict)
