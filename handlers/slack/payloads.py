"""Pure: the payloads of Slack's requests, parsed once and strictly: what our listeners and Bolt expect in them is there."""

from __future__ import annotations

import json
from typing import Any, Literal, Self
from urllib.parse import parse_qsl, urlsplit

from pydantic import BaseModel, Field, ValidationError, model_validator

JSON_TYPE = "application/json"
MAX_FIELDS = 100  # of a form; a command has a dozen
MAX_DEPTH = 100  # a message of Slack's own is some 15 deep
RESPONSE_HOSTS = ("hooks.slack.com", "hooks.slack-gov.com")
LOOPBACK = ("localhost", "127.0.0.1", "::1")

JsonObject = dict[str, Any]


class InvalidPayload(ValueError):
    """Not what Slack sends; the message says in which way, without repeating it."""


class UnsupportedPayload(InvalidPayload):
    """Slack sends such payloads, too, but not unless an app asks for them."""


class SlackPayload(BaseModel):
    """The fields that Bolt reads, whatever kind of payload it is."""

    team: JsonObject | None = None
    enterprise: JsonObject | None = None
    channel: JsonObject | None = None
    container: JsonObject | None = None
    message: JsonObject | None = None
    event: JsonObject | None = None
    authorizations: list[JsonObject] | None = None
    function_data: JsonObject | None = None
    response_urls: list[JsonObject] | None = None


class Command(SlackPayload):
    command: str
    user_id: str
    channel_id: str
    response_url: str
    text: str = ""


class User(BaseModel):
    id: str


class Action(BaseModel):
    action_id: str
    value: str = ""  # parse() fills it in


class BlockActions(SlackPayload):
    user: User
    actions: list[Action] = Field(min_length=1)
    response_url: str = ""
    view: JsonObject = {}

    @model_validator(mode="after")
    def _can_be_answered(self) -> Self:
        if not (self.response_url or self.view):
            raise ValueError
        return self


class Input(BaseModel):
    """An input of any kind; what was typed into it is text."""

    value: str | None = None


class ViewState(BaseModel):
    values: dict[str, dict[str, Input]]


class View(BaseModel):
    type: str
    callback_id: str
    private_metadata: str = ""
    state: ViewState


class ViewSubmission(SlackPayload):
    user: User
    view: View


class Handshake(SlackPayload):
    """Slack asks whether the URL is ours; Bolt answers."""

    type: Literal["url_verification"] | None = None
    ssl_check: Literal["1"] | None = None
    challenge: str = ""
    view: JsonObject = {}


# A new kind of listener needs its line here.
SHAPES: dict[str, type[SlackPayload]] = {
    "command": Command,
    "block_actions": BlockActions,
    "view_submission": ViewSubmission,
    "url_verification": Handshake,
    "ssl_check": Handshake,
}


def kind_of(payload: JsonObject) -> str:
    """Return `command`, `ssl_check`, or the type of an interaction or event."""
    return next((kind for kind in ("ssl_check", "command") if kind in payload), str(payload.get("type")))


def parse(body: bytes, content_type: str, slack_api_url: str) -> JsonObject:
    """Parse the form of a command, or the JSON of an interaction or event. Raises InvalidPayload."""
    try:
        payload = _load(body.decode(), content_type)
    except (ValueError, TypeError, RecursionError):
        raise InvalidPayload("neither a form nor a JSON object") from None
    return checked(payload, slack_api_url)


def checked(payload: JsonObject, slack_api_url: str) -> JsonObject:
    """Return a payload that Slack may have sent, with what our listeners rely on. Raises InvalidPayload."""
    _check_text(payload)
    if _depth(payload) > MAX_DEPTH:
        raise InvalidPayload("nested too deeply")
    _check_shape(payload)
    _check_response_url(payload, slack_api_url)
    for action in payload["actions"] if kind_of(payload) == "block_actions" else ():
        action.setdefault("value", "")  # Slack leaves it out for a button that has none
    return payload


def _load(text: str, content_type: str) -> JsonObject:
    if content_type != JSON_TYPE:
        form = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict"))
        if "payload" not in form:
            return form
        text = form["payload"]
    payload = json.loads(text)
    if not isinstance(payload, dict):
        raise TypeError("no object")
    return payload


def _check_text(payload: JsonObject) -> None:
    """Refuse half a character, such as \\ud800, which can be stored nowhere. Raises InvalidPayload."""
    try:
        json.dumps(payload, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError):
        raise InvalidPayload("neither a form nor a JSON object") from None


def _depth(node: object) -> int:
    level, depth = [node], 0
    while level:
        level = [child for each in level for child in _children(each)]
        depth += 1
    return depth


def _children(node: object) -> list[object]:
    return list(node.values()) if isinstance(node, dict) else node if isinstance(node, list) else []


def _check_shape(payload: JsonObject) -> None:
    kind = kind_of(payload)
    if kind not in SHAPES:
        raise UnsupportedPayload("nothing here takes that")
    try:
        SHAPES[kind].model_validate(payload)
    except ValidationError as error:
        # Deeper than three are names that the request gave.
        names = ", ".join(".".join(map(str, fault["loc"][:3])) for fault in error.errors(include_input=False))
        raise InvalidPayload(f"{kind} without what Slack sends with it: {names}") from None


def _check_response_url(payload: JsonObject, slack_api_url: str) -> None:
    """Refuse a response_url that is not Slack's: answers may hold a phone's secret. Raises InvalidPayload."""
    url = payload.get("response_url")
    if url and not _is_of_slack(str(url), slack_api_url):
        raise InvalidPayload("response_url is not Slack's")


def _is_of_slack(url: str, slack_api_url: str) -> bool:
    try:
        asked, api = urlsplit(url), urlsplit(slack_api_url)
    except ValueError:
        return False
    if asked.scheme == "https" and asked.netloc in RESPONSE_HOSTS:
        return True
    hosts = LOOPBACK if api.hostname in LOOPBACK else (api.hostname,)
    return asked.scheme == api.scheme and asked.hostname in hosts
