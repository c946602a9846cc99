"""What becomes of a request that could not be stored: looks are carried out all the same, and who sent another reads so."""

from __future__ import annotations

import json
from typing import Any

from slack_bolt import BoltResponse

from handlers.slack import command_buttons, command_text, inputs, messages, payloads, windows
from handlers.slack.command_buttons import ONLY_LOOK
from handlers.slack.payload_shapes import JsonObject
from handlers.slack.storing import Unstored
from handlers.slack.subcommand import ALIASES
from pbx.errors import Refusal

DO_AGAIN = {"view_submission": "Submit it once more", "block_actions": "Press once more"}
TYPE_AGAIN = "Type it once more"
NOT_STORED = 503  # Slack sends events again


def is_look(payload: JsonObject) -> bool:
    """Return whether a request changes nothing, whatever becomes of it."""
    kind = payloads.kind_of(payload)
    if kind == "command":
        return _only_looks(payload.get("text", ""))
    if kind == "block_actions":
        return all(_is_look(each) for each in payload["actions"])
    return kind == "event_callback" and payload["event"]["type"] == "app_home_opened"


def _is_look(action: JsonObject) -> bool:
    if not command_buttons.PRESSED.match(action["action_id"]):
        return str(action["action_id"]).startswith("home_")
    pressed = command_buttons.parse_value(action["value"])
    return pressed is not None and _only_looks(pressed.command)


def _only_looks(text: str) -> bool:
    first = next(iter(text.lower().split()), "menu")
    return ALIASES.get(first, first) in ONLY_LOOK or command_text.is_digits(first)


def sentence(payload: JsonObject, unstored: Unstored) -> str:
    """Return what who sent it reads."""
    again = DO_AGAIN.get(payloads.kind_of(payload), TYPE_AGAIN)
    why = unstored.reason.partition(". ")[0]  # what to do about it is for who runs the database
    if unstored.is_certain:
        return (
            f"nothing was saved, and nothing done: {why}. {again}, and tell your phone admins if it stays so"
        )
    return (
        f"whether that was saved is not known: {why}. If it was, its answer comes within a minute; "
        f"if none comes, nothing was done. {again} then"
    )


def refused(payload: JsonObject, unstored: Unstored) -> BoltResponse:
    """Return the acknowledgement that says so; Slack shows none for a press, and sends an event again."""
    reason = sentence(payload, unstored)
    kind = payloads.kind_of(payload)
    if kind == "command":
        message = messages.refusal(reason)
        return _json({"response_type": "ephemeral", "text": message.text, "blocks": message.blocks})
    if kind == "view_submission":
        return _json(_at_form(payload["view"], reason))
    return BoltResponse(status=NOT_STORED if kind == "event_callback" else 200)


def refusal(payload: JsonObject, unstored: Unstored) -> Refusal:
    return Refusal(sentence(payload, unstored))


def _at_form(view: JsonObject, reason: str) -> dict[str, Any]:
    """Say it at the first input, so that what was typed stays; in the place of a form without any."""
    first = next(iter(inputs.typed(view)), None)
    message = messages.refusal(reason)
    if first is None:
        return {"response_action": "update", "view": windows.answer_modal(message)}
    return {"response_action": "errors", "errors": {first: message.text}}


def _json(body: dict[str, Any]) -> BoltResponse:
    return BoltResponse(status=200, body=json.dumps(body), headers={"content-type": ["application/json"]})
