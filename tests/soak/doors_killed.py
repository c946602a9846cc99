"""What comes by the other doors while the web process is killed every second: is it done once, and answered?

    make soak-doors                 # 200 requests to each
    make soak-doors REQUESTS=50 SEED=7 DATABASE=postgresql

Exits 1 if anything is lost, done twice, or said wrongly.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from models.api_token import Scope
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.handlers.hr.examples.standard import KEY
from tests.server import settings_for
from tests.slack_stand_in import SlackStandIn, SlackUser
from tests.soak.commands_killed import database
from tests.soak.doors import Door, Unanswered, doors
from tests.soak.killed_web import KilledWeb, kill_every_second
from tests.tokens import new_token

RATE, AT_ONCE = 3.0, 6  # requests a second to each door, and how many are on their way
PAUSE_SECONDS = 1.0
SETTLE_SECONDS = 20.0


class Use:
    """One door, used."""

    def __init__(self, door: Door, first: int, requests: int) -> None:
        self.door = door
        self.traces = [f"x{number}" for number in range(first, first + requests)]
        self.again = 0

    def run(self) -> None:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for sent in [pool.submit(self._until_answered, each) for each in self.traces]:
                sent.result()

    def _until_answered(self, trace: str) -> None:
        time.sleep(AT_ONCE / RATE)
        while True:
            try:
                return self.door.send(trace)
            except (requests.RequestException, Unanswered):
                self.again += 1
                time.sleep(PAUSE_SECONDS)

    def report(self) -> bool:
        times = {trace: self.door.times(trace) for trace in self.traces}
        lost = [trace for trace, count in times.items() if count == 0]
        twice = [trace for trace, count in times.items() if count > 1]
        print(f"{self.door.name}: {len(times)} answered, {self.again} times sent again")
        print(
            f"    lost: {len(lost)} {lost[:5]}; twice: {len(twice)} {twice[:5]}; said wrongly: {self.door.wrong[:5]}"
        )
        return not (lost or twice or self.door.wrong)


def run(arguments: argparse.Namespace, folder: Path) -> bool:
    """Return whether all is well."""
    with (
        database(arguments.database, folder) as url,
        Asterisk(folder / "pbx") as asterisk,
        SlackStandIn() as slack,
    ):
        services = Services.of(settings_for(asterisk, url))
        with KilledWeb(asterisk, slack, url, {"HR_WEBHOOK_SECRET": KEY}) as web:
            web.listen()
            token = new_token(web, "soak", Scope.ADMIN)
            admin = SlackUser(slack, web.url, user_id=web.admin_id)
            found = doors(web, services, admin, token)
            uses = [Use(door, 1000 * at, arguments.requests) for at, door in enumerate(found)]
            killed = _under_kills(web, uses, arguments.seed)
            print(f"{len(killed)} kills, {killed.count('master')} of them of the master")
            time.sleep(SETTLE_SECONDS)
            found_well = [use.report() for use in uses]
        services.database.close()
    return all(found_well)


def _under_kills(web: KilledWeb, uses: list[Use], seed: int) -> list[str]:
    done = threading.Event()
    with ThreadPoolExecutor(2) as beside, ThreadPoolExecutor(len(uses)) as pool:
        supervised = beside.submit(web.supervise, done)
        kills = beside.submit(kill_every_second, web, seed, done)
        try:
            for each in [pool.submit(use.run) for use in uses]:
                each.result()
        finally:
            done.set()
            killed = kills.result()
            supervised.result()
    return killed


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.soak.doors_killed", description=__doc__)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    with tempfile.TemporaryDirectory(prefix="switchhook-soak-") as folder:
        sys.exit(not run(parser.parse_args(), Path(folder)))


if __name__ == "__main__":
    main()
