"""The workspace that the stand-in plays: its people, channels, views and response_urls."""

import secrets
import time
from dataclasses import dataclass, field

from .block_kit import check_message
from .files import Files
from .records import Conversations, Json, SlackRefusal
from .workflows import Workflows

# Of the bot, as the app's manifest asks for them.
SCOPES = (
    "commands,chat:write,im:write,channels:history,groups:history,im:history,users:read,users:read.email,"
    "usergroups:read,files:write,channels:read,groups:read"
)
RESPONSE_USES = 5  # a response_url works five times, within 30 minutes
RESPONSE_SECONDS = 30 * 60


def slack_id(letter: str) -> str:
    """An id of Slack's form: a letter for its kind, then ten characters."""
    return letter + secrets.token_hex(5).upper()


@dataclass
class ResponseUrl:
    """Where one command's or click's replies go, and the message a click came from ("" for none)."""

    channel: str
    message_ts: str = ""
    uses_left: int = RESPONSE_USES
    expires_at: float = field(default_factory=lambda: time.monotonic() + RESPONSE_SECONDS)


@dataclass
class Workspace:
    """All of its state; the server's lock guards it."""

    root_url: str
    team_id: str = field(default_factory=lambda: slack_id("T"))
    app_id: str = field(default_factory=lambda: slack_id("A"))
    bot_id: str = field(default_factory=lambda: slack_id("B"))
    bot_user_id: str = field(default_factory=lambda: slack_id("U"))
    team_domain: str = "acme"
    enterprise_id: str = ""  # of the organization, if there is one
    conversations: Conversations = field(default_factory=Conversations)
    users: dict[str, Json] = field(default_factory=dict)
    channels: dict[str, str] = field(default_factory=dict)  # that the app is in: ID → name
    usergroups: dict[str, list[str]] | None = None
    views: dict[str, Json] = field(default_factory=dict)
    homes: dict[str, Json] = field(default_factory=dict)  # by user
    has_home_tab: bool = True
    triggers: dict[str, float] = field(default_factory=dict)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)
    workflows: Workflows = field(default_factory=Workflows)
    files: Files = field(init=False)

    def __post_init__(self) -> None:
        self.files = Files(self.root_url)

    def add_user(self, user_id: str, name: str, email: str = "", real_name: str = "") -> None:
        shown = real_name or name
        profile = {"email": email, "real_name": shown, "display_name": name}
        person = {
            "id": user_id,
            "team_id": self.team_id,
            "name": name,
            "real_name": shown,
            "profile": profile,
        }
        self.users[user_id] = {**person, "deleted": False, "is_bot": False, "tz": "Europe/London"}

    def new_trigger(self) -> str:
        trigger_id = f"{secrets.randbelow(10**11)}.{secrets.randbelow(10**9)}.{secrets.token_hex(16)}"
        self.triggers[trigger_id] = time.monotonic()
        return trigger_id

    def new_response_url(self, channel: str, message_ts: str = "") -> str:
        """Returns its id, the last part of the URL."""
        response_id = secrets.token_urlsafe(18)
        self.response_urls[response_id] = ResponseUrl(channel, message_ts)
        return response_id

    def respond(self, response_id: str, body: Json) -> str:
        """What Slack answers. Raises SlackRefusal `used_url`, `expired_url` or what is wrong with the message."""
        url = self.response_urls.get(response_id)
        if url is None or time.monotonic() > url.expires_at:
            raise SlackRefusal("expired_url")
        if url.uses_left == 0:
            raise SlackRefusal("used_url")
        url.uses_left -= 1
        self.show(url, body)
        return "ok"

    def show(self, url: ResponseUrl, body: Json) -> None:
        """Applies a reply: ephemeral ones change nothing that others can see."""
        if body.get("delete_original"):
            if url.message_ts:
                self.conversations.delete(url.channel, url.message_ts)
            return
        check_message(body)
        content = {name: body[name] for name in ("text", "blocks", "attachments") if body.get(name)}
        if body.get("replace_original") and url.message_ts:
            self.conversations.update(url.channel, url.message_ts, content)
        elif body.get("response_type") == "in_channel":
            self.conversations.post(url.channel, content)
