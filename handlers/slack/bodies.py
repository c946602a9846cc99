"""Pure: the bodies of Slack's requests, read once and strictly. What our listeners take for granted is seen to here."""

from __future__ import annotations

import json
from typing import Any, Literal, Self
from urllib.parse import parse_qsl, urlsplit

from pydantic import BaseModel, Field, ValidationError, model_validator

JSON_TYPE = "application/json"
MOST_FIELDS = 100  # of a form; a command has a dozen
DEEPEST = 100  # a message of Slack's own is some 15 deep
SLACKS = ("hooks.slack.com", "hooks.slack-gov.com")
LOOPBACK = ("localhost", "127.0.0.1", "::1")

Document = dict[str, Any]


class Unreadable(ValueError):
    """Not what Slack sends; the message says in which way, without repeating it."""


class Unexpected(Unreadable):
    """Slack sends such things, too, and we have not asked for them."""


class Signed(BaseModel):
    """What Bolt looks into, whatever it is part of."""

    team: Document | None = None
    enterprise: Document | None = None
    channel: Document | None = None
    container: Document | None = None
    message: Document | None = None
    event: Document | None = None
    authorizations: list[Document] | None = None
    function_data: Document | None = None
    response_urls: list[Document] | None = None


class Command(Signed):
    command: str
    user_id: str
    channel_id: str
    response_url: str
    text: str = ""


class Somebody(BaseModel):
    id: str


class Action(BaseModel):
    action_id: str
    value: str = ""


class BlockActions(Signed):
    user: Somebody
    actions: list[Action] = Field(min_length=1)
    response_url: str = ""
    view: Document = {}

    @model_validator(mode="after")
    def _can_be_answered(self) -> Self:
        if not (self.response_url or self.view):
            raise ValueError
        return self


class Input(BaseModel):
    """Of whatever kind; what was typed is text."""

    value: str | None = None


class ViewState(BaseModel):
    values: dict[str, dict[str, Input]]


class View(BaseModel):
    type: str
    callback_id: str
    private_metadata: str = ""
    state: ViewState


class ViewSubmission(Signed):
    user: Somebody
    view: View


class Question(Signed):
    """Slack's own, whether we are there: Bolt answers it."""

    type: Literal["url_verification"] | None = None
    ssl_check: Literal["1"] | None = None
    challenge: str = ""
    view: Document = {}


# A new kind of listener needs its line here.
SHAPES: dict[str, type[Signed]] = {
    "command": Command,
    "block_actions": BlockActions,
    "view_submission": ViewSubmission,
    "url_verification": Question,
    "ssl_check": Question,
}


def kind_of(document: Document) -> str:
    """`command`, `ssl_check`, or the type of an interaction or event."""
    return next((kind for kind in ("ssl_check", "command") if kind in document), str(document.get("type")))


def parse(body: bytes, content_type: str, slack_api_url: str) -> Document:
    """The fields of a command, or what is in the JSON of an interaction or event. Raises Unreadable."""
    try:
        document = _document(body.decode(), content_type)
    except (ValueError, TypeError, RecursionError):
        raise Unreadable("neither a form nor a JSON object") from None
    if _depth(document) > DEEPEST:
        raise Unreadable("nested too deeply")
    _check_shape(document)
    _check_response_url(document, slack_api_url)
    return document


def _document(text: str, content_type: str) -> Document:
    if content_type != JSON_TYPE:
        form = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict"))
        if "payload" not in form:
            return form
        text = form["payload"]
    document = json.loads(text)
    if not isinstance(document, dict):
        raise TypeError("no object")
    json.dumps(
        document, ensure_ascii=False
    ).encode()  # half a character, such as \\ud800, can be stored nowhere
    return document


def _depth(node: object) -> int:
    level, depth = [node], 0
    while level:
        level = [child for each in level for child in _children(each)]
        depth += 1
    return depth


def _children(node: object) -> list[object]:
    return list(node.values()) if isinstance(node, dict) else node if isinstance(node, list) else []


def _check_shape(document: Document) -> None:
    kind = kind_of(document)
    if kind not in SHAPES:
        raise Unexpected("nothing here takes that")
    try:
        SHAPES[kind].model_validate(document)
    except ValidationError as error:
        names = ", ".join(".".join(map(str, fault["loc"])) for fault in error.errors(include_input=False))
        raise Unreadable(f"{kind} without what Slack sends with it: {names}") from None


def _check_response_url(document: Document, slack_api_url: str) -> None:
    """Answers may hold a phone's secret: they go to Slack and nowhere else, whoever knows the signing secret."""
    url = document.get("response_url")
    if url and not _is_slacks(str(url), slack_api_url):
        raise Unreadable("response_url is not Slack's")


def _is_slacks(url: str, slack_api_url: str) -> bool:
    try:
        asked, api = urlsplit(url), urlsplit(slack_api_url)
    except ValueError:
        return False
    if asked.scheme == "https" and asked.netloc in SLACKS:
        return True
    hosts = LOOPBACK if api.hostname in LOOPBACK else (api.hostname,)
    return asked.scheme == api.scheme and asked.hostname in hosts
