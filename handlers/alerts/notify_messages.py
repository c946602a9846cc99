"""Pure: what people read of whether they are told of calls that they missed."""

from __future__ import annotations

from handlers.slack import blocks
from handlers.slack.blocks import Block, SlackMessage
from handlers.slack.command_buttons import command_button

ON = "get a direct message for each call that you miss."
OFF = "get no direct messages about calls that you miss."
LISTED = "App Home lists them, below “My recent calls”."
SENT_ANYWAY = (
    "Voicemails that people leave for you are sent in any case, and so are passwords and what you ask for."
)


def shown(are_on: bool, *, is_new: bool = False) -> SlackMessage:
    """Say how it is, with a button for the other. `is_new`: it was otherwise before."""
    who = "Done: you" if is_new else "You"
    text = f"{_mark(are_on)} *{who} {_words(are_on)}*"
    more = "" if are_on else f"\n{LISTED}"
    same = f"{SENT_ANYWAY} The button does the same as `/ext {_other(are_on)}`."
    return SlackMessage(
        text,
        [
            blocks.section(f"{text}{more}"),
            blocks.actions(_button(are_on, replaces=True)),
            blocks.context(same),
        ],
    )


def section(are_on: bool) -> Block:
    """Return the line of App Home and of one's own status, with its button."""
    line = blocks.section(f"{_mark(are_on)} You {_words(are_on)}")
    return line | {"accessory": _button(are_on, replaces=False)}


def _words(are_on: bool) -> str:
    return ON if are_on else OFF


def _mark(are_on: bool) -> str:
    return "🔔" if are_on else "🔕"


def _other(are_on: bool) -> str:
    return "notify off" if are_on else "notify on"


def _button(are_on: bool, *, replaces: bool) -> Block:
    return command_button("Stop them" if are_on else "Send them", _other(are_on), replaces=replaces)
