"""Break the pure modules in random places, one at a time, and see whether their own test files notice.

    make mutation            # 100 places, with a new seed
    make mutation SEED=7     # the same places again, as long as the modules are the same

Prints what survives, as the line before and after, and exits 1 if fewer than LEAST percent are killed.
"""

from __future__ import annotations

import ast
import random
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.util import cache_from_source
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple

from tests.modules import ROOT, own_tests, pure_modules, tree_of
from tests.mutation.mutants import Place, places

PLACES = 100
LEAST = 85  # percent
AT_A_TIME = 2
MAX_SECONDS = 120.0  # seconds that the own test files of a whole module may take
SHOWN = 50  # characters before and after what differs
LISTING = ("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z")


class Mutant(NamedTuple):
    module: Path
    place: Place
    other: ast.AST

    def text(self) -> str:
        return self.place.module_with(self.other, tree_of(self.module))

    def __str__(self) -> str:
        before, after = ast.unparse(tree_of(self.module)), self.text()
        at = next(place for place, (old, new) in enumerate(zip(before, after, strict=False)) if old != new)
        shown = [each[max(at - SHOWN, 0) : at + SHOWN].replace("\n", "⏎") for each in (before, after)]
        return f"{self.module}:{self.place.line}\n  - {shown[0]}\n  + {shown[1]}"


class Copy:
    """A copy of the working tree, with a worker that runs tests in it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        names = subprocess.run(LISTING, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        for name in names.rstrip("\0").split("\0"):
            if (ROOT / name).is_file():  # a file that was deleted may be listed
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, folder / name)
        worker, pipe = [sys.executable, "tests/mutation/worker.py"], subprocess.PIPE
        self.worker = subprocess.Popen(worker, cwd=folder, stdin=pipe, stdout=pipe, text=True)

    def passes(self, module: Path, seconds: float, text: str) -> bool:
        """Return whether the module's own test files pass within so many seconds while `text` stands in its place."""
        self._write(module, text)
        assert self.worker.stdin
        assert self.worker.stdout
        print(round(seconds), *own_tests(module), file=self.worker.stdin, flush=True)
        exit_code = int(self.worker.stdout.readline())
        self._write(module, (ROOT / module).read_text())
        return exit_code == 0

    def _write(self, module: Path, text: str) -> None:
        """Without its compiled form, which Python tells from another's by size and second alone."""
        path = self._folder / module
        path.write_text(text)
        Path(cache_from_source(str(path))).unlink(missing_ok=True)


class Bench:
    """Copies of the tree, each for one run at a time."""

    def __init__(self, copies: list[Copy]) -> None:
        self._free: SimpleQueue[Copy] = SimpleQueue()
        for copy in copies:
            self._free.put(copy)

    def seconds(self, module: Path) -> float:
        """Return how long a mutant's tests may take. Raises SystemExit if those of the whole module do not pass."""
        started = time.monotonic()
        if not own_tests(module) or not self._passes(module, MAX_SECONDS, (ROOT / module).read_text()):
            raise SystemExit(f"{module} has no test file of its own that passes")
        return 10 + 5 * (time.monotonic() - started)

    def survives(self, mutant: Mutant, seconds: float) -> bool:
        return self._passes(mutant.module, seconds, mutant.text())

    def _passes(self, module: Path, seconds: float, text: str) -> bool:
        copy = self._free.get()
        try:
            return copy.passes(module, seconds, text)
        finally:
            self._free.put(copy)


def choose(seed: int) -> list[Mutant]:
    """Return PLACES different ones, all equally likely."""
    rng = random.Random(seed)  # noqa: S311 - nothing secret
    tested = [module for module in pure_modules() if own_tests(module)]
    everywhere = [(module, place) for module in tested for place in places(tree_of(module))]
    return [
        Mutant(module, place, rng.choice(place.others)) for module, place in rng.sample(everywhere, PLACES)
    ]


def survivors(mutants: list[Mutant], bench: Bench) -> list[Mutant]:
    modules = sorted({mutant.module for mutant in mutants})
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        seconds = dict(zip(modules, pool.map(bench.seconds, modules), strict=True))
        verdicts = list(pool.map(lambda each: bench.survives(each, seconds[each.module]), mutants))
    return [mutant for mutant, survived in zip(mutants, verdicts, strict=True) if survived]


def main(seed: int) -> int:
    """Print the survivors and the share of those killed; return the exit code."""
    print(f"{PLACES} places in {len(pure_modules())} pure modules, seed {seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="switchhook-") as folder:
        copies = [Copy(Path(folder) / str(number)) for number in range(AT_A_TIME)]
        survived = survivors(choose(seed), Bench(copies))
        for copy in copies:
            copy.worker.communicate()  # it ends with its input
    print(*sorted(map(str, survived)), f"{PLACES - len(survived)} of {PLACES} killed, seed {seed}", sep="\n")
    return int(len(survived) * 100 > (100 - LEAST) * PLACES)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else random.randrange(10_000)))  # noqa: S311
