"""Pure: domain objects → Block Kit with a plain-text fallback."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from handlers import wording
from models.extension import Extension, State
from pbx.extensions import Outcome, Status

Block = dict[str, Any]
LONGEST_SECTION = 3000  # characters; Slack refuses more
MOST_LINES = 200  # of a list: 45 blocks of lines is about what people scroll through


@dataclass(frozen=True)
class SlackMessage:
    """`text` is what notifications and screen readers read; both are mrkdwn, already escaped."""

    text: str
    blocks: list[Block] = field(default_factory=list)


def escape(text: str) -> str:
    """Slack reads three characters as markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def section(mrkdwn: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": mrkdwn[:LONGEST_SECTION]}}


def context(mrkdwn: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": mrkdwn[:LONGEST_SECTION]}]}


def image(url: str, alt_text: str) -> Block:
    """Slack fetches it when the message is posted, and refuses the message if it cannot."""
    return {"type": "image", "image_url": url, "alt_text": alt_text}


def plain(text: str) -> SlackMessage:
    return SlackMessage(escape(text), [section(escape(text))])


def outcome(done: Outcome, verb: str, number: str, server: str) -> SlackMessage:
    """With the phone's settings, secret included, when the secret is new: an answer to the asker alone."""
    message = plain(wording.outcome(done, verb, number))
    if done.extension and done.secret:
        message.blocks.extend(_phone_settings(done.extension, done.secret, server))
    return message


def _phone_settings(extension: Extension, secret: SecretStr, server: str) -> list[Block]:
    """Preformatted rich text: copied exactly, whatever characters the secret has."""
    text = (
        f"Server     {server}\nUser       {extension.number}\nSecret     {secret.get_secret_value()}\n"
        f"Transport  {extension.transport}"
    )
    preformatted = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}]}
    hint = "Only you see this, and only now. Type it into the phone; a new secret comes with"
    return [
        {"type": "rich_text", "elements": [preformatted]},
        context(f"{hint} `/ext secret {extension.number}`"),
    ]


def status(found: Status) -> SlackMessage:
    extension = found.extension
    headline = f"{wording.label(extension)}: {wording.presence(found)}"
    owner = [f"*Slack user*\n<@{extension.slack_user_id}>"] if extension.slack_user_id else []
    fields = owner + [f"*{name}*\n{escape(value)}" for name, value in wording.details(found)]
    phones = [context(escape(wording.phone(contact))) for contact in found.contacts]
    trouble = [context(f"⚠️ {escape(found.trouble)}")] if found.trouble else []
    shown = [{"type": "mrkdwn", "text": text[:2000]} for text in fields]
    return SlackMessage(
        escape(headline),
        [section(f"*{escape(headline)}*"), {"type": "section", "fields": shown}, *phones, *trouble],
    )


def listing(statuses: Sequence[Status], text: str) -> SlackMessage:
    if not statuses:
        nothing = (
            f"No extension has “{text}” in its number, name, e-mail or notes."
            if text
            else "No extensions yet."
        )
        return plain(f"{nothing} Make one with /ext create 101 Alice")
    lines = [escape(wording.line(found)) for found in statuses[:MOST_LINES]]
    headline = wording.summary(statuses)
    left_out = len(statuses) - len(lines)
    rest = [context(f"… and {left_out} more: narrow it down with `/ext list <text>`")] if left_out else []
    return SlackMessage(escape(headline), [section(f"*{escape(headline)}*"), *sections(lines), *rest])


def sections(lines: Sequence[str]) -> list[Block]:
    """Lines in as few sections as Slack's limit allows."""
    chunks: list[str] = []
    for line in lines:
        if chunks and len(chunks[-1]) + len(line) < LONGEST_SECTION:
            chunks[-1] += "\n" + line
        else:
            chunks.append(line)
    return [section(chunk) for chunk in chunks]


def confirm_delete(extension: Extension) -> SlackMessage:
    """The question before a deletion. The button's value names the row, not only the number."""
    question = (
        f"Delete extension {wording.label(extension)}? Its phone stops working at once. "
        f"To keep the number and settings, use /ext disable {extension.number} instead."
    )
    buttons = [
        button("Delete", "ext_delete", f"{extension.number}:{extension.id}", style="danger"),
        button("Keep", "ext_keep", extension.number),
    ]
    return SlackMessage(
        escape(question), [section(escape(question)), {"type": "actions", "elements": buttons}]
    )


def button(label: str, action_id: str, value: str, **more: str) -> Block:
    """`style`: primary or danger."""
    text = {"type": "plain_text", "text": label}
    return {"type": "button", "action_id": action_id, "value": value, "text": text, **more}


def overview(statuses: Sequence[Status]) -> SlackMessage:
    """The whole phone system in a glance: the numbers, and what needs a look."""
    headline = wording.summary(statuses)
    waiting = [found for found in statuses if found.extension.state is not State.LIVE][:MOST_LINES]
    lines = sections([escape(wording.line(found)) for found in waiting])
    return SlackMessage(
        escape(headline),
        [
            section(f"*{escape(headline)}*"),
            *lines,
            context("`/ext list` shows all, `/ext status 101` one of them"),
        ],
    )


def help_text(commands: Sequence[tuple[str, str]]) -> SlackMessage:
    """Summaries are our own mrkdwn; usages are escaped here."""
    lines = [f"`/ext {escape(usage)}`\n{summary}" for usage, summary in commands]
    return SlackMessage("How to use /ext", [section("*How to use /ext*"), *sections(lines)])


def refusal(reason: str) -> SlackMessage:
    """What was wrong and what to type instead, as a sentence."""
    reason = reason[: LONGEST_SECTION - 100]
    return plain(f"⚠️ {reason[0].upper()}{reason[1:]}{'' if reason.endswith('.') else '.'}")
