"""`make bench`: the figures of “How fast” in docs/asterisk-notes.md, measured on this machine."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.bench import (
    acknowledge,
    bulk,
    calls,
    create,
    flood,
    imports,
    onboarding,
    page,
    registrations,
    replay,
    reports,
)

BENCHES: dict[str, Callable[[Path], None]] = {
    "acknowledge": acknowledge.run,
    "create": create.run,
    "bulk": bulk.run,
    "imports": imports.run,
    "calls": calls.run,
    "flood": flood.run,
    "registrations": registrations.run,
    "replay": replay.run,
    "page": page.run,
    "reports": reports.run,
    "onboarding": onboarding.run,
    "onboarding-killed": onboarding.run_killed,
}


def chosen(arguments: Sequence[str] | None = None) -> list[str]:
    """The names given, or all. Exits with 2 for one that there is not."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="name", help=f"all if none is given: {', '.join(BENCHES)}"
    )
    names: list[str] = parser.parse_args(arguments).names
    for name in names:  # not `choices`: Python 3.11 takes no name at all for a wrong one
        if name not in BENCHES:
            parser.error(f"there is no {name}; there are: {', '.join(BENCHES)}")
    return names or list(BENCHES)


def main() -> None:
    for name in chosen():
        print(f"\n{name}", flush=True)
        with tempfile.TemporaryDirectory(prefix="switchhook-bench-") as folder:
            BENCHES[name](Path(folder))


if __name__ == "__main__":
    main()
