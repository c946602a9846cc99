"""`python -m tests.asterisk_bed`: an Asterisk to try things on, until Ctrl-C."""

from __future__ import annotations

import contextlib
import shlex
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from .asterisk import Asterisk


def main() -> None:
    """Start it, print the environment as shell lines, and clean up on Ctrl-C or SIGTERM."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt), _bed() as asterisk:
        for name, value in asterisk.environment().items():
            print(f"export {name}={shlex.quote(value)}")
        print(f"# log: {asterisk.folder}/log/messages   end: Ctrl-C", flush=True)
        while asterisk.running:
            time.sleep(0.5)


@contextlib.contextmanager
def _bed() -> Iterator[Asterisk]:
    with tempfile.TemporaryDirectory(prefix="bed-") as folder, Asterisk(Path(folder)) as asterisk:
        yield asterisk


if __name__ == "__main__":
    main()
