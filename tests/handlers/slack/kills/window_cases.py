"""Forms that are submitted, and presses in windows and in App Home."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from handlers.home import action_ids
from handlers.slack.command_buttons import command_button
from tests.handlers.slack.kills.bed import Bed
from tests.handlers.slack.kills.cases import DONE, Case, admin, alice, row


def form(
    text: str, before: Callable[[Bed], object] = lambda _bed: None, otherwise: str = "", **typed: Any
) -> Case:
    """The form that `/ext <text>` opens, submitted with what was typed."""

    def act(bed: Bed) -> None:
        admin(bed).command("/ext", text)
        bed.finish()
        (view,) = bed.slack.windows()
        bed.now()
        admin(bed).submit(view, typed)

    return Case(f"form of {text} with {typed}", act, before, otherwise)


def in_home(action: Callable[[Bed], dict[str, Any]], name: str) -> Case:
    def act(bed: Bed) -> None:
        element = action(bed)
        home = {"type": "home", "id": "V1", "blocks": [{"type": "actions", "elements": [element]}]}
        bed.now()
        admin(bed).click(home, element["action_id"])

    return Case(f"press of {name} in App Home", act, alice)


def _open_home(bed: Bed) -> None:
    bed.now()
    admin(bed).open_home()


WINDOWS = (
    form("create", name="Alice", number="101"),
    form("create", name="Alice", number=""),
    form("set 101", alice, name="Carol"),
    form("alerts set", otherwise=DONE, topic="calls", channel="C0PHONES", numbers="100-149"),
    form("nat set", media="203.0.113.7"),
    in_home(lambda bed: command_button("Disable", "disable 101", about=row(bed)), "Disable"),
    in_home(lambda _bed: {"type": "button", "action_id": action_ids.REFRESH, "value": "-"}, "Refresh"),
    Case("App Home opened", _open_home, alice),
)
