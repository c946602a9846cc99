"""The prompt that `make demo` leaves on a terminal: type as if into Slack, press by number, fill in windows."""

from __future__ import annotations

import json
from typing import Any

from tests.demo.choices import choices, entered, fields
from tests.demo.stage import Stage
from tests.slack_stand_in import as_text

HELP = (
    "\nNow you: type [bold]/ext help[/], the number of a button, or [bold]quit[/]. In a window: [bold]label=value[/], "
    "[bold]submit[/], [bold]close[/]."
)


def prompt(stage: Stage) -> None:
    """Until Ctrl-D, Ctrl-C or `quit`."""
    stage.console.print(HELP)
    desk = Desk(stage)
    while True:
        try:
            line = stage.console.input("\n[bold cyan]Slack>[/] ").strip()
        except (EOFError, KeyboardInterrupt):
            return
        if line == "quit":
            return
        try:
            desk.do(line)
        except (TimeoutError, LookupError, AssertionError) as wrong:
            stage.say(f"Slack shows nothing new: {wrong}")


class Desk:
    """What its person sees, and has filled in so far."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._shown: dict[str, Any] = {}
        self._typed: dict[str, Any] = {}

    def do(self, line: str) -> None:
        """Carry out one line. Raises TimeoutError, LookupError, AssertionError."""
        pressable, name = choices(self._shown), line.partition("=")[0].strip().lower()
        if line.startswith("/ext"):
            self._show(self._stage.type_anything(line))
        elif line.isdecimal() and 0 < int(line) <= len(pressable):
            chosen = pressable[int(line) - 1]
            self._show(self._stage.press(self._shown, chosen.action_id, chosen.value, self._typed))
        elif "=" in line and name in fields(self._shown):
            element = fields(self._shown)[name]
            self._typed[element["action_id"]] = entered(element, line.partition("=")[2].strip())
        elif line in ("submit", "close") and self._shown.get("type") == "modal":
            self._leave(line)
        elif line:
            self._stage.say("Slack commands begin with /ext; buttons are pressed by their number")

    def _leave(self, how: str) -> None:
        if how == "close":
            self._stage.admin.close(self._shown)
            self._show({})
            return
        errors = json.loads(self._stage.admin.submit(self._shown, self._typed).body or "{}").get("errors")
        for label, wrong in (errors or {}).items():
            self._stage.say(f"{label}: {wrong}")
        if not errors:
            self._show(self._stage.left_open(self._shown["id"]))

    def _show(self, shown: dict[str, Any]) -> None:
        """Show it with its numbers; nothing: the window is closed."""
        self._shown, self._typed = shown, {}
        self._stage.show(as_text(shown) if shown else "(The window is closed.)")
        for number, choice in enumerate(choices(shown), 1):
            self._stage.say(f"  {number}: {choice.label}")
        if names := ", ".join(fields(shown)):
            self._stage.say(f"  To fill in: {names}; then submit")
