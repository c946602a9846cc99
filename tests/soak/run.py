"""One run: all is started, load and trouble go on for the time given, all comes to rest, and is judged."""

from __future__ import annotations

import json
import math
import threading
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Protocol

from sqlalchemy import ColumnElement
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, SQLModel, col, func, select

from handlers.api import tokens
from handlers.reports.picture import as_png
from models import inbox
from models.api_token import Scope
from models.bookmark import Bookmark
from models.event import Event
from models.extension import Extension, State
from models.hr_delivery import DeliveryState, HrDelivery
from models.inbox import InboxRequest
from models.outbox import OutboxMessage
from tests.soak import commands, phone_calls
from tests.soak.evidence import collect
from tests.soak.evidence_types import Evidence
from tests.soak.figures import figures
from tests.soak.growth import Watch
from tests.soak.growth_picture import draw
from tests.soak.programs import HR_KEY, ApiClient, Follower, HrSystem, Worker
from tests.soak.sipp_calls import PAIRS, SippCalls
from tests.soak.trouble import Troublemaker
from tests.soak.verdict import RULES, judge
from tests.soak.world import BY, Options, World

PROGRESS_SECONDS = 10.0
REST_SECONDS = 300.0  # in which what waits gets less: Slack takes one message a second of each channel
REGISTER_AGAIN_SECONDS = 600.0
STREAMS = 3
QUIET = 15  # looks in a row at which nothing waits, a second apart
SHOWN = 8  # differences of each rule


