"""Pure: how one extension is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers import wording
from handlers.slack import list_messages
from handlers.slack.blocks import (
    Block,
    SlackMessage,
    context,
    escape,
    fields,
    section,
    sections,
)
from models.extension import Extension, State
from pbx.answers import Status

MAX_PHONES = 20


def without_reasons(statuses: Sequence[Status]) -> list[Status]:
    """Return them as all people may see them: a reason names files, lines and what Asterisk said, and is for admins."""
    return [replace(found, extension=without_reason(found.extension)) for found in statuses]


def without_reason(row: Extension) -> Extension:
    """Return the row as without_reasons() shows it."""
    shown = None if row.state is State.LIVE else f"{wording.ASK_AN_ADMIN} {row.number}"
    return Extension(**row.model_dump() | {"reason": shown})


def status(found: Status) -> SlackMessage:
    extension = found.extension
    headline = f"{wording.label(extension)}: {wording.presence(found)}"
    owner = [f"*Slack user*\n<@{extension.slack_user_id}>"] if extension.slack_user_id else []
    details = [f"*{name}*\n{escape(value)}" for name, value in wording.details(found)]
    error = [context(f"⚠️ {escape(found.error)}")] if found.error else []
    return SlackMessage(
        escape(headline),
        [section(f"*{escape(headline)}*"), *fields(owner + details), *_phones(found), *error],
    )


def _phones(found: Status) -> list[Block]:
    lines = [list_messages.one_line(wording.phone(contact)) for contact in found.contacts[:MAX_PHONES]]
    left_out = len(found.contacts) - len(lines)
    return sections([*lines, *([f"… and {left_out} more phones"] if left_out else [])], context)
