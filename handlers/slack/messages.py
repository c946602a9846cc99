"""Pure: domain objects → Block Kit with a plain-text fallback."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers import wording
from handlers.slack.blocks import (
    Block,
    SlackMessage,
    actions,
    button,
    context,
    cut,
    cut_plain,
    escape,
    fields,
    plain,
    plain_context,
    plain_section,
    section,
    sections,
)
from handlers.slack.command_buttons import command_button
from models.extension import Extension, State
from pbx.answers import Status

MAX_LINES = 200  # of a list: 45 blocks of lines is about what people scroll through
MAX_LINE_LENGTH = 500  # of a list: of the longest, too, Slack takes MAX_LINES
MAX_PHONES = 20
DELETE_ACTION, KEEP_ACTION = "ext_delete", "ext_keep"  # action_id of the buttons below confirm_delete()


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
    lines = [_line(wording.phone(contact)) for contact in found.contacts[:MAX_PHONES]]
    left_out = len(found.contacts) - len(lines)
    return sections([*lines, *([f"… and {left_out} more phones"] if left_out else [])], context)


def _line(text: str) -> str:
    return cut(escape(text), MAX_LINE_LENGTH)


def listing(statuses: Sequence[Status], text: str) -> SlackMessage:
    if not statuses:
        nothing = (
            f"No extension has “{text}” in its number, name, e-mail or notes."
            if text
            else "No extensions yet."
        )
        return plain(f"{nothing} Make one with /ext create 101 Alice")
    headline = wording.summary(statuses)
    lines = listed(list(map(wording.line, statuses)), more=": narrow it down with `/ext list &lt;text&gt;`")
    return SlackMessage(escape(headline), [section(f"*{escape(headline)}*"), *lines])


def listed(lines: Sequence[str], most: int = MAX_LINES, more: str = "") -> list[Block]:
    """Show as many as people scroll through, and how many are left out; `more`: mrkdwn of how those are seen."""
    left_out = len(lines) - most
    rest = [context(f"… and {left_out} more{more}")] if left_out > 0 else []
    shown = [cut_plain(line, MAX_LINE_LENGTH) for line in lines[:most]]
    return [*sections(shown, plain_section), *rest]


def confirm_delete(extension: Extension) -> SlackMessage:
    """Ask before a deletion. The button's value names the row, not only the number; the answer takes the question's place."""
    number = extension.number
    question = f"🗑️ *Delete {number} · {escape(extension.name)}?*"
    what = "Its phone stops working at once, and its settings are gone." + (
        " Disabled, it keeps number and settings." if extension.enabled else ""
    )
    instead = command_button("Disable instead", f"disable {number}", about=extension, replaces=True)
    buttons = [
        button(f"Delete {number}", DELETE_ACTION, f"{number}:{extension.id}", style="danger"),
        *([instead] if extension.enabled else []),
        button("Cancel", KEEP_ACTION, number),
    ]
    return SlackMessage(f"{question} {what}", [section(f"{question} {what}"), actions(*buttons)])


def overview(statuses: Sequence[Status]) -> SlackMessage:
    """Show the whole phone system at a glance: the totals, and the extensions that are not live."""
    headline = wording.summary(statuses)
    waiting = [found for found in statuses if found.extension.state is not State.LIVE][:MAX_LINES]
    lines = sections([_line(wording.line(found)) for found in waiting])
    return SlackMessage(
        escape(headline),
        [
            section(f"*{escape(headline)}*"),
            *lines,
            context("`/ext list` shows all, `/ext status 101` one of them"),
        ],
    )


def warned(message: SlackMessage, warnings: Sequence[str]) -> SlackMessage:
    """Add to a message what is wrong with the phone system as a whole."""
    if not warnings:
        return message
    shown = "\n".join(f"⚠️ {each}" for each in warnings)
    return SlackMessage(f"{message.text}\n{escape(shown)}", [*message.blocks, plain_context(shown)])


def help_text(commands: Sequence[tuple[str, str]]) -> SlackMessage:
    """List the subcommands. Summaries are our own mrkdwn; usages are escaped here."""
    lines = [f"`/ext {escape(usage)}`\n{summary}" for usage, summary in commands]
    return SlackMessage("How to use /ext", [section("*How to use /ext*"), *sections(lines)])


def refusal(reason: str) -> SlackMessage:
    """Say what was wrong and what to type instead, as a sentence."""
    return plain(f"⚠️ {reason[:1].upper()}{reason[1:]}{'' if reason.endswith('.') else '.'}")
