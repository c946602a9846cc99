"""The Web API's methods: what each does to the workspace and what it answers.

A method is found by its name with the dots as underscores: `chat.postMessage` -> `chat_postMessage`.
"""

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .block_kit import check_length, check_message, check_metadata, check_view
from .images import check_images
from .records import Json, Message, SlackRefusal, direct_message
from .workspace import Workspace

TRIGGER_SECONDS = 3.0
MESSAGE_FIELDS = ("text", "blocks", "attachments", "thread_ts", "metadata", "username", "icon_emoji")


def required(arguments: Json, *names: str) -> list[Any]:
    """The named arguments' values. Raises SlackRefusal `invalid_arguments` if one is missing."""
    missing = [name for name in names if not arguments.get(name)]
    if missing:
        raise SlackRefusal("invalid_arguments", [f"{name}: missing required field" for name in missing])
    return [arguments[name] for name in names]


def message_content(arguments: Json) -> Json:
    return {name: arguments[name] for name in MESSAGE_FIELDS if arguments.get(name) is not None}


def as_json(message: Message) -> Json:
    return {"type": "message", "ts": message.ts, **message.content}


@dataclass
class WebApi:
    """Every method takes its arguments and returns Slack's answer without `ok`, or raises SlackRefusal."""

    workspace: Workspace

    def call(self, method: str, arguments: Json) -> Json:
        run = getattr(self, method.replace(".", "_"), None)
        if run is None or "." not in method or not method[0].isalpha():
            raise SlackRefusal("unknown_method")
        return {"ok": True, **run(arguments)}

    def auth_test(self, _: Json) -> Json:
        ws = self.workspace
        return {
            "url": f"https://{ws.team_domain}.slack.com/",
            "team": ws.team_domain,
            "team_id": ws.team_id,
            "user": "switchhook",
            "user_id": ws.bot_user_id,
            "bot_id": ws.bot_id,
            "is_enterprise_install": False,
            **({"enterprise_id": ws.enterprise_id} if ws.enterprise_id else {}),
        }

    def chat_postMessage(self, arguments: Json) -> Json:
        channel, content = self._channel(arguments), message_content(arguments)
        check_message(content)
        check_length(content.get("blocks") or [])
        check_images(content.get("blocks") or [])
        check_metadata(content.get("metadata"))
        message = self.workspace.conversations.post(channel, content)
        return {"channel": channel, "ts": message.ts, "message": as_json(message)}

    def chat_update(self, arguments: Json) -> Json:
        channel, content = self._channel(arguments), message_content(arguments)
        check_message(content)
        check_length(content.get("blocks") or [])
        (ts,) = required(arguments, "ts")
        message = self.workspace.conversations.update(channel, ts, content, keep=("metadata",))
        return {"channel": channel, "ts": message.ts, "text": message.text, "message": as_json(message)}

    def chat_delete(self, arguments: Json) -> Json:
        channel, (ts,) = self._channel(arguments), required(arguments, "ts")
        self.workspace.conversations.delete(channel, ts)
        return {"channel": channel, "ts": ts}

    def conversations_history(self, arguments: Json) -> Json:
        channel, limit = self._channel(arguments), int(arguments.get("limit") or 100)
        newest_first = reversed(self.workspace.conversations.in_channel(channel))
        oldest = float(arguments.get("oldest") or 0)
        found = [as_json(message) for message in newest_first if float(message.ts) > oldest]
        if str(arguments.get("include_all_metadata")) not in ("1", "true", "True"):
            found = [{name: each[name] for name in each if name != "metadata"} for each in found]
        return {"messages": found[:limit], "has_more": len(found) > limit}

    def conversations_open(self, arguments: Json) -> Json:
        (users,) = required(arguments, "users")
        first = users if isinstance(users, str) else users[0]
        return {"channel": {"id": direct_message(first.split(",")[0])}}

    def files_getUploadURLExternal(self, arguments: Json) -> Json:
        name, length = required(arguments, "filename", "length")
        file_id, url = self.workspace.files.expect(str(name), int(length), arguments.get("alt_txt"))
        return {"file_id": file_id, "upload_url": url}

    def files_completeUploadExternal(self, arguments: Json) -> Json:
        """Every file was uploaded in full, and goes to a conversation: a person is none."""
        given, channel = json.loads(arguments["files"]), str(arguments.get("channel_id"))
        if channel[:1] not in ("C", "D", "G"):
            raise SlackRefusal("channel_not_found")
        shown = [self.workspace.files.share(each["id"], each.get("title")) for each in given]
        content = {"text": str(arguments.get("initial_comment") or ""), "files": shown}
        self.workspace.conversations.post(channel, content)
        return {"files": [{"id": each["id"], "title": each["title"]} for each in shown]}

    def functions_completeSuccess(self, arguments: Json) -> Json:
        execution_id, outputs = required(arguments, "function_execution_id", "outputs")
        self.workspace.workflows.succeed(
            execution_id, json.loads(outputs) if isinstance(outputs, str) else outputs
        )
        return {}

    def functions_completeError(self, arguments: Json) -> Json:
        execution_id, error = required(arguments, "function_execution_id", "error")
        self.workspace.workflows.fail(execution_id, str(error))
        return {}

    def users_info(self, arguments: Json) -> Json:
        user = self.workspace.users.get(str(arguments.get("user")))
        if user is None:
            raise SlackRefusal("user_not_found")
        return {"user": user}

    def users_conversations(self, arguments: Json) -> Json:
        """The channels that the app is in, a page at a time."""
        first, limit = int(arguments.get("cursor") or 0), int(arguments.get("limit") or 100)
        found = [{"id": each, "name": name} for each, name in self.workspace.channels.items()]
        more = str(first + limit) if len(found) > first + limit else ""
        return {"channels": found[first : first + limit], "response_metadata": {"next_cursor": more}}

    def users_lookupByEmail(self, arguments: Json) -> Json:
        (email,) = required(arguments, "email")
        for user in self.workspace.users.values():
            if user["profile"]["email"].lower() == email.lower():
                return {"user": user}
        raise SlackRefusal("users_not_found")

    def usergroups_users_list(self, arguments: Json) -> Json:
        groups = self.workspace.usergroups
        if groups is None:
            raise SlackRefusal("paid_teams_only")
        (usergroup,) = required(arguments, "usergroup")
        if usergroup not in groups:
            raise SlackRefusal("no_such_subteam")
        return {"users": list(groups[usergroup])}

    def views_open(self, arguments: Json) -> Json:
        trigger_id, view = required(arguments, "trigger_id", "view")
        check_view(view)
        self._exchange(trigger_id)
        return {"view": self._keep(view, f"V{secrets.token_hex(5).upper()}")}

    def views_update(self, arguments: Json) -> Json:
        (view,) = required(arguments, "view")
        view_id, external_id = arguments.get("view_id"), arguments.get("external_id")
        if bool(view_id) == bool(external_id):
            raise SlackRefusal(
                "invalid_arguments", ["one of view_id and external_id: missing required field"]
            )
        check_view(view)
        named = (
            each["id"] for each in self.workspace.views.values() if each.get("external_id") == external_id
        )
        found = next(named, "") if external_id else str(view_id)
        if found not in self.workspace.views:
            raise SlackRefusal("not_found")
        return {"view": self._keep(view, found)}

    def submitted(self, view: Mapping[str, Any], answer: Json) -> None:
        """Close a modal, or do what its app has answered its submission with. Raises AssertionError.

        https://docs.slack.dev/surfaces/modals#updating_response
        """
        match answer.get("response_action"):
            case "errors":
                inputs = {each.get("block_id") for each in view["blocks"] if each["type"] == "input"}
                assert answer["errors"], "Slack shows an error for errors without any"
                assert inputs.issuperset(answer["errors"]), f"Slack finds no such inputs: {answer['errors']}"
            case "update":
                check_view(answer["view"])
                self._keep(answer["view"], view["id"])
            case _:
                assert answer in ({}, {"response_action": "clear"}), answer
                self.workspace.views.pop(view.get("id", ""), None)

    def views_publish(self, arguments: Json) -> Json:
        ws, (user_id, view) = self.workspace, required(arguments, "user_id", "view")
        if user_id not in ws.users:
            raise SlackRefusal("invalid_arguments", ["invalid `user_id`"])
        if not ws.has_home_tab:
            raise SlackRefusal("not_enabled")
        check_view(view)
        before = ws.homes.get(user_id, {"id": f"V{secrets.token_hex(5).upper()}"})
        if arguments.get("hash", before.get("hash")) != before.get("hash"):
            raise SlackRefusal("hash_conflict")
        ws.homes[user_id] = self._keep(view, before["id"])
        return {"view": ws.homes[user_id]}

    def _channel(self, arguments: Json) -> str:
        channel = str(arguments.get("channel") or "")
        if channel[:1] not in ("C", "D", "G", "U", "W", "#"):
            raise SlackRefusal("channel_not_found")
        return direct_message(channel) if channel[0] in "UW" else channel

    def _exchange(self, trigger_id: str) -> None:
        issued_at = self.workspace.triggers.get(trigger_id)
        if issued_at is None:
            raise SlackRefusal("invalid_trigger_id")
        if issued_at < 0:
            raise SlackRefusal("exchanged_trigger_id")
        if time.monotonic() - issued_at > TRIGGER_SECONDS:
            raise SlackRefusal("expired_trigger_id")
        self.workspace.triggers[trigger_id] = -1.0  # each opens one view

    def _keep(self, view: Json, view_id: str) -> Json:
        ws = self.workspace
        kept = {
            **view,
            "id": view_id,
            "team_id": ws.team_id,
            "hash": secrets.token_hex(8),
            "app_id": ws.app_id,
        }
        kept.setdefault("state", {"values": {}})
        ws.views[view_id] = kept
        return kept
