"""`make soak`: see tests/soak/README.md; `python -m tests.soak --help` has the options."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.server import PROJECT
from tests.soak import own_namespace
from tests.soak.run import judge_again, run
from tests.soak.trouble import TROUBLES
from tests.soak.world import Options, new_folder


def options(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=7, help="of what is done, and of what goes wrong")
    parser.add_argument(
        "--trouble",
        nargs="*",
        metavar="NAME",
        help=f"these alone; none: all goes well. {', '.join(TROUBLES)}",
    )
    parser.add_argument(
        "--every", type=float, default=10.0, help="seconds between two calls of a pair of simulated phones"
    )
    parser.add_argument("--judge", type=Path, metavar="FOLDER", help="judge what a run has left once more")
    parser.add_argument("--folder", type=Path, default=PROJECT / "soak")
    return parser.parse_args(arguments)


def main() -> int:
    given = options()
    if given.judge:
        return judge_again(given.judge)
    has_disks = own_namespace.enter()
    if not has_disks:
        print("no small disks can be mounted here (unshare): no disk will be full")
    names = list(TROUBLES) if given.trouble is None else given.trouble
    if unknown := set(names) - set(TROUBLES):
        print(f"there is no trouble of that name: {', '.join(sorted(unknown))}")
        return 2
    chosen = Options(given.minutes, given.database, given.seed, given.every, has_disks, tuple(names))
    return run(new_folder(given.folder), chosen)


if __name__ == "__main__":
    sys.exit(main())
