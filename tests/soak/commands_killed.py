"""Slash commands while the web process is killed every second: is each that was acknowledged carried out once, and answered?

    make soak-commands                             # 1,000 commands over HTTP, on SQLite
    make soak-commands COMMANDS=200 SEED=7 SOCKET=1 DATABASE=postgresql

Prints figures and what is wrong, and exits 1 if anything is.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

from models import audit
from models.audit import AuditEntry
from models.extension import State
from pbx import directory
from pbx.drift.look import look
from pbx.services import Services
from tests import postgresql_server
from tests.asterisk_bed import Asterisk
from tests.server import migrate, settings_for
from tests.slack_stand_in import SlackStandIn, SlackUser, as_text
from tests.soak import replies
from tests.soak.command_lanes import Lane, Pace, Sent
from tests.soak.command_verdict import Command, Entry, judge
from tests.soak.killed_web import KilledWeb, kill_every_second

LANES, FIRST = 24, 300  # numbers, and the first of them
RATE = 6.0  # commands a second
QUIET_SECONDS, SETTLE_SECONDS = 8.0, 150.0
SLACK_SECONDS = 3.0  # that Slack waits for an acknowledgement
MOST_SHOWN = 8  # of each kind of fault


def run(arguments: argparse.Namespace, folder: Path) -> bool:
    """Return whether all is well."""
    with (
        database(arguments.database, folder) as url,
        Asterisk(folder / "pbx") as asterisk,
        SlackStandIn() as slack,
    ):
        slack.socket_mode = arguments.socket
        services = Services.of(settings_for(asterisk, url))
        with KilledWeb(asterisk, slack, url) as web:
            web.listen()
            lanes = _lanes(slack, web, services, arguments.seed)
            began = time.monotonic()
            killed = _under_kills(web, lanes, arguments)
            print(
                f"{time.monotonic() - began:.0f} s, {len(killed)} kills, {killed.count('master')} of them of the master"
            )
            _settle(slack, services)
            is_well = _report(slack, services, lanes)
            (folder / "web.log").write_text(web.log_text())
        services.database.close()
    return is_well


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """Yield the URL of an empty one, with its tables."""
    if kind == "postgresql":
        with postgresql_server.running() as url:
            migrate(url)
            yield url
        return
    url = f"sqlite:///{folder / 'switchhook.db'}"
    migrate(url)
    yield url


def _lanes(slack: SlackStandIn, web: KilledWeb, services: Services, seed: int) -> list[Lane]:
    admin = SlackUser(slack, web.url, user_id=web.admin_id)
    return [Lane(str(number), admin, services, seed) for number in range(FIRST, FIRST + LANES)]


def _under_kills(web: KilledWeb, lanes: Sequence[Lane], arguments: argparse.Namespace) -> list[str]:
    """Send all commands while one process a second is killed; return which were."""
    done, pace = threading.Event(), Pace(arguments.commands, RATE)
    with ThreadPoolExecutor(2) as beside, ThreadPoolExecutor(LANES) as pool:
        supervised = beside.submit(web.supervise, done)
        kills = beside.submit(kill_every_second, web, arguments.seed, done)
        try:
            for each in [pool.submit(lane.run, pace) for lane in lanes]:
                each.result()
        finally:
            done.set()
            killed = kills.result()
            supervised.result()
    return killed


def _settle(slack: SlackStandIn, services: Services) -> None:
    """Wait until nothing is said any more, and everything is in Asterisk: the rest is the listener's, once a minute."""
    deadline = time.monotonic() + SETTLE_SECONDS
    said, since = -1, time.monotonic()
    while time.monotonic() < deadline:
        if len(slack.calls) != said:
            said, since = len(slack.calls), time.monotonic()
        is_quiet = time.monotonic() - since > QUIET_SECONDS
        if is_quiet and all(each.extension.state is State.LIVE for each in directory.listing(services)):
            return
        time.sleep(0.5)


def _report(slack: SlackStandIn, services: Services, lanes: Sequence[Lane]) -> bool:
    sent = [each for lane in lanes for each in lane.sent]
    answers = replies.read_from(slack)
    commands = [_command(each, answers) for each in sent]
    verdict = judge(commands, [_entry(each) for each in audit.latest(services.database)[::-1]])
    verdict.faults["not as the database says"] += _differing(services)
    _print_figures(sent, commands)
    for fault, found in verdict.faults.items():
        print(f"{fault}: {len(found)}")
        for each in found[:MOST_SHOWN]:
            print(f"    {each}")
    return not any(verdict.faults.values())


def _command(sent: Sent, answers: dict[str, list[str]]) -> Command:
    given = answers.get(sent.acknowledgement.response_id, []) if sent.acknowledgement else []
    at_once = (
        [as_text(sent.acknowledgement.reply)] if sent.acknowledgement and sent.acknowledgement.reply else []
    )
    return Command(sent.number, sent.kind, sent.trace, sent.is_acknowledged, [*at_once, *given])


def _entry(entry: AuditEntry) -> Entry:
    changes = entry.changes
    trace = (changes.get("name") or [None, ""])[1] or ""
    number, revision = entry.number or "", entry.revision
    if entry.action == "changed" and "secret" in changes:
        return Entry(number, "secret", "", revision)
    if entry.action == "changed" and "enabled" in changes:
        return Entry(number, "enable" if changes["enabled"][1] else "disable", "", revision)
    kinds = {audit.CREATED: "create", audit.DELETED: "delete", "changed": "set"}
    kind = kinds.get(entry.action, entry.action)
    return Entry(number, kind, trace if kind in ("create", "set") else "", revision)


def _differing(services: Services) -> Iterator[str]:
    """Yield where database, files and Asterisk differ, as /ext drift has it."""
    found = look(services)
    if found.waiting or found.unasked:
        yield f"{found.waiting} rows wait; {found.unasked}"
    for each in (*found.drifts, *found.overwritten):
        yield f"{each.subject}: {each.text}"


def _print_figures(sent: Sequence[Sent], commands: Sequence[Command]) -> None:
    acknowledged = [each for each in sent if each.is_acknowledged]
    seconds = [each.acknowledgement.seconds for each in acknowledged if each.acknowledgement]
    cuts = quantiles(seconds, n=100, method="inclusive")
    late = sum(each > SLACK_SECONDS for each in seconds)
    print(f"{len(sent)} requests, {len(acknowledged)} of them acknowledged, the others sent again")
    print(
        f"acknowledged after: median {median(seconds):.3f} s, p95 {cuts[94]:.3f} s; {late} after more than 3 s"
    )
    refused = sum(bool(each.answers) and not each.says_done for each in commands)
    print(f"{sum(bool(each.answers) for each in commands)} answered, {refused} of them refused")
    again = sum(len(each.answers) - len(replies.new(each.answers)) for each in commands)
    print(f"{again} answers given again, with words that say so")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.soak.commands_killed", description=__doc__)
    parser.add_argument("--commands", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--socket", action="store_true", help="in Socket Mode")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--keep", type=Path, help="a folder for the log")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="switchhook-soak-") as folder:
        is_well = run(arguments, Path(folder))
        if arguments.keep:
            shutil.copy(Path(folder) / "web.log", arguments.keep)
    sys.exit(not is_well)


if __name__ == "__main__":
    main()
