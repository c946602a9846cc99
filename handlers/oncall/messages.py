"""Pure: what is said about “On a call” as Slack status."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from handlers.slack import blocks
from handlers.slack.blocks import Block, SlackMessage
from handlers.slack.command_buttons import command_button
from handlers.slack.message_content import MessageContent
from handlers.slack.times import when

CONNECT, DISCONNECT = "/ext mystatus connect", "/ext mystatus disconnect"
NO_EXTENSION = "no_extension"
OPEN_ACTION = "mystatus_open"
WHAT_IT_DOES = (
    "While you are in a call, your Slack status is “📞 On a call”; after it, it is cleared. A status "
    "that you set yourself stays, and yours does not say with whom you talk."
)
WHY = {
    "missing_scope": "the app's permissions in Slack were changed",
    "account_inactive": "your Slack account or the app was switched off",
    "app_uninstalled": "the app was removed from this workspace",
    NO_EXTENSION: "no extension is yours any more",
    "token_expired": "the permission that you gave has run out",
}
TAKEN_BACK = "the permission that you gave was taken back, by you in Slack's settings or by an admin"


class StatusDisconnected(MessageContent):
    """Slack has ended somebody's connection. `shown_until`: when a status of ours that is left clears itself, or 0."""

    kind: ClassVar[str] = "status_disconnected"
    reason: str
    shown_until: int = 0

    def render(self) -> SlackMessage:
        left = (
            f" If your status says “On a call” now, it goes away by itself at {blocks.clock(self.shown_until)}."
            if self.shown_until
            else ""
        )
        text = (
            "⚪ *Your Slack status does not follow your phone any more*: "
            f"{WHY.get(self.reason, TAKEN_BACK)}. Switchhook has forgotten it.{left}"
        )
        again = command_button("Connect again", "mystatus connect")
        return SlackMessage(text, [blocks.section(text), blocks.actions(again), _typed(CONNECT)])


def ask(link: str) -> SlackMessage:
    """Offer the way to Slack's page that asks for permission; for the one who asked alone."""
    headline = "📞 *“On a call” as your Slack status*"
    button = blocks.button("Connect", OPEN_ACTION, "", url=link, style="primary")
    return SlackMessage(
        "“On a call” as your Slack status: press the button to connect it",
        [
            blocks.section(f"{headline}\n{WHAT_IT_DOES}"),
            blocks.actions(button),
            blocks.context(
                "Slack asks whether Switchhook may view and edit your profile: it reads and sets your status, and nothing "
                "else. The button works once, for ten minutes."
            ),
        ],
    )


def shown(since: datetime | None, numbers: Sequence[str], is_offered: bool) -> SlackMessage:
    """Say whether somebody's status follows their phone. `since`: None: it does not."""
    if since is not None:
        which = f"extension {' and '.join(numbers)}" if numbers else "an extension, once one is yours again"
        text = f"📞 *Your Slack status follows {which}*, since {when(since)}.\n{WHAT_IT_DOES}"
        button = command_button("Disconnect", "mystatus disconnect")
        return SlackMessage(text, [blocks.section(text), blocks.actions(button), _typed(DISCONNECT)])
    text = "⚪ *Your Slack status does not follow your phone.*"
    what = blocks.section(f"{text}\n{WHAT_IT_DOES}")
    if not is_offered:
        return SlackMessage(
            text, [what, blocks.context("It cannot yet: your phone admins find why with `flask doctor`")]
        )
    button = command_button("Connect", "mystatus connect", style="primary")
    return SlackMessage(text, [what, blocks.actions(button), _typed(CONNECT)])


def _typed(command: str) -> Block:
    return blocks.context(f"The same as `{command}`")


def section(since: datetime | None) -> Block:
    """Return the line of App Home, with its button."""
    if since is None:
        text = "⚪ Your Slack status can say “On a call” while you are in one."
        return blocks.section(text) | {"accessory": command_button("Connect", "mystatus connect")}
    text = f"📞 Your Slack status says “On a call” while you are in one, since {when(since)}."
    return blocks.section(text) | {"accessory": command_button("Disconnect", "mystatus disconnect")}


def disconnected(is_given_back: bool) -> SlackMessage:
    """Say that it is done. `is_given_back`: Slack was told."""
    if is_given_back:
        return blocks.plain(
            "✅ Your Slack status does not follow your phone any more. Switchhook has given its permission back to Slack, "
            "and forgotten it."
        )
    return blocks.plain(
        "✅ Your Slack status does not follow your phone any more, and Switchhook has forgotten your permission. It could "
        "not read it any more, so Slack was not told: remove Switchhook from your account where Slack lists your apps."
    )


def disconnecting() -> SlackMessage:
    return blocks.plain(
        "Your Slack status does not follow your phone any more. Slack has not taken the permission back yet: Switchhook "
        "goes on trying, and uses it for nothing else."
    )
