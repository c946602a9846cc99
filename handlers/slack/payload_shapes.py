"""Pure: the shapes of what Slack sends: the fields that our listeners and Bolt read. What else there is stays as it is."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import BaseModel, Field, model_validator

JsonObject = dict[str, Any]


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


class Option(BaseModel):
    value: str


class Action(BaseModel):
    """A click. What was chosen in a menu becomes its `value` (see chosen())."""

    action_id: str
    value: str | None = None
    selected_option: Option | None = None
    selected_user: str | None = None
    selected_conversation: str | None = None
    selected_date: str | None = None


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
    """An input of any kind, and what was typed or chosen in it."""

    value: str | None = None
    selected_option: Option | None = None
    selected_options: list[Option] | None = None
    selected_user: str | None = None
    selected_conversation: str | None = None
    selected_date: str | None = None


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
    trigger_id: str


class AppHomeOpened(BaseModel):
    user: str
    tab: str


class Function(BaseModel):
    callback_id: str = Field(max_length=100)


class FunctionExecuted(BaseModel):
    """A step of a workflow was started. https://docs.slack.dev/reference/events/function_executed"""

    function: Function
    inputs: JsonObject
    function_execution_id: str = Field(max_length=64)


class RevokedTokens(BaseModel):
    """Whose tokens, by kind; those of people are `oauth`."""

    oauth: list[str] = []


class TokensRevoked(BaseModel):
    tokens: RevokedTokens


class AppUninstalled(BaseModel):
    """It says nothing but that."""


# The events that we subscribe to in the manifest. A new one needs its line here.
EVENTS: dict[str, type[BaseModel]] = {
    "app_home_opened": AppHomeOpened,
    "function_executed": FunctionExecuted,
    "tokens_revoked": TokensRevoked,
    "app_uninstalled": AppUninstalled,
}


class EventCallback(SlackPayload):
    """An event of the Events API; what it says has a shape of its own in EVENTS."""

    event: JsonObject


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
    "event_callback": EventCallback,
    "url_verification": Handshake,
    "ssl_check": Handshake,
}