class Goer(Protocol):
    """Something that goes on until it is stopped."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


def run(folder: Path, options: Options) -> int:
    """Return the exit code: 0 if nothing differs."""
    print(
        f"soak: {options.minutes:g} minutes with {options.database}, SEED={options.seed}; all of it is in {folder}",
        flush=True,
    )
    with World(folder, options, {"HR_WEBHOOK_SECRET": HR_KEY}) as world, ExitStack() as stack:
        threading.excepthook = lambda broke: _note_broken(world, broke)
        watch = Watch(world)
        secrets = _extensions(world)
        calls = [SippCalls(world.asterisk, folder, pair, secrets, options.every) for pair in PAIRS]
        for pair in calls:
            stack.callback(pair.close)
        followers, goers = _followers(world), _goers(world, secrets)
        for each in followers:
            each.start()
        _go_on(world, calls, [watch, *goers])
        world.record.note("rest", came=rest(world))
        for each in followers:  # the last to end: they are to have heard of everything
            each.stop()
        evidence = collect(world, calls, watch)
    (folder / "evidence.json").write_text(json.dumps(asdict(evidence), default=str))
    _draw(folder, evidence)
    return tell(folder, evidence)


def judge_again(folder: Path) -> int:
    """Judge what a run has left, by the rules as they are now."""
    return tell(folder, Evidence(**json.loads((folder / "evidence.json").read_text())))


def _note_broken(world: World, broke: threading.ExceptHookArgs) -> None:
    """Write down that a part of the soak itself has broken: nobody is to take silence for peace."""
    why = "".join(traceback.format_exception(broke.exc_type, broke.exc_value, broke.exc_traceback))
    world.record.note("broken", part=broke.thread.name if broke.thread else "", why=why)


def _go_on(world: World, calls: Sequence[SippCalls], goers: Sequence[Goer]) -> None:
    """Have load and trouble for the time given."""
    trouble = Troublemaker(world, list(world.options.trouble), world.options.seed)
    for pair in calls:
        pair.start()
    for each in goers:
        each.start()
    trouble.start()
    _wait(world, calls, trouble)
    print("no more trouble, no more load: all comes to rest", flush=True)
    trouble.stop()
    world.slack.clear_faults()
    for pair in calls:
        pair.stop_calling()
    for each in goers:
        each.stop()


def _extensions(world: World) -> dict[str, str]:
    """Create those of the phones; return number → password."""
    numbers = [*phone_calls.NUMBERS, *(each for pair in PAIRS for each in (pair.caller, pair.called))]
    return {number: world.add_extension(number, f"Phone {number}") for number in numbers}


def _followers(world: World) -> list[Goer]:
    token = tokens.create(world.services, "soak-streams", [Scope.READ], 90, by=BY)[1].get_secret_value()
    return [Follower(world, token) for _ in range(STREAMS)]


def _goers(world: World, secrets: dict[str, str]) -> list[Goer]:
    """Return everybody who does something: phones, admins, programs. Numbers are one's own, so that one's acts have an order."""
    seed, server = world.options.seed, world.asterisk.sip_domain
    pairs = zip(phone_calls.NUMBERS[::2], phone_calls.NUMBERS[1::2], strict=True)
    phones = [
        phone_calls.Desk(pair, secrets, server, world.record, seed + place)
        for place, pair in enumerate(pairs)
    ]
    admins = [
        commands.Desk(world, [str(number) for number in range(first, first + 8)], 3.0, seed + first)
        for first in (600, 610, 620, 630)
    ]
    scopes = [Scope.READ, Scope.EXTENSIONS_WRITE]
    token = tokens.create(world.services, "soak-api", scopes, 90, by=BY)[1].get_secret_value()
    api = ApiClient(world, token, [str(number) for number in range(700, 720)], seed)
    hr = HrSystem(world, seed, most=25)
    return [*phones, *admins, Worker("api", 6.0, api.step, seed), Worker("hr", 8.0, hr.step, seed)]


def _wait(world: World, calls: Sequence[SippCalls], trouble: Troublemaker) -> None:
    """Until the time is over; say every ten seconds how it goes."""
    begun, registered = time.monotonic(), time.monotonic()
    while (gone := time.monotonic() - begun) < world.options.minutes * 60:
        time.sleep(min(PROGRESS_SECONDS, world.options.minutes * 60 - gone))
        counts = world.record.counts()
        shown = ", ".join(
            f"{name} {counts[name]}" for name in ("phone", "command", "api", "hr", "trouble", "ended")
        )
        print(f"{(time.monotonic() - begun) / 60:5.1f} min  {shown}  {trouble.now}", flush=True)
        if time.monotonic() - registered > REGISTER_AGAIN_SECONDS:
            registered = time.monotonic()
            for pair in calls:
                pair.register()


def rest(world: World) -> bool:
    """Wait until nothing has waited for a while, as long as it gets less; return whether it came to that."""
    seen: list[dict[str, int]] = []
    least, deadline = math.inf, time.monotonic() + REST_SECONDS
    while time.monotonic() < deadline:
        waits = {name: count for name, count in _waiting(world).items() if count}
        if not seen or waits != seen[-1]:
            world.record.note("waits", **waits)
        seen.append(waits)
        if len(seen) >= QUIET and not any(seen[-QUIET:]):
            return True
        if sum(waits.values()) < least:
            least, deadline = sum(waits.values()), time.monotonic() + REST_SECONDS
        time.sleep(1.0)
    return False


def _waiting(world: World) -> dict[str, int]:
    """Return how much of each waits."""
    try:
        with world.services.database.session() as session:
            newest = session.exec(select(func.max(Event.id))).one() or 0
            mark = session.get(Bookmark, "alerts")
            return {
                "messages": _count(session, OutboxMessage, col(OutboxMessage.due).is_(True)),
                "commands": _count(session, InboxRequest, col(InboxRequest.state).in_(inbox.OPEN)),
                "deliveries": _count(session, HrDelivery, col(HrDelivery.state) == DeliveryState.WAITING),
                "extensions": _count(session, Extension, col(Extension.state) != State.LIVE),
                "events": newest - (mark.event_id if mark else 0),
            }
    except SQLAlchemyError:
        return {"database": 1}


def _count(session: Session, table: type[SQLModel], which: ColumnElement[bool]) -> int:
    return session.exec(select(func.count()).select_from(table).where(which)).one()


def _draw(folder: Path, evidence: Evidence) -> None:
    """Draw what the processes took."""
    begun = min((float(each["at"]) for each in evidence.record if "at" in each), default=0.0)
    troubles = [(each["at"] - begun, each["name"]) for each in evidence.of("trouble")]
    picture = draw(evidence.samples, troubles)
    (folder / "processes.svg").write_text(picture)
    (folder / "processes.png").write_bytes(as_png(picture))


def tell(folder: Path, evidence: Evidence) -> int:
    """Print the figures and each difference, and write them down; return the exit code."""
    found = judge(evidence)
    differ = Counter(each.rule for each in found)
    lines = [f"{name:<42} {value}" for name, value in figures(evidence).items()]
    lines += [f"{'differences: ' + rule:<42} {differ[rule]}" for rule in RULES]
    (folder / "differences.txt").write_text("\n".join(map(str, found)) + "\n")
    (folder / "figures.txt").write_text("\n".join(lines) + "\n")
    shown = [each for rule in differ for each in [one for one in found if one.rule == rule][:SHOWN]]
    print("\n".join(["", *lines, "", *map(str, shown)]))
    if len(found) > len(shown):
        print(f"… and {len(found) - len(shown)} more, in {folder / 'differences.txt'}")
    print("nothing differs" if not found else f"{len(found)} differences", flush=True)
    return 1 if found else 0
