"""Pure: what came of a change, for the person who asked alone: the fact first, what to know besides in small.

The command line has words of its own, in handlers/outcome_wording.py. “Done” is said only if it is.
"""

from __future__ import annotations

from dataclasses import replace

from pydantic import SecretStr

from handlers import audit_messages, outcome_wording, presence_wording, wording
from handlers.outcome_wording import AS_IT_SHOULD_BE
from handlers.slack import status_messages
from handlers.slack.blocks import (
    Block,
    SlackMessage,
    actions,
    context,
    cut,
    escape,
    phone_settings,
    section,
    sections,
)
from handlers.slack.command_buttons import command_button
from handlers.slack.extension_buttons import new_password
from handlers.slack.roles import Role, may
from models.extension import Extension, State
from pbx.answers import ChangeResult, is_given_away

TYPE_IT = " Type this into the phone:"
MAX_WARNING_LENGTH = 3000  # characters, escaped: a dozen of them stay far below what a message takes
MARKS = {State.LIVE: "✅", State.FAILED: "❌"}  # of the others: 🕓
# What it then is, by the verb of handlers/number_commands.py.
THEN = {
    AS_IT_SHOULD_BE: "is as it should be.",
    "given a new secret": "has a new password; the old one does not work any more.",
    "enabled": "is enabled: its phone is let in again.",
    "disabled": "is disabled: no phone can use it. Number and settings stay.",
}


def outcome(done: ChangeResult, verb: str, number: str, server: str, role: Role = Role.ADMIN) -> SlackMessage:
    """Say what came of a change, with the phone's settings if the password is new.

    `verb`: what was asked for, such as “created”; `role`: of who reads it.
    """
    done = status_messages.for_role(done, role)
    row = done.extension
    if row is None:
        return _gone(done, number)
    mark = MARKS.get(row.state, "🕓")
    headline = _overtaken(done, row, verb) if done.overtaken else f"{mark} {_sentences(done, row, verb)}"
    settings = _phone_settings(row, done.secret, server) if done.secret else []
    notes = _notes(done, row)
    buttons = _buttons(done, row, verb, role)
    return SlackMessage(
        "\n".join([headline.removesuffix(TYPE_IT), *notes]),  # without the settings, there is nothing to type
        [section(headline), *settings, *sections(notes, context), *([actions(*buttons)] if buttons else [])],
    )


def handed_over(done: ChangeResult, row: Extension, to: str) -> SlackMessage:
    """Say what came of an extension that was made for somebody, who alone gets the password. `to`: their Slack ID."""
    fact = _sentences(replace(done, secret=None), row, "created")
    when = "" if row.state is State.LIVE and row.enabled else " as soon as it is live"
    headline = f"{MARKS.get(row.state, '🕓')} {fact} <@{to}> gets the password in a direct message{when}, behind a button that shows it once."
    lost = f"If that cannot reach them, you are told; `/ext secret {row.number}` shows you a new one."
    notes = [lost, *_notes(done, row)]
    buttons = _buttons(done, row, "created", Role.ADMIN)
    rest = [actions(*buttons)] if buttons else []
    return SlackMessage("\n".join([headline, *notes]), [section(headline), *sections(notes, context), *rest])


def subject(row: Extension) -> str:
    """Return whose extension it is, in bold."""
    return f"*{row.number} · {escape(row.name)}*"


def _sentences(done: ChangeResult, row: Extension, verb: str) -> str:
    """Return the fact, why it is not so yet, and what to do with the password."""
    if row.state is not State.LIVE:
        again = "" if row.state is State.FAILED else outcome_wording.tried_again(row.reason)
        return f"{_not_live(done, row, verb)} {escape(wording.ended(row.reason))}{again}"
    type_it = TYPE_IT if done.secret and row.enabled else ""
    return f"{_live(done, row, verb)}{type_it}"


def _live(done: ChangeResult, row: Extension, verb: str) -> str:
    if verb == "created" and row.enabled:
        return f"*Extension {row.number} is ready for {escape(row.name)}.*"
    if verb == "created":
        return f"*Extension {row.number} for {escape(row.name)} is saved, and disabled.* `/ext enable {row.number}` lets its phone in."
    fact = f"{subject(row)} {THEN[verb]}" if verb in THEN else f"{subject(row)}: {_changes(done)}."
    return fact if row.enabled or verb == "disabled" else f"{fact} It is disabled: no phone can use it."


