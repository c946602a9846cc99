"""Pure: the payloads of Slack's requests, parsed once and strictly: what our listeners and Bolt expect in them is there."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl, urlsplit

from pydantic import BaseModel, ValidationError

from handlers.slack.payload_shapes import EVENTS, SHAPES, JsonObject

JSON_TYPE = "application/json"
MAX_FIELDS = 100  # of a form; a command has a dozen
MAX_DEPTH = 100  # a message of Slack's own is some 15 deep
RESPONSE_HOSTS = ("hooks.slack.com", "hooks.slack-gov.com")
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class InvalidPayload(ValueError):
    """Not what Slack sends; the message says in which way, without repeating it."""


class UnsupportedPayload(InvalidPayload):
    """Slack sends such payloads, too, but not unless an app asks for them."""


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
        action["value"] = chosen(action)
    return payload


def chosen(element: JsonObject) -> str:
    """Return what was typed or chosen in an element of any kind; empty: nothing, as for a button that has no value."""
    option = element.get("selected_option") or {}
    names = "value", "selected_user", "selected_conversation", "selected_date"
    return next((str(element[name]) for name in names if element.get(name)), str(option.get("value", "")))


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
    _validate(SHAPES[kind], payload, kind)
    if kind == "event_callback":
        event = payload["event"]
        if str(event.get("type")) not in EVENTS:
            raise UnsupportedPayload("nothing here takes that event")
        _validate(EVENTS[str(event["type"])], event, str(event["type"]))


def _validate(shape: type[BaseModel], part: JsonObject, kind: str) -> None:
    try:
        shape.model_validate(part)
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
