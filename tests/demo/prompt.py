"""The prompt that `make demo` leaves on a terminal: type as if into Slack."""

from __future__ import annotations

from typing import Any

from rich.markup import escape

from tests.demo.stage import Stage


def prompt(stage: Stage) -> None:
    """Until Ctrl-D, Ctrl-C or `quit`."""
    stage.console.print("\nNow you: type [bold]/ext help[/], a button's name, or [bold]quit[/].")
    shown: dict[str, Any] = {}
    while True:
        try:
            line = stage.console.input("\n[bold cyan]Slack>[/] ").strip()
        except (EOFError, KeyboardInterrupt):
            return
        if line == "quit":
            return
        shown = _one(stage, line, shown)


def _one(stage: Stage, line: str, shown: dict[str, Any]) -> dict[str, Any]:
    """Carries out one line; what Slack shows afterwards."""
    buttons = _buttons(shown)
    if line.strip("[ ]").lower() in buttons:
        return stage.answer(stage.admin.click(shown, buttons[line.strip("[ ]").lower()]))
    if line.startswith("/ext"):
        return stage.type(line)
    if line:
        stage.say(
            f"Slack commands begin with /ext{', buttons here: ' + ', '.join(buttons) if buttons else ''}"
        )
    return shown


def _buttons(shown: dict[str, Any]) -> dict[str, str]:
    """label in small letters → action_id"""
    elements = [
        element
        for block in shown.get("blocks", [])
        if block["type"] == "actions"
        for element in block["elements"]
    ]
    return {escape(element["text"]["text"]).lower(): element["action_id"] for element in elements}
