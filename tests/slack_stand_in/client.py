"""What Slack sends to an app when a person types a command or clicks a button."""

import re
import time
from collections.abc import Mapping
from typing import Any

from . import payloads
from .input_state import Entered
from .records import PATIENCE, Json, Message, SlackRefusal
from .server import SlackStandIn
from .transports import FORM, Acknowledgement, Http, Socket
from .workflows import Execution
from .workspace import slack_id

MENTION = re.compile(r"<@([A-Z0-9]+)\|?([^>]*)>")


class SlackUser:
    """A person in the stand-in's workspace, who uses the app at `app_url` (no slash at its end).

    In Socket Mode, which `stand_in.socket_mode` switches on, the app is reached through its WebSockets alone.
    """

    def __init__(
        self,
        stand_in: SlackStandIn,
        app_url: str,
        user_id: str = "U024BE7LH",
        user_name: str = "alice",
        channel_id: str = "C2147483705",
    ) -> None:
        self.stand_in = stand_in
        self.events_url = f"{app_url.rstrip('/')}/slack/events"
        self._http = Http(self.events_url, stand_in.signing_secret)
        self.user_id = user_id
        self.user_name = user_name
        self.channel_id = channel_id
        if user_id not in stand_in.workspace.users:
            stand_in.add_user(user_id, user_name, f"{user_name}@example.com")

    def command(self, command: str, text: str = "", channel_id: str = "") -> Acknowledgement:
        """Types `/command text`. Whom it mentions is in the workspace: people are picked from a list."""
        for user_id, name in MENTION.findall(text):
            if user_id not in self.stand_in.workspace.users:
                self.stand_in.add_user(user_id, name or user_id)
        channel = channel_id or self.channel_id
        response_id = self.stand_in.workspace.new_response_url(channel)
        form = payloads.command(self, command, text, channel, self._response_url(response_id))
        return self._shown(self._way.send("slash_commands", form, response_id))

    def replies(self, ack: Acknowledgement, timeout: float = PATIENCE, n: int = 1) -> list[Json]:
        """The first n replies or more, as they were sent: the acknowledgement's own, then response_url's.

        Raises TimeoutError if fewer than n came within `timeout` seconds.
        """
        return self.stand_in.wait_until(lambda: self._at_least(n, ack), timeout) if n else self._replies(ack)

    def click(
        self,
        origin: Message | Mapping[str, Any],
        action_id: str,
        value: str | None = None,
        channel_id: str = "",
        typed: Mapping[str, Entered] | None = None,
    ) -> Acknowledgement:
        """Clicks a button of a message, a reply or a view, and its confirmation if it asks for one.

        `value` chooses among buttons with the same action_id; `typed` is what a view's inputs hold by then. Raises
        LookupError if there is no such button.
        """
        shown = origin.content if isinstance(origin, Message) else origin
        action = payloads.find_action(shown, action_id, value)
        if shown.get("type") in ("home", "modal"):
            return self._interact(payloads.view_click(self, shown, action, typed or {}))
        ts = origin.ts if isinstance(origin, Message) else ""
        channel = origin.channel if isinstance(origin, Message) else channel_id or self.channel_id
        response_id = self.stand_in.workspace.new_response_url(channel, ts)
        url = self._response_url(response_id)
        return self._interact(payloads.message_click(self, shown, action, channel, ts, url), response_id)

    def submit(self, view: Mapping[str, Any], values: Mapping[str, Entered] | None = None) -> Acknowledgement:
        """Submits an open modal; `values` are what was typed or chosen, by the inputs' action_id.

        Slack then closes it, or does with it what the app answers. AssertionError for an answer that Slack would not take.
        """
        done = self._interact(payloads.view_submission(self, view, values or {}))
        if done.status == 200:
            self.stand_in.submitted(view, done.body)
        return done

    def close(self, view: Mapping[str, Any]) -> None:
        """Closes an open modal."""
        self.stand_in.submitted(view, "")

    def event(self, event: Json, event_id: str = "", retry_num: int = 0) -> Acknowledgement:
        """Sends an event of the Events API; with a retry_num of 1 to 3 as Slack does after a failure."""
        payload = payloads.event_callback(self, event, event_id)
        return self._way.send("events_api", payload, retry=retry_num)

    def open_home(self, tab: str = "home") -> Acknowledgement:
        """Goes to the app's Home; Slack sends along what it shows there, once there is something."""
        shown = self.stand_in.workspace.homes.get(self.user_id)
        event = {
            "type": "app_home_opened",
            "user": self.user_id,
            "tab": tab,
            "event_ts": f"{time.time():.6f}",
        }
        view = {"view": shown} if shown and tab == "home" else {}
        return self.event({**event, "channel": f"D{self.user_id[1:]}", **view})

    def enter(self, view: Mapping[str, Any], action_id: str, text: str) -> Acknowledgement:
        """Types into an input of a view that tells the app at once, and presses Enter."""
        action = payloads.find_action(view, action_id, None)
        typed = {name: action[name] for name in ("action_id", "block_id", "action_ts")}
        action = {"type": "plain_text_input", **typed, "value": text or None}
        return self._interact(payloads.view_click(self, view, action, {}))

    def execute(self, callback_id: str, function: Json, inputs: Json) -> str:
        """Runs a step of a workflow, as the manifest has it; returns its function_execution_id."""
        execution_id, execution = slack_id("Fx"), Execution(callback_id, function, inputs)
        self.stand_in.workspace.workflows.executions[execution_id] = execution
        ack = self.event(execution.event(execution_id, self.stand_in.workspace.app_id))
        assert ack.status == 200, ack
        return execution_id

    def replay(self, ack: Acknowledgement) -> Acknowledgement:
        """Sends the same request once more, to the letter: same signature and timestamp, or same envelope."""
        return self._way.replay(ack)

    def send(
        self,
        body: str,
        content_type: str = FORM,
        *,
        headers: Mapping[str, str] | None = None,
        response_id: str = "",
    ) -> Acknowledgement:
        """Posts a body to the app, rightly signed; `headers` come last and may spoil that."""
        return self._http.send_body(body, content_type, headers or {}, response_id)

    @property
    def _way(self) -> Http | Socket:
        return Socket(self.stand_in.sockets) if self.stand_in.socket_mode else self._http

    def _interact(self, payload: Json, response_id: str = "") -> Acknowledgement:
        return self._way.send("interactive", payload, response_id)

    def _shown(self, ack: Acknowledgement) -> Acknowledgement:
        """Puts a reply meant for everybody into the channel; AssertionError for one Slack would drop."""
        if ack.reply is not None:
            try:
                self.stand_in.show(ack.response_id, ack.reply)
            except SlackRefusal as refusal:
                raise AssertionError(
                    f"Slack would not show this reply: {refusal} {refusal.details}"
                ) from refusal
        return ack

    def _response_url(self, response_id: str) -> str:
        return f"{self.stand_in.root_url}/response/{response_id}"

    def _replies(self, ack: Acknowledgement) -> list[Json]:
        posted = [call for call in self.stand_in.called("response_url") if not call.error]
        later = [call.arguments["body"] for call in posted if call.arguments["id"] == ack.response_id]
        return [ack.reply, *later] if ack.reply else later

    def _at_least(self, n: int, ack: Acknowledgement) -> list[Json] | None:
        replies = self._replies(ack)
        return replies if len(replies) >= n else None
