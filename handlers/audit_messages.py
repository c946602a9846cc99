"""Pure: who did what, in words; for Slack and the command line."""

from __future__ import annotations

from collections.abc import Sequence

from handlers import wording
from handlers.slack import times
from handlers.slack.blocks import (
    MAX_TEXT_LENGTH,
    SlackMessage,
    context,
    cut,
    escape,
    plain,
    section,
    sections,
)
from models.actor import Actor
from models.audit import AuditEntry


def actor(by: Actor) -> str:
    """Name who it was, where Slack does not show them by name."""
    match by.kind:
        case "slack":
            return f"Slack user {by.id}"
        case "cli":
            return f"{by.id} (command line)"
        case "hr":
            return f"HR: {by.id}"
        case "api":
            return f"API token {by.id}"
        case "workflow":
            return f"a workflow in Slack ({by.id})"
        case "link":
            return f"the phone of {by.id}, by its link"
    return "Switchhook itself"


def line(entry: AuditEntry) -> str:
    """Return `2026-03-01 09:00:00  alice (command line) changed 101: name Alice → Bob`."""
    return f"{wording.moment(entry.at)}  {actor(Actor.parse(entry.actor))} {act(entry)}"


def act(entry: AuditEntry) -> str:
    """Return `changed 101: name Alice → Bob`."""
    words = " ".join(filter(None, (entry.action, entry.number)))
    changes = wording.differences(entry.changes)
    return f"{words}: {changes}" if changes else words


def trail(entries: Sequence[AuditEntry], number: str | None) -> SlackMessage:
    about = f"about {number}" if number else "about the phone system"
    if not entries:
        return plain(f"Nobody has changed anything {about} within the last year.")
    headline = f"The last changes {about}" if number else "The last changes"
    lines = [line_in_slack(entry) for entry in entries]
    hint = context("Kept for a year. `flask ext audit` shows all, `/ext audit 101` those of one number.")
    return SlackMessage(headline, [section(f"*{headline}*"), *sections(lines), hint])


def line_in_slack(entry: AuditEntry) -> str:
    """Return the line of an entry as mrkdwn, with a mention of a Slack user, and the time as each reader has it."""
    by = Actor.parse(entry.actor)
    who = f"<@{by.id}>" if by.kind == "slack" else escape(actor(by))
    return cut(f"{times.when(entry.at)} · {who} {escape(act(entry))}", MAX_TEXT_LENGTH)
