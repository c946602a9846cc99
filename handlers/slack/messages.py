"""Pure: domain objects → Block Kit with a plain-text fallback."""

from __future__ import annotations

from collections.abc import Sequence

from handlers import wording
from handlers.deletion_wording import INSTEAD, STOPS
from handlers.slack.blocks import (
    SlackMessage,
    actions,
    button,
    escape,
    plain,
    plain_context,
    section,
)
from handlers.slack.command_buttons import command_button
from models.extension import Extension

DELETE_ACTION, KEEP_ACTION = "ext_delete", "ext_keep"  # action_id of the buttons below confirm_delete()


def confirm_delete(extension: Extension) -> SlackMessage:
    """Ask before a deletion. The button's value names the row, not only the number; the answer takes the question's place."""
    number = extension.number
    question = f"🗑️ *Delete {number} · {escape(extension.name)}?*"
    what = f"{STOPS} {INSTEAD}" if extension.enabled else STOPS
    instead = command_button("Disable instead", f"disable {number}", about=extension, replaces=True)
    buttons = [
        button(
            f"Delete {number}",
            DELETE_ACTION,
            f"{number}:{extension.id}:{extension.slack_user_id or ''}",
            style="danger",
        ),
        *([instead] if extension.enabled else []),
        button("Cancel", KEEP_ACTION, number),
    ]
    return SlackMessage(f"{question} {what}", [section(f"{question} {what}"), actions(*buttons)])


def warned(message: SlackMessage, warnings: Sequence[str]) -> SlackMessage:
    """Add to a message what is wrong with the phone system as a whole."""
    if not warnings:
        return message
    shown = "\n".join(f"⚠️ {each}" for each in warnings)
    return SlackMessage(f"{message.text}\n{escape(shown)}", [*message.blocks, plain_context(shown)])


def refusal(reason: str) -> SlackMessage:
    """Say what was wrong and what to type instead, as a sentence."""
    return plain(f"⚠️ {wording.ended(reason)}")
