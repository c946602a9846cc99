"""Five hundred people are hired within ten seconds, each welcomed three times and in no order."""

from __future__ import annotations

import json
import random
import secrets
import threading
import time
from base64 import b64encode
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import requests
from sqlmodel import func, select
from standardwebhooks.webhooks import Webhook

from models.database import Database
from models.extension import Extension, State
from tests.asterisk_bed import Asterisk
from tests.bench import figures
from tests.server import Switchhook, migrate
from tests.slack_stand_in import SlackStandIn

PEOPLE = 500
WITHIN = 10.0  # seconds
MAX_SECONDS = 120.0  # seconds until it is given up
KEY = f"whsec_{b64encode(secrets.token_bytes(24)).decode()}"


def run(folder: Path) -> None:
    _run(folder, kills=0)


def run_killed(folder: Path) -> None:
    """The same, while web and listener are killed with SIGKILL now and then."""
    _run(folder, kills=4)


def _run(folder: Path, kills: int) -> None:
    database_url = f"sqlite:///{folder / 'switchhook.db'}"
    migrate(database_url)
    more = {"HR_WEBHOOK_SECRET": KEY, "EXTENSION_RANGE": "1000-1999"}
    with ExitStack() as stack:
        asterisk = stack.enter_context(Asterisk(folder / "pbx"))
        slack = stack.enter_context(SlackStandIn())
        switchhook = stack.enter_context(Switchhook(asterisk, slack, database_url, more))
        switchhook.listen()
        switchhook.wait_for_log('"listening"')
        for person in range(PEOPLE):
            slack.add_user(f"U0{person:07}", f"person{person}", f"person{person}@example.com")
        started = time.monotonic()
        killer = threading.Thread(target=_kill, args=(switchhook, kills))
        killer.start()
        _deliver_all(switchhook)
        killer.join()
        database = Database(database_url)
        _wait(database, slack, started)
        database.close()
        print(f"reloads: {asterisk.reload_counts()}")


def _kill(switchhook: Switchhook, kills: int) -> None:
    for _ in range(kills):
        time.sleep(random.uniform(1, 4))  # noqa: S311 (no secret)
        switchhook.kill()
        switchhook.start()
        switchhook.listen()
    if kills:
        print(f"killed web and listener {kills} times")


def _deliver_all(switchhook: Switchhook) -> None:
    deliveries = [person for person in range(PEOPLE) for _ in range(3)]
    random.shuffle(deliveries)
    begun = time.monotonic()

    def one(place: int) -> tuple[int, float]:
        time.sleep(max(0.0, begun + place * WITHIN / len(deliveries) - time.monotonic()))
        asked = time.monotonic()
        return _deliver(switchhook, deliveries[place]), time.monotonic() - asked

    with ThreadPoolExecutor(32) as crowd:
        answers = list(crowd.map(one, range(len(deliveries))))
    print(f"answers: {dict(Counter(status for status, _ in answers))}")
    print(figures.line("acknowledgement of a delivery", [seconds for _, seconds in answers]))


def _deliver(switchhook: Switchhook, person: int) -> int:
    moment, name = datetime.now(UTC), f"msg_{person}"
    data = {"id": str(person), "name": f"Person {person}", "email": f"person{person}@example.com"}
    body = json.dumps({"type": "employee.joined", "timestamp": "2026-01-01T08:00:00Z", "data": data})
    headers = {
        "webhook-id": name,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(KEY).sign(name, moment, body),
        "content-type": "application/json",
    }
    url = f"{switchhook.url}/webhooks/hr/standard"
    while True:  # as HR systems do, which repeat what was not answered
        try:
            return requests.post(url, data=body, headers=headers, timeout=30).status_code
        except requests.RequestException:
            time.sleep(0.5)


def _wait(database: Database, slack: SlackStandIn, started: float) -> None:
    """Until every phone is live and every person welcomed. Raises AssertionError when it takes too long."""
    live = welcomed = 0
    while (live, welcomed) != (PEOPLE, PEOPLE):
        assert time.monotonic() - started < MAX_SECONDS, f"{live} live, {welcomed} welcomed"
        with database.session() as session:
            query = select(func.count()).select_from(Extension).where(Extension.state == State.LIVE)
            live = session.exec(query).one()
        posted = [call for call in list(slack.calls) if call.method == "chat.postMessage" and not call.error]
        welcomed = len({call.arguments["channel"] for call in posted})
        assert len(posted) == welcomed, "somebody was welcomed twice"
        time.sleep(0.2)
    print(
        f"{live} extensions live, {welcomed} people welcomed once each, {time.monotonic() - started:.1f} s after the first delivery"
    )
