"""What Asterisk writes to its log files, and what can be read from them."""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

RELOADED = ("res_pjsip.so", "pbx_config.so", "app_voicemail.so")
BIND_FAILURES = ("Address already in use", "binding failed", "Unable to bind")
TAIL_LINES = 30
TIMEOUT_SECONDS = 60.0


class Log:
    """The log of one bed over all its runs. `console` is what Asterisk prints before it can log."""

    def __init__(self, folder: Path) -> None:
        self.console = folder / "console"
        self._messages = folder / "messages"
        self._run_start = 0

    def text(self) -> str:
        """Every line so far."""
        return self._messages.read_text(errors="replace") if self._messages.exists() else ""

    def begin_run(self) -> None:
        """From here on it is another run of Asterisk, or another test of the same."""
        self._run_start = self._messages.stat().st_size if self._messages.exists() else 0

    def begin_run_after(self, module: str, reloads: int) -> None:
        """Begin another run when the module has been reloaded so often: Asterisk writes its log a little later."""
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while self.reload_counts()[module] < reloads and time.monotonic() < deadline:
            time.sleep(0.01)
        self.begin_run()

    def reload_counts(self) -> dict[str, int]:
        """How often the loader has reloaded each module in this run; those that it has not are left out."""
        run = self._of_this_run()
        counts = {module: run.count(f"Reloading module '{module}'") for module in RELOADED}
        return Counter({module: count for module, count in counts.items() if count})

    def settle(self, cli: Callable[[str], str]) -> None:
        """Wait until what Asterisk has done is written: a thread of its own writes, in the order of what it is told."""
        mark = secrets.token_hex(8)
        cli(f"dialplan set global LOGGED {mark}")
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while mark not in self._of_this_run() and time.monotonic() < deadline:
            time.sleep(0.005)

    def lost_a_port(self) -> bool:
        """True when a port of this run was taken by another program."""
        run = self._of_this_run()
        return any(failure in run for failure in BIND_FAILURES)

    def tail(self) -> str:
        """The last lines, for an error message."""
        console = self.console.read_text(errors="replace") if self.console.exists() else ""
        return "\n".join((console + self.text()).splitlines()[-TAIL_LINES:])

    def _of_this_run(self) -> str:
        if not self._messages.exists():
            return ""
        with self._messages.open("rb") as messages:
            messages.seek(self._run_start)
            return messages.read().decode(errors="replace")