def _changes(done: ChangeResult) -> str:
    """Return what was before and after, in the words of the windows."""
    changes = dict(done.changes or {})
    users = changes.pop("slack_user_id", None)
    named = {"password" if name == "secret" else name: values for name, values in changes.items()}
    found = [escape(wording.differences(named))] if named else []
    if users:
        before, after = (f"<@{escape(each)}>" if each else "nobody" for each in users)
        found.append(f"Slack user {before} → {after}")
    return "; ".join(found) or "nothing to change, it was so already"


def _not_live(done: ChangeResult, row: Extension, verb: str) -> str:
    what = f"*Extension {row.number} for {escape(row.name)}*" if verb == "created" else subject(row)
    changed = f" ({_changes(done)})" if verb == "changed" and done.changes else ""
    match row.state:
        case State.FAILED:
            return f"{what} is saved, but not live{changed}."
        case State.DELETING:
            return f"{what} is marked for deletion, still in Asterisk."
        case _ if not row.enabled:
            return f"{what} is saved as disabled, not done yet{changed}."
    return f"{what} is saved, not live yet{changed}."


def _overtaken(done: ChangeResult, row: Extension, verb: str) -> str:
    """Say who has done what since; it may have been who asked."""
    was = f"{subject(row)} was {outcome_wording.saved_or_verified(verb)}"
    if done.since is None:
        return f"↪️ {was}, and has been changed again since."
    return f"↪️ {was}, and has been changed again since: {audit_messages.line_in_slack(done.since)}"


def _gone(done: ChangeResult, number: str) -> SlackMessage:
    """Say that it is deleted; a warning is of lines that others wrote, which Asterisk still has."""
    if done.warnings:
        headline = f"☑️ *Extension {number} is gone from the list*, and its lines that Switchhook wrote, too."
    else:
        headline = f"✅ *Extension {number} is gone* from Asterisk and from the list."
    notes = _warnings(done)
    return SlackMessage("\n".join([headline, *notes]), [section(headline), *sections(notes, context)])


def _phone_settings(row: Extension, secret: SecretStr, server: str) -> list[Block]:
    settings = phone_settings(row.number, server, row.transport, secret.get_secret_value())
    wait = f"A phone is let in {_when(row)}. "
    hint = f"Only you see this, and it is not shown again. Lost it? `/ext secret {row.number}`"
    is_ready = row.state is State.LIVE and row.enabled
    return [settings, context(hint if is_ready else f"{wait}{hint}")]


def _when(row: Extension) -> str:
    if not row.enabled:
        return f"after an admin's `/ext enable {row.number}`"
    return f"once `/ext status {row.number}` shows no {MARKS.get(row.state, '🕓')} any more"


def _notes(done: ChangeResult, row: Extension) -> list[str]:
    lamp = [f"Busy lamp (BLF): {escape(presence_wording.lamp(done.hint))}"] if done.hint else []
    verified = []
    if row.state is State.LIVE and row.enabled and not done.overtaken:
        verified = [
            f"Live, verified in Asterisk. {escape(wording.ended(row.reason)) if row.reason else ''}".rstrip()
        ]
    return [*verified, *lamp, *_warnings(done)]


def _warnings(done: ChangeResult) -> list[str]:
    return [cut(f"⚠️ {escape(each[:1].upper() + each[1:])}", MAX_WARNING_LENGTH) for each in done.warnings]


def _buttons(done: ChangeResult, row: Extension, verb: str, role: Role) -> list[Block]:
    """Return what the reader most likely wants next, of what they may do."""
    offered: list[tuple[str, str]] = []
    if done.overtaken:
        offered = [("How it is now", "status"), ("Who did what", "audit")]
    elif row.state in (State.PENDING, State.FAILED):
        offered = [("Try again", "verify")]
    elif row.state is State.LIVE and verb == "disabled":
        offered = [("Enable", "enable")]
    return [
        command_button(label, f"{name} {row.number}", about=row) for label, name in offered if may(role, name)
    ] + ([new_password(row)] if row.enabled and is_given_away(done.changes or {}) else [])
