"""Pure: the windows in which an extension is made and changed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers import audit_messages
from handlers.slack.blocks import Block, SlackMessage, View, actions, button, section, sections
from handlers.slack.command_buttons import command_button
from handlers.slack.inputs import checkboxes, email_input, form, multi_select, select, text_input, user_input
from handlers.slack.modals.extension_values import NOBODY, SWITCHES, shown
from handlers.slack.modals.faults import Typed
from models.audit import AuditEntry
from models.extension import Extension
from models.field_rules import CODECS
from models.fields import EndpointFields

CREATE, EDIT = "ext_create", "ext_edit"  # callback_id
SHOW_MORE = "ext_show_more"  # action_id
EXAMPLE = "Alice Smith"
TRANSPORTS = {
    "udp": "UDP, as most phones",
    "tcp": "TCP",
    "tls": "TLS, encrypted",
    "wss": "WebSocket, for phones in a browser",
}
SWITCH_LABELS = {
    "voicemail_enabled": "Voicemail: callers may leave a message",
    "direct_media": "Voice goes straight from phone to phone (direct media)",
}


def create_modal(typed: Typed, next_free: str | None, problem: Sequence[Block] = ()) -> View:
    """Return the window of a new extension. `typed`: what it begins with; `problem`: why that was refused before."""
    free = f"Leave it empty for the next free one, which is {next_free} now."
    hint = free if next_free else "No number of EXTENSION_RANGE is free."
    number = typed.get("number", "")
    blocks = [
        *problem,
        text_input("name", "Name", EXAMPLE, initial=typed.get("name", "")),
        text_input("number", "Number", next_free or "2001", initial=number, optional=True, hint=hint),
        *_person(typed),
        *_more(shown(EndpointFields()) | typed, is_open="codecs" in typed),
    ]
    return form(CREATE, "New extension", blocks, submit="Create")


def edit_modal(row: Extension, typed: Typed, problem: Sequence[Block] = ()) -> View:
    """Return the window of an extension that is there. `typed`: what it begins with instead of the row's values."""
    values = shown(row) | typed
    blocks = [
        *problem,
        section(f"Extension *{row.number}*"),
        text_input("name", "Name", EXAMPLE, initial=values["name"]),
        *_person(values, _nobody(row)),
        *_more(values, is_open="codecs" in typed),
    ]
    return form(
        EDIT, "Edit extension", blocks, submit="Save", metadata=f"{row.number} {row.id} {row.revision}"
    )


def seen(metadata: str) -> tuple[str, int, int] | None:
    """Return the number, id and revision that an edit window was made of; None: no version of ours made it."""
    match = re.fullmatch(r"([0-9]{2,20}) ([0-9]{1,9}) ([0-9]{1,9})", metadata)
    return (match[1], int(match[2]), int(match[3])) if match else None


def overtaken(row: Extension, since: Sequence[AuditEntry]) -> SlackMessage:
    """Say that somebody was faster, and what has changed since the window was opened."""
    headline = f"↪️ Somebody else has changed extension {row.number} since you opened that window"
    lines = list(map(audit_messages.line_in_slack, since)) or ["It was written to Asterisk once more."]
    again = command_button("Open it again", f"set {row.number}", about=row, style="primary")
    return SlackMessage(
        headline,
        [
            section(f"*{headline}.* Nothing of yours is written."),
            *sections(lines),
            actions(again),
        ],
    )


def _person(values: Typed, below_user: Sequence[Block] = ()) -> list[Block]:
    return [
        user_input("slack_user_id", "Slack user", initial=values.get("slack_user_id", "")),
        *below_user,
        email_input("email", "E-mail", "alice@example.com", initial=values.get("email", "")),
    ]


def _nobody(row: Extension) -> list[Block]:
    if not row.slack_user_id:
        return []
    return [checkboxes(NOBODY, "Or", {"yes": "Nobody in Slack: take the Slack user away"})]


def _more(values: Typed, *, is_open: bool) -> list[Block]:
    if not is_open:
        return [actions(button("More settings", SHOW_MORE, "more"))]
    # The chosen ones first: Slack may give them back in the order of the menu, and the first is the one that is preferred.
    codecs = [each for each in values["codecs"].split(",") if each]
    menu = {each: each for each in (*codecs, *CODECS)}
    return [
        checkboxes(SWITCHES, "Options", SWITCH_LABELS, initial=values[SWITCHES].split(",")),
        text_input("max_contacts", "Phones at most", "1", initial=values["max_contacts"]),
        select("transport", "Transport", TRANSPORTS, initial=values["transport"]),
        multi_select("codecs", "Codecs, the preferred one first", menu, initial=codecs),
        *_rarely_changed(values),
    ]


def _rarely_changed(values: Typed) -> list[Block]:
    return [
        text_input(
            "caller_id",
            "Caller ID",
            EXAMPLE,
            initial=values["caller_id"],
            optional=True,
            hint="Empty: the name.",
        ),
        text_input(
            "context",
            "Context",
            "from-internal",
            initial=values["context"],
            hint="Where its calls start in the dialplan.",
        ),
        text_input(
            "qualify_frequency",
            "Seconds between two looks at the phone",
            "60",
            initial=values["qualify_frequency"],
            hint="Whether it still answers. 0: never.",
        ),
        text_input("notes", "Notes", "Desk at the window", initial=values["notes"], optional=True),
    ]
