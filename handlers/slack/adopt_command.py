"""`/ext adopt` and `/ext release`: shown first, and done when the button below is pressed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_bolt import App

from handlers import adoption_wording
from handlers.slack import command_text, messages
from handlers.slack.blocks import SlackMessage, button, cut, escape, section
from handlers.slack.command_text import Arguments
from handlers.slack.replies import acknowledge, reply
from models.actor import Actor
from pbx.adoption import adopt, adopt_preview, release, release_preview
from pbx.adoption.answers import AdoptionPreview, ReleasePreview
from pbx.adoption.release_preview import ADOPTED, ALL, numbers_of
from pbx.errors import Refusal
from pbx.services import Services

ADOPT_ACTION, RELEASE_ACTION = "ext_adopt", "ext_release"  # action_id of the buttons


def run_adopt(services: Services, given: Arguments) -> SlackMessage:
    """Answer `/ext adopt <number>|all`. Raises SwitchhookError."""
    word = _word(given, "adopt", ALL)
    return show_adoption(adopt_preview.preview(services, _numbers(word)), word)


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


def _numbers(word: str) -> list[str] | None:
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
    headline = cut(escape(headline), messages.MAX_LINE_LENGTH)
    return SlackMessage(headline, [section(headline), *messages.listed(rest)])


def _adopt_confirmed(services: Services, user_id: str, value: str) -> SlackMessage:
    """Do what an Adopt button says. Raises SwitchhookError."""
    word, _, seen = value.partition(":")
    done = adopt.adopt(services, _numbers(word), by=Actor.slack(user_id), seen=seen)
    return told(adoption_wording.adopted(done))


def _release_confirmed(services: Services, user_id: str, value: str) -> SlackMessage:
    """Do what a “Give back” button says. Raises SwitchhookError."""
    word, _, seen = value.partition(":")
    done = release.release(services, numbers_of(services, word), by=Actor.slack(user_id), seen=seen)
    return told(adoption_wording.released(done))


def register(bolt: App, services: Services, must_be_admin: Callable[[str], None]) -> None:
    """Register the buttons with Bolt. `must_be_admin` raises Refusal for anybody else."""

    def listener(
        confirmed: Callable[[Services, str, str], SlackMessage],
    ) -> Callable[[dict[str, Any], dict[str, Any]], None]:
        def pressed(body: dict[str, Any], action: dict[str, Any]) -> None:
            def work() -> SlackMessage:
                must_be_admin(body["user"]["id"])
                return confirmed(services, body["user"]["id"], action["value"])

            reply(body["response_url"], work, replace_original=True)

        return pressed

    bolt.action(ADOPT_ACTION)(ack=acknowledge, lazy=[listener(_adopt_confirmed)])
    bolt.action(RELEASE_ACTION)(ack=acknowledge, lazy=[listener(_release_confirmed)])
