"""A thousand real calls, twenty a second: what is stored of them, and how soon Slack is told."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, nullcontext
from pathlib import Path

from sqlmodel import select

from models.database import Database
from models.event import Event, EventKind
from pbx import fact_store
from tests.asterisk_bed import Asterisk
from tests.bench import figures
from tests.bench.callers import Callers, Load
from tests.server import Switchhook, migrate
from tests.slack_stand_in import SlackStandIn, SlackUser
from tests.slash_commands import say, secret_in

Beside = Callable[[Asterisk], AbstractContextManager[object]]

LOADS = (
    Load("101", "102", "answer", "call", calls=800, rate=16),
    Load("101", "103", "busy", "call_busy", calls=100, rate=2),
    Load("101", "104", "ring", "call_cancel", calls=100, rate=2),
)
# called → disposition, seconds it rings and is talked, as the scenarios have it
EXPECTED = {"102": ("answered", 0.5, 1.0), "103": ("busy", 0.5, 0.0), "104": ("cancelled", 0.3, 0.0)}


def run(folder: Path) -> None:
    measure(folder, LOADS, nothing)


def nothing(_: Asterisk) -> AbstractContextManager[object]:
    return nullcontext()


def measure(folder: Path, loads: Sequence[Load], beside: Beside) -> None:
    """Plays the loads; `beside`: what goes on meanwhile, given the Asterisk."""
    database_url = f"sqlite:///{folder / 'switchhook.db'}"
    migrate(database_url)
    more = {"ALERT_CHANNEL": "C0PHONES", "ALERT_INTERVAL": "0"}
    with ExitStack() as stack:
        asterisk = stack.enter_context(Asterisk(folder / "pbx"))
        slack = stack.enter_context(SlackStandIn())
        switchhook = stack.enter_context(Switchhook(asterisk, slack, database_url, more))
        switchhook.listen()
        switchhook.wait_for_log('"listening"')
        admin = SlackUser(slack, switchhook.url, user_id=switchhook.admin_id)
        secrets = {number: secret_in(say(admin, f"create {number} Person")) for number in ("101", *EXPECTED)}
        parties = [stack.enter_context(closing(Callers(asterisk, folder, secrets, load))) for load in loads]
        database = stack.enter_context(closing(Database(database_url)))
        with beside(asterisk):
            _play(parties)
        ended = _ended(database, sum(load.calls for load in loads))
        _check(ended, loads)
        _tell_latency(ended, slack)
        _tell_failed_logins(database)


def _play(parties: list[Callers]) -> None:
    for party in parties:
        party.register()
    for party in parties:
        party.call()
    for party in parties:
        assert party.wait() == 0, "sipp: not every call went as planned"


def _ended(database: Database, wanted: int) -> list[Event]:
    """Polls until all are there, or none has come for a while."""
    events, quiet_since = list[Event](), time.monotonic()
    while len(events) < wanted and time.monotonic() - quiet_since < 10:
        with database.session() as session:
            found = list(session.exec(select(Event).where(Event.kind == EventKind.ENDED)))
        if len(found) > len(events):
            events, quiet_since = found, time.monotonic()
        time.sleep(0.2)
    return events


def _check(ended: list[Event], loads: Sequence[Load]) -> None:
    """Raises AssertionError for a call that is missing, stored twice, or wrong by more than a second."""
    counts = Counter((event.peer, event.number, event.reason) for event in ended)
    wanted = {(load.caller, load.called, EXPECTED[load.called][0]): load.calls for load in loads}
    assert counts == wanted, counts
    assert len({event.linkedid for event in ended}) == len(ended)
    for event in ended:
        _, rang, talked = EXPECTED[event.number]
        assert abs((event.rang or 0) - rang) <= 1, event
        assert abs((event.talked or 0) - talked) <= 1, event
    print(f"{len(ended)} calls stored once each, with parties, disposition and durations: {dict(counts)}")


def _tell_latency(ended: list[Event], slack: SlackStandIn) -> None:
    """From the AMI event to the request that tells of the end."""
    clock = time.time() - time.monotonic()
    wanted = {event.channel: event.at.timestamp() for event in ended}
    told: dict[str, float] = {}
    deadline = time.monotonic() + 60
    while len(told) < len(wanted) and time.monotonic() < deadline:
        for call in list(slack.calls):
            if guide := re.search(r"📞 Call ended: (.+?) - ", str(call.arguments.get("blocks", ""))):
                told.setdefault(guide[1], call.at + clock)
        time.sleep(0.2)
    print(figures.line("AMI event to Slack request", [told[channel] - at for channel, at in wanted.items()]))
    print(f"requests to Slack: {dict(Counter(call.method for call in slack.calls))}")


def _tell_failed_logins(database: Database) -> None:
    time.sleep(2 * fact_store.GATHER_SECONDS)
    with database.session() as session:
        counts = list(session.exec(select(Event.count).where(Event.kind == EventKind.LOGIN_FAILED)))
    if counts:
        print(f"{sum(counts)} failed logins in {len(counts)} rows")
