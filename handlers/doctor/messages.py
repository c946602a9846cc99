"""Pure: a report of the doctor as a message for the one who asked, within Slack's limits."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.doctor import wording
from handlers.slack.blocks import (
    Block,
    SlackMessage,
    actions,
    button,
    confirm,
    context,
    cut_plain,
    escape,
    plain_context,
    plain_section,
    section,
    sections,
)
from pbx.doctor.findings import Finding, Report

FIX_ACTION = "doctor_fix"  # action_id of the buttons
MAX_FINDINGS = 14  # three blocks each
MAX_PART_LENGTH = 900  # characters of each of a finding's three sentences

# name of a fix → its label, and what it does
Labels = Mapping[str, tuple[str, str]]


def report(found: Report, number: str, fixes: Labels, seen: str = "") -> SlackMessage:
    """Show the findings, with a button for each that the program can mend, and what was checked.

    `seen`: which state of the number was looked at, as fixes.state_of() returns it.
    """
    subject = f"{number}:{seen}"
    headline = escape(wording.headline(found, number))
    shown = found.findings[:MAX_FINDINGS]
    blocks = [block for at, each in enumerate(shown, 1) for block in _finding(at, each, subject, fixes)]
    checked = sections(wording.checked(found), plain_context)[:4]
    left_out = len(found.findings) - len(shown)
    rest = [context(f"… and {left_out} more; mend these first, and ask again")] if left_out else []
    return SlackMessage(headline, [section(f"*{headline}*"), *blocks, *rest, *checked])


def _finding(at: int, found: Finding, subject: str, fixes: Labels) -> list[Block]:
    seen, why, remedy = (
        cut_plain(each, MAX_PART_LENGTH) for each in (wording.sentence(found.seen), found.why, found.remedy)
    )
    text = [
        section(f"*{at}. {escape(seen)}*"),
        plain_section(f"Why it matters: {why}.\nWhat to do: {remedy}"),
    ]
    if found.fix is None or found.fix not in fixes:
        return text
    return [*text, actions(_button(found.fix, subject, *fixes[found.fix]))]


def _button(name: str, subject: str, label: str, does: str) -> Block:
    """Return a button that asks first, in a window of Slack's own."""
    question = confirm(f"{label}?", wording.sentence(f"it {does}"), label, "Not now")
    return button(label, FIX_ACTION, f"{name}:{subject}", confirm=question)
