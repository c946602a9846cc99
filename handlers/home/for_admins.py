"""Pure: the part of a Home that admins alone have: how the phone system is, and what waits for them."""

from __future__ import annotations

from collections.abc import Iterator

from handlers import wording
from handlers.alerts import incident_messages
from handlers.home.content import HomeContent, Trouble
from handlers.home.pieces import titled
from handlers.slack.blocks import Block, actions, clock, context, cut, escape, section, sections
from handlers.slack.command_buttons import command_button
from models.extension import Extension

MAX_REASON_LENGTH = 700


def blocks(content: HomeContent) -> list[Block]:
    """Return nothing for somebody who is no admin."""
    if content.trouble is None:
        return []
    return titled(
        "Phone system",
        *sections(list(_health(content.trouble))),
        actions(
            command_button("Create an extension", "create", style="primary"),
            command_button("Doctor", "doctor"),
            command_button("Who changed what", "audit"),
        ),
        *_not_live(content.trouble),
        *_deliveries(content.trouble),
    )


def _health(trouble: Trouble) -> Iterator[str]:
    """Yield a line for each part, what is wrong with its remedy."""
    yield f"❌ {_sentence(trouble.asterisk)}" if trouble.asterisk else "✅ Asterisk is connected"
    if trouble.listener:
        yield f"❌ {cut(escape(f'The listener: {trouble.listener}'), MAX_REASON_LENGTH)}"
    else:
        yield "✅ The listener runs"
    for subject, since in trouble.incidents:
        yield from _incident(subject, since)


def _incident(subject: str, since: float) -> Iterator[str]:
    """Yield nothing for a subject of another version."""
    try:
        about = incident_messages.texts(subject)
    except KeyError:
        return
    yield f"⚠️ {escape(about.opened)}, since {clock(since)}. {escape(about.hint)}"


def _not_live(trouble: Trouble) -> list[Block]:
    if not trouble.not_live_count:
        return []
    left_out = trouble.not_live_count - len(trouble.not_live)
    more = [context(f"… and {left_out} more: `/ext status` shows them")] if left_out else []
    count = "1 extension is" if trouble.not_live_count == 1 else f"{trouble.not_live_count} extensions are"
    shown = [block for row in trouble.not_live for block in _one_not_live(row)]
    return [section(f"*{count} not live*"), *shown, *more]


def _one_not_live(row: Extension) -> list[Block]:
    reason = escape(wording.ended(wording.configuration(row)))
    text = section(cut(f"⚠️ *{row.number} · {escape(row.name)}*\n{reason}", MAX_REASON_LENGTH))
    again = command_button("Try again", f"verify {row.number}", about=row)
    return [text, actions(again, command_button("Doctor", f"doctor {row.number}", about=row))]


def _deliveries(trouble: Trouble) -> list[Block]:
    if not trouble.delivery_count:
        return []
    left_out = trouble.delivery_count - len(trouble.deliveries)
    more = [context(f"… and {left_out} more: `/ext hr` shows them")] if left_out > 0 else []
    asked = [block for each in trouble.deliveries for block in each]
    return [section(f"*Waiting for an admin: {trouble.delivery_count} from HR*"), *asked, *more]


def _sentence(reason: str) -> str:
    return cut(escape(wording.ended(reason)), MAX_REASON_LENGTH)
