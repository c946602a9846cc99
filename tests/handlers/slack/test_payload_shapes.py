"""What each kind of payload must have."""

from __future__ import annotations

import json
from typing import Any

import pytest

from handlers.slack.payloads import InvalidPayload
from tests.handlers.slack.test_payloads import CLICK, COMMAND, SUBMISSION, parse, refusal_of


def test_a_click_is_answered_by_its_url_or_in_its_window() -> None:
    without = {name: value for name, value in CLICK.items() if name != "response_url"}
    assert parse(without | {"view": {"id": "V1"}})
    nowheres: tuple[dict[str, Any], ...] = ({}, {"response_url": ""}, {"view": {}})
    for nowhere in nowheres:
        with pytest.raises(InvalidPayload, match=r"^block_actions without what Slack sends with it: $"):
            parse(without | nowhere)
    with pytest.raises(InvalidPayload, match=r"actions$"):
        parse(CLICK | {"actions": []})


@pytest.mark.parametrize(
    "choice",
    [
        {"selected_option": {"text": {"type": "plain_text", "text": "x"}, "value": "101"}},
        {"selected_user": "101"},
        {"selected_conversation": "101"},
        {"selected_date": "101"},
        {"value": "101"},
    ],
)
def test_what_was_chosen_in_a_menu_is_its_value(choice: dict[str, Any]) -> None:
    chosen = parse(CLICK | {"actions": [{"action_id": "x", **choice}]})["actions"]
    assert chosen == [{"action_id": "x", **choice, "value": "101"}]


def test_an_event_says_what_its_kind_says() -> None:
    event = {"type": "app_home_opened", "user": "U1", "tab": "home", "channel": "D1"}
    callback = {"type": "event_callback", "event": event}
    assert parse(callback) == callback
    with pytest.raises(
        InvalidPayload, match=r"^app_home_opened without what Slack sends with it: user, tab$"
    ):
        parse(callback | {"event": {"type": "app_home_opened"}})
    with pytest.raises(InvalidPayload, match=r"^event_callback without what Slack sends with it: event$"):
        parse({"type": "event_callback"})


def test_a_step_of_a_workflow_has_what_it_is_carried_out_by() -> None:
    function = {"callback_id": "disable_phone", "id": "Fn1"}
    event = {"type": "function_executed", "function": function, "inputs": {}, "function_execution_id": "Fx1"}
    callback = {"type": "event_callback", "event": event}
    assert parse(callback) == callback
    for missing in ("function", "inputs", "function_execution_id"):
        less = {name: value for name, value in event.items() if name != missing}
        with pytest.raises(InvalidPayload, match=rf"^function_executed without .*: {missing}$"):
            parse(callback | {"event": less})


@pytest.mark.parametrize(
    "event",
    [
        {"type": "app_uninstalled"},
        {"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": ["U2"]}},
        {"type": "tokens_revoked", "tokens": {"bot": ["U2"]}},
    ],
)
def test_news_of_tokens_are_taken(event: dict[str, Any]) -> None:
    callback = {"type": "event_callback", "event": event}
    assert parse(callback) == callback


@pytest.mark.parametrize("tokens", [None, {"oauth": "U1"}, {"oauth": [7]}])
def test_tokens_that_are_no_list_of_people_are_refused(tokens: object) -> None:
    with pytest.raises(InvalidPayload, match=r"^tokens_revoked without what Slack sends with it: tokens"):
        parse({"type": "event_callback", "event": {"type": "tokens_revoked", "tokens": tokens}})


@pytest.mark.parametrize(
    "change", [{"type": None}, {"state": {"values": {"name": {"x": {"value": 7}}}}}, {"state": {"values": 7}}]
)
def test_a_window_whose_fields_are_of_another_kind_is_refused(change: dict[str, Any]) -> None:
    view = SUBMISSION["view"]
    assert isinstance(view, dict)
    with pytest.raises(InvalidPayload, match=r"view_submission without what Slack sends with it: view\."):
        parse(SUBMISSION | {"view": view | change})


def test_a_refusal_does_not_repeat_the_names_that_a_form_gave_its_fields() -> None:
    view = {"type": "modal", "callback_id": "x", "state": {"values": {"<!channel>": {"evil": {"value": 7}}}}}
    refusal = refusal_of(json.dumps(SUBMISSION | {"view": view}).encode())
    assert refusal == "view_submission without what Slack sends with it: view.state.values"


@pytest.mark.parametrize("payload", [COMMAND, CLICK, SUBMISSION])
def test_every_missing_field_is_named(payload: dict[str, Any]) -> None:
    for name in payload.keys() - {"command", "type", "text"}:
        with pytest.raises(InvalidPayload, match="without what Slack sends with it"):
            parse({key: value for key, value in payload.items() if key != name})
    with pytest.raises(InvalidPayload, match=r"user\.id"):
        parse(CLICK | {"user": {"name": "alice"}})
