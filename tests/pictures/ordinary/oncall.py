"""What is said about a Slack status that follows a phone, and the button that opens the page."""

from __future__ import annotations

from handlers.oncall import messages
from handlers.oncall.messages import StatusDisconnected
from handlers.pages.access import command as page_command
from tests.pictures.ordinary.parts import ByKind
from tests.pictures.ordinary.people import NOW

STATUS: ByKind = {
    "command.offered": lambda: page_command.offered(
        "https://phones.example.com/extensions/sign-in", "Ada Byron"
    ),
    "messages.ask": lambda: messages.ask("https://slack.com/oauth/v2/authorize"),
    "messages.shown": lambda: messages.shown(NOW, ["102"], is_offered=True),
    "messages.disconnected": lambda: messages.disconnected(is_given_back=True),
    "messages.disconnecting": messages.disconnecting,
    "status_disconnected": lambda: StatusDisconnected(
        reason="token_revoked", shown_until=int(NOW.timestamp()) + 500
    ),
}
