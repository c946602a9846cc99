"""Pure: what new people read of their phone."""

from __future__ import annotations

from typing import ClassVar, Self

from pydantic import Field

from handlers.onboarding import action_ids
from handlers.onboarding.linphone import Ticket
from handlers.slack.blocks import (
    Block,
    SlackMessage,
    actions,
    button,
    confirm,
    context,
    escape,
    image,
    section,
)
from handlers.slack.message_content import MessageContent


class Welcome(MessageContent):
    """What a new person reads. The password itself is behind the button or the code, and nowhere in Slack's messages.

    `ticket`: what the QR code is made from, if there is to be one; `link`: what the code leads to, never stored.
    """

    kind: ClassVar[str] = "welcome"
    employee: int = 0
    handover: int | None = None  # of whom an admin made the extension for, in Slack
    name: str
    number: str
    server: str
    ticket: Ticket | None = None
    link: str | None = Field(default=None, exclude=True)

    def simpler(self, error: str) -> tuple[Self, str] | None:
        if error != "invalid_blocks" or not self.ticket:
            return super().simpler(error)
        without = self.model_copy(update={"ticket": None, "link": None})
        return without, "Slack cannot fetch a picture: check PUBLIC_URL"

    def render(self) -> SlackMessage:
        headline = (
            f"👋 *{escape(self.name)}, your phone extension is {self.number}.* Colleagues reach you under it."
        )
        key = f"{action_ids.HANDOVER}{self.handover}" if self.handover else str(self.employee)
        return SlackMessage(
            f"Your phone extension is {self.number}",
            [section(headline), *_scan(self.link), *_type_in(self.number, self.server, key, bool(self.link))],
        )


def _scan(link: str | None) -> list[Block]:
    """Return the first of two ways, if there are two."""
    if not link:
        return []
    here = f"Are you reading this on that mobile? <{link}|Set it up here>."
    return [
        section("📱 *On your mobile*: install Linphone, choose “Scan QR code”, and scan this. That is all."),
        image(f"{link}.png", "QR code that sets up Linphone"),
        context(here),
    ]


def _type_in(number: str, server: str, key: str, is_second: bool) -> list[Block]:
    once = confirm("Show my password?", "It is shown once. Have the phone ready.", "Show it")
    show = button("Show my password", action_ids.REVEAL, key, style="primary", confirm=once)
    where = "On a desk phone, or in another app" if is_second else "On your desk phone, or in an app"
    hint = "Each works once: whichever you take first." if is_second else "It is shown once."
    return [
        section(
            f"☎️ *{where}*: type in server `{escape(server)}`, user `{number}`, and the password behind the button."
        ),
        context(hint),
        actions(show),
    ]
