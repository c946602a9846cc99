"""What goes wrong: a table of troubles, and who brings them on, by a seed, with pauses in which all is to recover."""

from __future__ import annotations

import random
import signal
import threading
import time
from collections.abc import Callable

from tests.soak.processes import children, send
from tests.soak.world import World

Trouble = Callable[[World, random.Random], object]  # brings it on, and is over when it returns

SLACK_METHODS = (
    "chat.postMessage", "chat.update", "conversations.history", "conversations.open", "users.info", "users.lookupByEmail",
    "views.open", "views.update", "views.publish", "response_url", "auth.test",
)  # fmt: skip
CALM_SECONDS = (6.0, 14.0)


def kill(unit: str) -> Trouble:
    return lambda world, _: send([world.units[unit].pid], signal.SIGKILL)


def kill_a_worker(world: World, dice: random.Random) -> None:
    workers = children(world.units["web"].pid)
    if workers:
        send([dice.choice(workers)], signal.SIGKILL)


def freeze(unit: str) -> Trouble:
    def bring(world: World, dice: random.Random) -> None:
        frozen = world.units[unit].family()
        send(frozen, signal.SIGSTOP)
        time.sleep(dice.uniform(1, 15))
        send(frozen, signal.SIGCONT)

    return bring


def freeze_a_worker(world: World, dice: random.Random) -> None:
    workers = children(world.units["web"].pid)
    frozen = dice.sample(workers, min(1, len(workers)))
    send(frozen, signal.SIGSTOP)
    time.sleep(dice.uniform(1, 15))
    send(frozen, signal.SIGCONT)


def kill_both_listeners(world: World, _: random.Random) -> None:
    send([world.units["listener-1"].pid, world.units["listener-2"].pid], signal.SIGKILL)


def kill_asterisk(world: World, _: random.Random) -> None:
    send([world.asterisk.pid], signal.SIGKILL)
    wait_until(lambda: world.asterisk.running, 30)


def freeze_asterisk(world: World, dice: random.Random) -> None:
    pid = world.asterisk.pid
    send([pid], signal.SIGSTOP)
    time.sleep(dice.uniform(1, 12))
    send([pid], signal.SIGCONT)


def kill_database(world: World, _: random.Random) -> None:
    world.database.kill()


def freeze_database(world: World, dice: random.Random) -> None:
    world.database.freeze(dice.uniform(2, 15))


def slack(**fault: object) -> Trouble:
    """Have all of Slack fail like that for a while."""

    def bring(world: World, dice: random.Random) -> None:
        for method in SLACK_METHODS:
            world.slack.fail_until_cleared(method, **fault)  # type: ignore[arg-type] # the table below says which
        time.sleep(dice.uniform(5, 25))
        world.slack.clear_faults()

    return bring


def refuse(world: World, dice: random.Random) -> None:
    """Have Slack take no connections."""
    world.gate.close()
    time.sleep(dice.uniform(5, 25))
    world.gate.open()


def fill(disk: str) -> Trouble:
    def bring(world: World, dice: random.Random) -> None:
        if disk in world.disks:
            world.disks[disk].fill()
            time.sleep(dice.uniform(4, 15))
            world.disks[disk].free()

    return bring


def move_clock(world: World, dice: random.Random) -> None:
    """By less than five minutes: what is signed would be refused beyond, and rightly so."""
    world.clock.move(dice.choice((-1, 1)) * dice.uniform(20, 200))
    time.sleep(dice.uniform(5, 20))
    world.clock.move(0)


def deploy(world: World, _: random.Random) -> None:
    """End all in order, one after the other, as for a new version."""
    for unit in world.units.values():
        before = unit.pid
        send([before], signal.SIGTERM)
        wait_until(lambda unit=unit, before=before: unit.is_running and unit.pid != before, 100)  # type: ignore[misc] # mypy cannot infer a lambda with defaults
        time.sleep(3.0)


TROUBLES: dict[str, Trouble] = {
    "web worker killed": kill_a_worker,
    "web killed": kill("web"),
    "listener 1 killed": kill("listener-1"),
    "listener 2 killed": kill("listener-2"),
    "both listeners killed": kill_both_listeners,
    "web worker frozen": freeze_a_worker,
    "web frozen": freeze("web"),
    "listener 1 frozen": freeze("listener-1"),
    "listener 2 frozen": freeze("listener-2"),
    "Asterisk killed": kill_asterisk,
    "Asterisk frozen": freeze_asterisk,
    "database killed": kill_database,
    "database frozen": freeze_database,
    "Slack refuses": refuse,
    "Slack is away": slack(status=503),
    "Slack fails": slack(status=500),
    "Slack limits": slack(status=429, retry_after=5),
    "Slack hangs": slack(hang=20.0),
    "disk of the database full": fill("of the database"),
    "disk of Asterisk's files full": fill("of Asterisk's files"),
    "clock moved": move_clock,
    "deploy": deploy,
}


def wait_until(is_so: Callable[[], object], seconds: float) -> None:
    """Wait until it is so, or the time is over."""
    deadline = time.monotonic() + seconds
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.1)


class Troublemaker:
    """Brings on one trouble after the other, sometimes two at once; each kind about equally often, by the seed."""

    def __init__(self, world: World, names: list[str], seed: int) -> None:
        self._world, self._names = world, names
        self._random = random.Random(seed)  # noqa: S311 (no secret)
        self._deck: list[str] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="trouble")
        self.now = ""  # what goes on

    def start(self) -> None:
        if self._names:
            self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._names:
            self._thread.join(150)

    def _run(self) -> None:
        while not self._stop.wait(self._random.uniform(*CALM_SECONDS)):
            several = [self._next() for _ in range(2 if self._random.random() < 0.15 else 1)]
            self.now = " and ".join(several)
            threads = [threading.Thread(target=self._bring, args=(name,), daemon=True) for name in several]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.now = ""

    def _bring(self, name: str) -> None:
        dice = random.Random(self._random.random())  # noqa: S311 (no secret)
        self._world.record.note("trouble", name=name)
        try:
            TROUBLES[name](self._world, dice)
        except Exception as error:
            self._world.record.note(
                "trouble failed", name=name, error=f"{type(error).__name__}: {error}"[:500]
            )
        self._world.record.note("trouble over", name=name)

    def _next(self) -> str:
        if not self._deck:
            self._deck = self._random.sample(self._names, len(self._names))
        return self._deck.pop()
