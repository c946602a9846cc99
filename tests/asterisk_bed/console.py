"""Asterisk's command line, as `asterisk -rx` asks it."""

from __future__ import annotations

import subprocess

CLI_SECONDS = 60.0


class AsteriskError(RuntimeError):
    """Asterisk did not start, or does not answer its command line."""


def ask_console(argv: list[str], command: str) -> str:
    """Return the output of a console command; `argv` starts Asterisk. Raises AsteriskError."""
    try:
        run = subprocess.run(
            [*argv, "-n", "-rx", command], capture_output=True, text=True, timeout=CLI_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise AsteriskError(f"no answer to {command!r} in {CLI_SECONDS:g} s") from error
    if run.returncode:
        raise AsteriskError(f"{command!r}: {run.stdout}{run.stderr}")
    return run.stdout
