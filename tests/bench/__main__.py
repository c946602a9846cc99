"""`make bench`: the figures of README's “How fast”, measured on this machine."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench import acknowledge, calls, create, onboarding, replay

BENCHES: dict[str, Callable[[Path], None]] = {
    "acknowledge": acknowledge.run,
    "create": create.run,
    "calls": calls.run,
    "replay": replay.run,
    "onboarding": onboarding.run,
    "onboarding-killed": onboarding.run_killed,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=BENCHES, help="which; all of them if none is named")
    for name in parser.parse_args().names or BENCHES:
        print(f"\n{name}", flush=True)
        with tempfile.TemporaryDirectory(prefix="switchhook-bench-") as folder:
            BENCHES[name](Path(folder))


if __name__ == "__main__":
    main()
