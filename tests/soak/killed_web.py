"""The web process under a supervisor that starts it again, as systemd does, and what kills it meanwhile."""

from __future__ import annotations

import os
import random
import signal
import threading
from contextlib import suppress

import requests

from tests.server import Switchhook

LOOK_SECONDS = 0.05
KILL_SECONDS = 1.0  # from one kill to the next
MASTERS = 0.3  # of all kills: the others are of one worker


class KilledWeb(Switchhook):
    """gunicorn, started again whenever it has ended; what it leaves of its workers is killed first, as systemd does."""

    is_preloaded = True

    def supervise(self, stopping: threading.Event) -> None:
        """Start it again until this is to stop; to be run in a thread."""
        while not stopping.wait(LOOK_SECONDS):
            if self.web.poll() is not None:
                with suppress(ProcessLookupError):
                    os.killpg(self.web.pid, signal.SIGKILL)
                self._processes.remove(self.web)
                self.web = self._spawn("gunicorn", self.application)

    def is_up(self) -> bool:
        """Return whether requests of Slack's reach a worker."""
        if self.slack.socket_mode:
            return bool(self.slack.sockets.connections())
        try:
            return requests.get(f"{self.url}/healthz", timeout=KILL_SECONDS).ok
        except requests.RequestException:
            return False

    def workers(self) -> list[int]:
        """Return the process IDs of those there are now: none while the master is gone."""
        with suppress(OSError):
            return super().workers()
        return []

    def kill_one(self, dice: random.Random) -> str:
        """Kill the master or one of its workers; return which."""
        workers = self.workers()
        is_master = dice.random() < MASTERS or not workers
        with suppress(ProcessLookupError):
            os.kill(self.web.pid if is_master else dice.choice(workers), signal.SIGKILL)
        return "master" if is_master else "worker"


def kill_every_second(web: KilledWeb, seed: int, stopping: threading.Event) -> list[str]:
    """Kill one of its processes each second until this is to stop; return which.

    Where it takes longer than a second to start, as on a busy machine, it is killed once it is up: else it never would be.
    """
    dice, killed = random.Random(seed), list[str]()  # noqa: S311  # chosen again by the same seed
    while not stopping.wait(KILL_SECONDS):
        if web.is_up():
            killed.append(web.kill_one(dice))
    return killed
