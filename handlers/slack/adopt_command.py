"""`/ext adopt` and `/ext release`: shown first; adopt_actions.py does it when the button below is pressed."""

from __future__ import annotations

from typing import Any

from handlers import adoption_wording
from handlers.slack import command_text, list_messages, messages
from handlers.slack.blocks import SlackMessage, button, cut_plain, escape, plain_section
from handlers.slack.command_text import Arguments
from pbx.adoption import adopt_preview, release_preview
from pbx.adoption.answers import AdoptionPreview, ReleasePreview
from pbx.adoption.release_preview import ADOPTED, ALL, numbers_of
from pbx.errors import Refusal
from pbx.services import Services

ADOPT_ACTION, RELEASE_ACTION = "ext_adopt", "ext_release"  # action_id of the buttons


def run_adopt(services: Services, given: Arguments) -> SlackMessage:
    """Answer `/ext adopt <number>|all`. Raises SwitchhookError."""
    word = _word(given, "adopt", ALL)
    return show_adoption(adopt_preview.preview(services, numbers_to_adopt(word)), word)


def run_release(services: Services, given: Arguments) -> SlackMessage:
    """Answer `/ext release <number>|all|adopted`. Raises SwitchhookError."""
    word = _word(given, "release", ALL, ADOPTED)
    return show_release(release_preview.preview(services, numbers_of(services, word)), word)


def _word(given: Arguments, name: str, *others: str) -> str:
    """Return the number that was typed, or one of the other words that may be."""
    if len(given.words) != 1:
        raise Refusal(f"say which: {', or '.join(f'/ext {name} {each}' for each in ('101', *others))}")
    word = given.words[0].lower()
    return word if word in others else command_text.number(word)


def numbers_to_adopt(word: str) -> list[str] | None:
    """Return the number, or None for all."""
    return None if word == ALL else [word]


def show_adoption(preview: AdoptionPreview, word: str) -> SlackMessage:
    """Show what would become of each phone, with a button to do it."""
    can = bool(preview.candidates) and not preview.obstacle
    lines = adoption_wording.adoption(preview)
    return _asked(lines, [button("Adopt", ADOPT_ACTION, f"{word}:{preview.digest}", style="primary")] * can)


def show_release(preview: ReleasePreview, word: str) -> SlackMessage:
    """Show how each would be given back, with a button to do it."""
    can = bool(preview.restored or preview.written) and not preview.obstacle
    lines = adoption_wording.release(preview)
    return _asked(
        lines, [button("Give back", RELEASE_ACTION, f"{word}:{preview.digest}", style="danger")] * can
    )


def _asked(lines: list[str], buttons: list[dict[str, Any]]) -> SlackMessage:
    keep = [button("Keep", messages.KEEP_ACTION, "")] if buttons else []
    actions = [{"type": "actions", "elements": [*buttons, *keep]}] if buttons else []
    message = told(lines)
    return SlackMessage(message.text, [*message.blocks, *actions])


def told(lines: list[str]) -> SlackMessage:
    """Show as many lines as people scroll through."""
    headline, *rest = lines
    headline = cut_plain(headline, list_messages.MAX_LINE_LENGTH)
    return SlackMessage(escape(headline), [plain_section(headline), *list_messages.listed(rest)])
