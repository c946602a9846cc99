"""What Slack sends to an app when a person types a command or clicks a button."""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import requests

from . import payloads
from .records import Json, Message, SlackRefusal
from .server import SlackStandIn

FORM = "application/x-www-form-urlencoded"
GIVE_UP_SECONDS = 30.0  # Slack gives up after 3; a test wants to see how late the answer was


def sign(body: str | bytes, timestamp: int | str, secret: str) -> dict[str, str]:
    """The two headers by which an app knows Slack; `timestamp` is in seconds since 1970.

    https://docs.slack.dev/authentication/verifying-requests-from-slack
    """
    raw = body.encode() if isinstance(body, str) else body
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + raw, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": str(timestamp), "x-slack-signature": f"v0={digest}"}


@dataclass(frozen=True)
class Acknowledgement:
    """The app's HTTP answer to one request from Slack.

    `seconds` is how long it took: Slack shows an error after 3. `response_id` is the last part of the
    request's response_url, "" if it had none. `request` is what was sent (body, headers), for replays.
    """

    status: int
    body: str
    seconds: float
    response_id: str = ""
    request: tuple[str, dict[str, str]] = field(default=("", {}), repr=False)

    @property
    def reply(self) -> Json | None:
        """The message that the acknowledgement itself carried, if any."""
        if self.status != 200 or not self.body.strip():
            return None
        try:
            parsed = json.loads(self.body)
        except ValueError:
            return {"response_type": "ephemeral", "text": self.body}
        return parsed if isinstance(parsed, dict) and {"text", "blocks"} & parsed.keys() else None


class SlackUser:
    """A person in the stand-in's workspace, who uses the app at `app_url` (no slash at its end)."""

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
        self.user_id = user_id
        self.user_name = user_name
        self.channel_id = channel_id
        if user_id not in stand_in.workspace.users:
            stand_in.add_user(user_id, user_name, f"{user_name}@example.com")

    def command(self, command: str, text: str = "", channel_id: str = "") -> Acknowledgement:
        """Types `/command text`."""
        channel = channel_id or self.channel_id
        response_id = self.stand_in.workspace.new_response_url(channel)
        form = payloads.command(self, command, text, channel, self._response_url(response_id))
        acknowledged = self.send(urlencode(form), response_id=response_id)
        return self._shown(acknowledged)

    def replies(self, ack: Acknowledgement, timeout: float = 5.0, n: int = 1) -> list[Json]:
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
    ) -> Acknowledgement:
        """Clicks a button of a message, a reply or a view, and its confirmation if it asks for one.

        `value` chooses among buttons with the same action_id. Raises LookupError if there is no such button.
        """
        shown = origin.content if isinstance(origin, Message) else origin
        action = payloads.find_action(shown, action_id, value)
        if shown.get("type") in ("home", "modal"):
            return self._interact(payloads.view_click(self, shown, action))
        ts = origin.ts if isinstance(origin, Message) else ""
        channel = origin.channel if isinstance(origin, Message) else channel_id or self.channel_id
        response_id = self.stand_in.workspace.new_response_url(channel, ts)
        url = self._response_url(response_id)
        return self._interact(payloads.message_click(self, shown, action, channel, ts, url), response_id)

    def submit(self, view: Mapping[str, Any], values: Mapping[str, str] | None = None) -> Acknowledgement:
        """Submits an open modal; `values` are what was typed or chosen, by the inputs' action_id."""
        return self._interact(payloads.view_submission(self, view, values or {}))

    def event(
        self, event: Json, event_id: str = "", retry_num: int = 0, retry_reason: str = "http_timeout"
    ) -> Acknowledgement:
        """Sends an event of the Events API; with a retry_num of 1 to 3 as Slack does after a failure."""
        body = json.dumps(payloads.event_callback(self, event, event_id))
        again = {"X-Slack-Retry-Num": str(retry_num), "X-Slack-Retry-Reason": retry_reason}
        return self.send(body, "application/json", headers=again if retry_num else {})

    def replay(self, ack: Acknowledgement) -> Acknowledgement:
        """Sends the same request once more, to the letter: same signature, same timestamp."""
        return self._post(*ack.request, response_id=ack.response_id)

    def send(
        self,
        body: str,
        content_type: str = FORM,
        *,
        headers: Mapping[str, str] | None = None,
        response_id: str = "",
    ) -> Acknowledgement:
        """Posts a body to the app, rightly signed; `headers` come last and may spoil that."""
        signed = sign(body, int(time.time()), self.stand_in.signing_secret)
        agent = {"User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)", "Content-Type": content_type}
        return self._post(body, {**agent, **signed, **(headers or {})}, response_id)

    def _interact(self, payload: Json, response_id: str = "") -> Acknowledgement:
        return self.send(urlencode({"payload": json.dumps(payload)}), response_id=response_id)

    def _post(self, body: str, headers: dict[str, str], response_id: str) -> Acknowledgement:
        start = time.monotonic()
        with requests.Session() as session:
            session.trust_env = False  # 127.0.0.1 is not to be asked of a proxy
            answer = session.post(self.events_url, body.encode(), headers=headers, timeout=GIVE_UP_SECONDS)
        seconds = time.monotonic() - start
        return Acknowledgement(answer.status_code, answer.text, seconds, response_id, (body, headers))

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
