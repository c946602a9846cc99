"""What there are pictures of: every kind of message and window, once as usual and once as bad as it gets."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from handlers.onboarding.linphone import qr_code
from handlers.slack.blocks import Block, SlackMessage
from handlers.slack.message_content import MessageContent
from tests.handlers.slack.message_strategies import ANSWERS, CONTENTS
from tests.handlers.slack.modal_strategies import MODALS
from tests.handlers.slack.row_strategies import BAD_WORDS
from tests.pictures import page
from tests.pictures.ordinary import ORDINARY
from tests.pictures.ordinary.conversations import CONVERSATIONS
from tests.pictures.ordinary.parts import Shown, Typed, View
from tests.pictures.renderer import Surface

Part = SlackMessage | View | Typed
STRATEGIES: dict[str, st.SearchStrategy[Any]] = {**CONTENTS, **ANSWERS, **MODALS}
SENT_AT = 1_773_323_100_000  # milliseconds since the epoch: 12 March 2026, 14:45 in Berlin
EXAMPLES = 12  # of which the worst is shown


@dataclass(frozen=True)
class Scene:
    """One or more messages below each other, or one window. `title` names the PNGs."""

    title: str
    shown: Sequence[Part]
    only_you: bool = False  # answers to a command are
    is_sharp: bool = False  # for the documents

    def html(self, drawn: Mapping[str, str], theme: str) -> str:
        """Return what the page shows. `drawn`: HTML of the surfaces by their ids."""
        return "".join(
            self._framed(part, drawn.get(f"{self.title}.{at}.{theme}", ""))
            for at, part in enumerate(self.shown)
        )

    def _framed(self, part: Part, blocks: str) -> str:
        if isinstance(part, Typed):
            return page.typed(part.by, part.text, part.at)
        if isinstance(part, SlackMessage):
            return page.only_you(blocks) if self.only_you else blocks
        if part["type"] == "home":
            return page.home(blocks)
        submit = part["submit"]["text"] if "submit" in part else None
        close = part["close"]["text"] if "close" in part else "Close"
        return page.window(part["title"]["text"], blocks, close, submit)


def surfaces(scene: Scene, theme: str) -> Iterator[Surface]:
    """Yield what the renderer draws of a scene."""
    for at, part in enumerate(scene.shown):
        if not isinstance(part, Typed):
            headline = {"logo": page.LOGO, "time": SENT_AT} if isinstance(part, SlackMessage) else None
            yield Surface(f"{scene.title}.{at}.{theme}", _offline(blocks_of(part)), theme, headline)


def _offline(part: Any) -> Any:
    """Return blocks with a picture in place of each that Slack would fetch: the QR code that is behind our addresses."""
    if isinstance(part, dict):
        code = {"image_url": qr_picture(part["image_url"])} if "image_url" in part else {}
        return {name: _offline(value) for name, value in part.items()} | code
    return [_offline(each) for each in part] if isinstance(part, list) else part


def qr_picture(url: str) -> str:
    return f"data:image/png;base64,{base64.b64encode(qr_code(url)).decode()}"


def scenes(only: str) -> Iterator[Scene]:
    """Yield those whose title has `only` in it."""
    for title, conversation in CONVERSATIONS.items():
        if only in title:
            yield Scene(title, list(map(_surface, conversation())), is_sharp=True)
    for kind in STRATEGIES:
        if only in (title := f"{kind}.ordinary"):
            yield Scene(title, [_surface(ORDINARY[kind]())], only_you=kind in ANSWERS)
        if only in (title := f"{kind}.hostile"):
            yield Scene(title, [worst(kind)], only_you=kind in ANSWERS)


def _surface(shown: Shown | Typed) -> Part:
    return shown.as_posted() if isinstance(shown, MessageContent) else shown


def worst(kind: str) -> Part:
    """Return of some examples the one with most kinds of bad words; the longest of these. It is the same each time."""
    found: list[Part] = []

    @seed(12)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(STRATEGIES[kind])
    def collect(shown: Shown) -> None:
        found.append(_surface(shown))

    collect()
    return max(found, key=_badness)


def _badness(shown: Part) -> tuple[int, int]:
    text = json.dumps(blocks_of(shown), ensure_ascii=False)
    return sum(word.strip() in text for word in BAD_WORDS), len(text)


def blocks_of(shown: Part) -> list[Block]:
    """Return its blocks; of a message without any, its text."""
    if isinstance(shown, dict):
        blocks: list[Block] = shown["blocks"]
        return blocks
    if isinstance(shown, Typed):
        return []
    return shown.blocks or [{"type": "section", "text": {"type": "mrkdwn", "text": shown.text}}]
