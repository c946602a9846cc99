"""`/ext presence`: what lamps show, and who watches whom."""

from __future__ import annotations

from handlers import presence_wording
from handlers.slack import command_text, list_messages
from handlers.slack.blocks import SlackMessage, escape, plain_context, section, sections
from handlers.slack.command_text import Arguments
from pbx import hints
from pbx.errors import Refusal
from pbx.hint_states import Presence
from pbx.services import Services


def run(services: Services, given: Arguments) -> SlackMessage:
    """Answer `/ext presence [number]`. Raises SwitchhookError."""
    number = _number(given)
    return presence(hints.presence(services, number), number, with_devices=given.is_admin)


def _number(given: Arguments) -> str | None:
    """Return the number; a hint of the administrator's may also be a word, such as `night`. Raises Refusal."""
    if len(given.words) > 1:
        raise Refusal("that takes one number, or none: /ext presence 101")
    return command_text.exten(given.words[0]) if given.words else None


def presence(found: Presence, number: str | None, *, with_devices: bool = True) -> SlackMessage:
    """Show hints, their states and their watchers, as many as people scroll through; to admins with devices."""
    headline = escape(presence_wording.headline(found))
    lines = presence_wording.lines(found, number, with_devices=with_devices)
    warnings = [f"⚠️ {warning}" for warning in found.warnings]
    return SlackMessage(
        "\n".join([headline, *map(escape, warnings)]),
        [
            section(f"*{headline}*"),
            *list_messages.listed(lines, more=": `/ext presence 101` shows one of them"),
            *sections(warnings, plain_context),
        ],
    )
