"""Pure: whether a process took more at the end of its life than when it had settled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from statistics import median

from handlers.alerts import poster
from handlers.slack import answering, executor
from tests.soak.evidence_types import Difference, Evidence, Row

SHORTEST_SECONDS = 240.0  # of a life that is judged
# The poster's; the scheduler's; one for each job that may take long, and a few
LISTENER = poster.CHANNELS_AT_ONCE + 10 + 16
# Threads of pools come with what is done at the same moment, and stay: process → how many there may be in the end
POOLS = {
    "listener-1": LISTENER,
    "listener-2": LISTENER,
    "web worker": executor.WORKERS + executor.LOOKERS + answering.FIRST_THREADS + answering.LATER_THREADS,
}
ASTERISK_FILES = 20.0  # of two calls, which come and go
# figure → by how much of itself it may grow, and by how much at least to count
LIMITS = {"memory": (0.15, 15.0), "threads": (0.25, 4.0), "files": (0.25, 8.0)}


def growth(evidence: Evidence) -> list[Difference]:
    """Compare the last quarter of each process's life with the second one, by the middle of each."""
    lives = defaultdict[tuple[int, str], list[Row]](list)
    for sample in evidence.samples:
        lives[sample["pid"], sample["name"]].append(sample)
    return [found for (pid, name), life in lives.items() for found in _of_life(pid, name, life)]


def _of_life(pid: int, name: str, life: Sequence[Row]) -> list[Difference]:
    if life[-1]["at"] - life[0]["at"] < SHORTEST_SECONDS:
        return []
    quarter, found = len(life) // 4, []
    for figure, (share, least) in LIMITS.items():
        before = median(each[figure] for each in life[quarter : 2 * quarter])
        after = median(each[figure] for each in life[-quarter:])
        if figure == "threads" and after <= POOLS.get(name, 0):
            continue
        calls = ASTERISK_FILES if (name, figure) == ("asterisk", "files") else 0.0
        if after - before > max(least, share * before) + calls:
            what = f"{name} ({pid}) has grown: {figure} {before:g} → {after:g}"
            found.append(Difference("growth", what, {"from": life[0]["at"], "to": life[-1]["at"]}))
    return found
