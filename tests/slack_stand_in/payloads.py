"""The bodies of Slack's requests, field by field as its reference lists them.

https://docs.slack.dev/interactivity/implementing-slash-commands
https://docs.slack.dev/reference/interaction-payloads
"""

import secrets
import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from .input_state import Entered, state_of
from .records import Json

if TYPE_CHECKING:
    from .client import SlackUser


def command(user: "SlackUser", name: str, text: str, channel_id: str, response_url: str) -> dict[str, str]:
    """A slash command's form; `text` is what was typed, in which Slack escapes &, < and >."""
    workspace = user.stand_in.workspace
    return {
        "token": user.stand_in.verification_token,
        "team_id": workspace.team_id,
        "team_domain": workspace.team_domain,
        "channel_id": channel_id,
        "channel_name": channel_name(channel_id),
        "user_id": user.user_id,
        "user_name": user.user_name,
        "command": name,
        "text": escape(text),
        "api_app_id": workspace.app_id,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": workspace.new_trigger(),
    }


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def channel_name(channel_id: str) -> str:
    return "directmessage" if channel_id.startswith("D") else "phones"


def find_action(shown: Mapping[str, Any], action_id: str, value: str | None) -> Json:
    """The `actions` entry for a click on that button, or for choosing that value in a menu.

    Raises LookupError if it is not there.
    """
    for block_id, element in elements(shown):
        if element.get("action_id") == action_id and value in (None, element.get("value")):
            return {**element, "block_id": block_id, "action_ts": f"{time.time():.6f}"}
        chosen = [option for option in element.get("options") or [] if option["value"] == value]
        if element.get("action_id") == action_id and chosen:
            clicked = {name: element[name] for name in ("type", "action_id")}
            at = {"block_id": block_id, "action_ts": f"{time.time():.6f}"}
            return {**clicked, **at, "selected_option": chosen[0]}
    offered = [(element.get("action_id"), element.get("value")) for _, element in elements(shown)]
    raise LookupError(f"no button {action_id!r} with value {value!r}; there are {offered}")


def elements(shown: Mapping[str, Any]) -> Iterator[tuple[str, Json]]:
    for index, block in enumerate(shown.get("blocks") or []):
        block_id = block.get("block_id") or f"b{index}"  # Slack makes one up for a block without
        single = [block[name] for name in ("accessory", "element") if name in block]
        for element in [*(block.get("elements") or []), *single]:
            yield block_id, element


def message_click(
    user: "SlackUser", shown: Mapping[str, Any], action: Json, channel_id: str, ts: str, response_url: str
) -> Json:
    """A block_actions payload; without a ts the message is ephemeral, and Slack does not repeat those."""
    container = {"type": "message", "message_ts": ts or f"{time.time():.6f}", "channel_id": channel_id}
    message = {"message": {"type": "message", "ts": ts, "user": _bot(user), **shown}} if ts else {}
    return {
        **_interaction(user, "block_actions"),
        "container": {**container, "is_ephemeral": not ts},
        "channel": {"id": channel_id, "name": channel_name(channel_id)},
        **message,
        "state": {"values": {}},
        "response_url": response_url,
        "actions": [action],
    }


def view_click(
    user: "SlackUser", view: Mapping[str, Any], action: Json, values: Mapping[str, Entered]
) -> Json:
    """A click in a view; `values` are what was typed there before, by the inputs' action_id."""
    container = {"type": "view", "view_id": view.get("id", "")}
    shown = {**view, "state": {"values": state_of(view, values)}}
    payload = {**_interaction(user, "block_actions"), "container": container, "view": shown}
    return {**payload, "actions": [action]}


def view_submission(user: "SlackUser", view: Mapping[str, Any], values: Mapping[str, Entered]) -> Json:
    """Raises LookupError for a value whose input is not in the view."""
    payload = {**_interaction(user, "view_submission"), "response_urls": []}
    return {**payload, "view": {**view, "state": {"values": state_of(view, values)}}}


def event_callback(user: "SlackUser", event: Json, event_id: str) -> Json:
    workspace = user.stand_in.workspace
    authorization = {"team_id": workspace.team_id, "user_id": workspace.bot_user_id, "is_bot": True}
    return {
        "token": user.stand_in.verification_token,
        "team_id": workspace.team_id,
        "api_app_id": workspace.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": event_id or f"Ev{secrets.token_hex(5).upper()}",
        "event_time": int(time.time()),
        "authorizations": [{"enterprise_id": None, "is_enterprise_install": False, **authorization}],
        "is_ext_shared_channel": False,
    }


def _interaction(user: "SlackUser", kind: str) -> Json:
    workspace = user.stand_in.workspace
    person = {"id": user.user_id, "username": user.user_name, "name": user.user_name}
    return {
        "type": kind,
        "user": {**person, "team_id": workspace.team_id},
        "team": {"id": workspace.team_id, "domain": workspace.team_domain},
        "enterprise": None,
        "is_enterprise_install": False,
        "api_app_id": workspace.app_id,
        "token": user.stand_in.verification_token,
        "trigger_id": workspace.new_trigger(),
    }


def _bot(user: "SlackUser") -> str:
    return user.stand_in.workspace.bot_user_id
