"""Pure: what came of a change, in plain words for the command line. Slack has handlers/slack/outcome_messages.py."""

from __future__ import annotations

from handlers import audit_messages, presence_wording, wording
from models.audit import AuditEntry
from models.extension import Extension, State
from pbx.answers import ChangeResult

AS_IT_SHOULD_BE = "as it should be"  # the verb of a verification, which changes nothing
NEEDS_SOMEBODY = "flask settle"  # in the reasons of pbx/publishing/foreign_files.py


def outcome(done: ChangeResult, verb: str, number: str) -> str:
    """Say what came of a change, with a line for each warning; “done” is said only if it is.

    `verb`: what was asked for, such as “created”.
    """
    if done.extension and done.overtaken:
        return _overtaken(done.extension, done.since, verb)
    if done.extension and done.changes is not None and verb == "changed":
        headline = _changed(done.extension, wording.differences(done.changes))
    else:
        headline = _headline(done.extension, verb, number, is_gone=not done.warnings)
    lamp = [f"Busy lamp (BLF): {presence_wording.lamp(done.hint)}"] if done.hint else []
    return "\n".join([headline, *lamp, *(f"⚠️ {each}" for each in done.warnings)])


def saved_or_verified(verb: str) -> str:
    """Return what was done, by what was asked for."""
    return "verified" if verb == AS_IT_SHOULD_BE else "saved"


def _overtaken(extension: Extension, since: AuditEntry | None, verb: str) -> str:
    by = f" ({audit_messages.line(since)})" if since else ""
    return (
        f"↪️ Extension {wording.label(extension)} was {saved_or_verified(verb)}, and has been changed again since{by}: "
        f"/ext status {extension.number} says how it is, /ext audit {extension.number} who did what"
    )


def _changed(extension: Extension, what: str) -> str:
    """Return `✅ Extension 101 (Bob): name Alice → Bob. Verified in Asterisk.` and its like."""
    what = f"Extension {wording.label(extension)}: {what or 'nothing to change, it was so already'}"
    match extension.state:
        case State.LIVE if not extension.enabled:
            return f"✅ {what}. It is disabled: no phone can use it."
        case State.LIVE:
            return f"✅ {what}. Verified in Asterisk.{_besides(extension)}"
        case State.FAILED:
            return f"❌ {what}; saved, but not live. {wording.ended(extension.reason)}"
        case State.PENDING:
            return f"🕓 {what}; saved, not live yet. {_later(extension)}"
    return f"🕓 {what}; meanwhile marked for deletion. {_later(extension)}"


def _headline(extension: Extension | None, verb: str, number: str, is_gone: bool) -> str:
    if extension is None and not is_gone:
        return f"Extension {number} is gone from the list, and its lines that Switchhook wrote, too."
    if extension is None:
        return f"✅ Extension {number} is gone from Asterisk and from the list."
    match extension.state:
        case State.LIVE if not extension.enabled:
            return f"✅ Extension {wording.label(extension)} is {verb}: Asterisk has let go of it. It keeps its number and settings."
        case State.LIVE:
            return f"✅ Extension {wording.label(extension)} is {verb} and verified in Asterisk.{_besides(extension)}"
        case State.FAILED:
            return f"❌ Extension {wording.label(extension)} is saved, but not live. {wording.ended(extension.reason)}"
        case State.DELETING:
            return f"🕓 Extension {wording.label(extension)} is marked for deletion, still in Asterisk. {_later(extension)}"
        case State.PENDING if not extension.enabled:
            return f"🕓 Extension {wording.label(extension)} is saved as disabled, not done yet. {_later(extension)}"
        case State.PENDING:
            return f"🕓 Extension {wording.label(extension)} is saved, not live yet. {_later(extension)}"


def _besides(extension: Extension) -> str:
    return f" {wording.ended(extension.reason)}" if extension.reason else ""


def _later(extension: Extension) -> str:
    return f"{wording.ended(extension.reason)}{tried_again(extension.reason)}"


def tried_again(reason: str | None) -> str:
    """Return that it needs nobody, unless it waits for somebody who settles which database counts."""
    return "" if NEEDS_SOMEBODY in (reason or "") else " It is tried again every minute by itself."
