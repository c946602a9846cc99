"""Two listeners, of which the one that works is killed or frozen again and again, while calls and registrations go on.

At the end what phones, Asterisk's CDR, the event table and Slack say of calls and phones is compared. Prints how long it took each
time until the other one had the lease, and with it had stored what the first had not.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import statistics
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from models.lease import LISTENER_LEASE, NOBODY, Lease
from tests.server import PROJECT
from tests.soak import phone_calls, verdict_calls
from tests.soak.evidence import collect
from tests.soak.evidence_types import Evidence
from tests.soak.growth import Watch
from tests.soak.processes import Unit, send
from tests.soak.run import rest
from tests.soak.sipp_calls import PAIRS, SippCalls
from tests.soak.trouble import wait_until
from tests.soak.world import Options, World, new_folder

FROZEN = 0.15  # of all times: else it is killed
FROZEN_SECONDS = (3.5, 7.0)
BETWEEN_SECONDS = (0.5, 3.0)
LISTENERS = ("listener-1", "listener-2")
PATIENCE_SECONDS = 60.0


class Holders:
    """The two listeners, and which of them has the lease."""

    def __init__(self, world: World, seed: int) -> None:
        self._world = world
        self._dice = random.Random(seed)  # noqa: S311 (no secret)
        self._units = {name: world.units[name] for name in LISTENERS}
        self._read = dict.fromkeys(LISTENERS, 0)  # how far the logs tell of processes that have ended
        self.took: dict[str, list[float]] = {"killed": [], "frozen": []}
        self.locked = (
            0  # times that it was frozen in the middle of a write: SQLite's file is locked then, for all
        )

    def strike(self) -> None:
        """Kill or freeze the one that works, as soon as the other one stands by."""
        wait_until(lambda: all(map(self._follows, LISTENERS)), PATIENCE_SECONDS)
        time.sleep(self._dice.uniform(*BETWEEN_SECONDS))
        holder = self._holder()
        name = next((name for name, unit in self._units.items() if f":{unit.pid}-" in holder), None)
        if name is None:  # it is about to change hands
            return
        if self._dice.random() < FROZEN:
            self._freeze(self._units[name], holder)
        else:
            self._kill(name, holder)

    def _kill(self, name: str, holder: str) -> None:
        pid = self._units[name].pid
        send([pid], signal.SIGKILL)
        self.took["killed"].append(self._wait_for_another(holder))
        wait_until(lambda: self._units[name].pid != pid, PATIENCE_SECONDS)
        self._read[name] = self._log(name).stat().st_size

    def _freeze(self, unit: Unit, holder: str) -> None:
        end = time.monotonic() + self._dice.uniform(*FROZEN_SECONDS)
        send([unit.pid], signal.SIGSTOP)
        try:
            self.took["frozen"].append(self._wait_for_another(holder, max(FROZEN_SECONDS)))
        except TimeoutError:
            self.locked += 1
        time.sleep(max(0.0, end - time.monotonic()))
        send([unit.pid], signal.SIGCONT)

    def _wait_for_another(self, holder: str, timeout: float = PATIENCE_SECONDS) -> float:
        """Return after how many seconds another has the lease. Raises TimeoutError."""
        begun = time.monotonic()
        while self._holder() in (holder, NOBODY):
            if time.monotonic() - begun > timeout:
                raise TimeoutError("nobody takes over")
            time.sleep(0.005)
        return time.monotonic() - begun

    def _holder(self) -> str:
        with self._world.services.database.session() as session:
            row = session.get(Lease, LISTENER_LEASE)
        return row.holder if row else NOBODY

    def _follows(self, name: str) -> bool:
        with self._log(name).open() as log:
            log.seek(self._read[name])
            return self._units[name].is_running and '"message": "listening"' in log.read()

    def _log(self, name: str) -> Path:
        return self._world.folder / f"{name}.log"


def run(folder: Path, options: Options, strikes: int) -> int:
    """Return the exit code: 0 if nothing is lost or told twice."""
    with World(folder, options, {"ALERT_INTERVAL": "0.2"}) as world, ExitStack() as stack:
        world.slack.enforce_rate_limits = False
        watch, holders = Watch(world), Holders(world, options.seed)
        calls, desks = _load(world, stack)
        end = time.monotonic() + options.minutes * 60
        for place in range(strikes):
            if time.monotonic() > end:
                break
            holders.strike()
            if place % 10 == 9:
                print(f"{place + 1} times: {_figures(holders)}", flush=True)
        for pair in calls:
            pair.stop_calling()
        for desk in desks:
            desk.stop()
        print(f"all came to rest: {rest(world)}", flush=True)
        evidence = collect(world, calls, watch)
    (folder / "evidence.json").write_text(json.dumps(asdict(evidence), default=str))
    return _tell(folder, evidence, holders)


def _load(world: World, stack: ExitStack) -> tuple[list[SippCalls], list[phone_calls.Desk]]:
    numbers = [*phone_calls.NUMBERS, *(each for pair in PAIRS for each in (pair.caller, pair.called))]
    secrets = {number: world.add_extension(number, f"Phone {number}") for number in numbers}
    calls = [SippCalls(world.asterisk, world.folder, pair, secrets, world.options.every) for pair in PAIRS]
    pairs = zip(phone_calls.NUMBERS[::2], phone_calls.NUMBERS[1::2], strict=True)
    desks = [
        phone_calls.Desk(pair, secrets, world.asterisk.sip_domain, world.record, place)
        for place, pair in enumerate(pairs)
    ]
    for pair in calls:
        stack.callback(pair.close)
        pair.start()
    for desk in desks:
        desk.start()
    return calls, desks


def _figures(holders: Holders) -> str:
    return "; ".join(
        f"{len(took)} {what}, another took over after {statistics.median(took):.2f} s, at most {max(took):.2f} s"
        for what, took in holders.took.items()
        if took
    ) + (f"; {holders.locked} frozen in the middle of a write" if holders.locked else "")


def _tell(folder: Path, evidence: Evidence, holders: Holders) -> int:
    found = [*verdict_calls.calls(evidence), *verdict_calls.phones(evidence)]
    (folder / "differences.txt").write_text("\n".join(map(str, found)) + "\n")
    logins = sum(each["did"] == "registered" for each in evidence.of("phone"))
    ended = [each for each in evidence.events if each["kind"] == "ended"]
    recorded = {row["linkedid"] for row in evidence.cdr}
    print(_figures(holders))
    print(
        f"{len(recorded)} calls by CDR, {len(ended)} ends stored, {sum(bool(each['gap']) for each in ended)} of them from CDR, "
        f"{len(recorded - {each['linkedid'] for each in ended})} lost; {len(evidence.of('call'))} calls of sipp, "
        f"{logins} logins of real phones"
    )
    print("\n".join(map(str, found[:40])))
    print(f"{len(found)} differences", flush=True)
    return 1 if found else 0


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak.takeover", description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--minutes", type=float, default=60.0, help="after which it ends before")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--every", type=float, default=5.0, help="seconds between two calls of each of four pairs"
    )
    parser.add_argument("--folder", type=Path, default=PROJECT / "soak")
    return parser.parse_args(arguments)


def main() -> int:
    given = options()
    chosen = Options(given.minutes, given.database, given.seed, given.every, disks=False, trouble=())
    return run(new_folder(given.folder), chosen, given.kills)


if __name__ == "__main__":
    sys.exit(main())
