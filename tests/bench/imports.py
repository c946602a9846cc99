"""How long an import on the page takes, on an empty PBX: until its preview is there, and until all rows are live."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models.actor import Actor
from tests.asterisk_bed import Asterisk
from tests.handlers.pages.importing.uploads import path_of, seen, uploaded
from tests.handlers.pages.signing_in import PageUser
from tests.server import Switchhook, migrate
from tests.slack_stand_in import SlackStandIn

COUNTS = 1000, 10_000
STEP = re.compile(r'id="import-step"[^>]*>\s*<strong>([^<]*)')
PAUSE = 0.2  # seconds


def run(folder: Path) -> None:
    for count in COUNTS:
        with _admin(folder / str(count)) as user:
            _measure(user, count)


@contextmanager
def _admin(folder: Path) -> Iterator[PageUser]:
    folder.mkdir()
    database_url = f"sqlite:///{folder / 'switchhook.db'}"
    migrate(database_url)
    with (
        Asterisk(folder / "pbx") as asterisk,
        SlackStandIn() as slack,
        Switchhook(asterisk, slack, database_url, {"EXTENSION_RANGE": "10000-29999"}) as switchhook,
    ):
        yield PageUser(switchhook.url, database_url, Actor.slack(switchhook.admin_id), "Ada")


def _measure(user: PageUser, count: int) -> None:
    user.get("/import")
    rows = [f"{number},Person {number}" for number in range(10_000, 10_000 + count)]
    started = time.perf_counter()
    preview = uploaded(user, "\n".join(["number,name", *rows]))
    print(f"{count} rows: the preview is there after {time.perf_counter() - started:.1f} s", end="")
    started = time.perf_counter()
    user.get(path_of(preview))
    print(f", another page of it after {time.perf_counter() - started:.2f} s")
    _follow(user, path_of(preview), seen(preview.text))


def _follow(user: PageUser, path: str, digest: str) -> None:
    """Print when each step begins that somebody sees who looks."""
    started, last = time.perf_counter(), ""
    user.post(path, seen=digest)
    while True:
        shown = user.get(path).text
        found = STEP.search(shown)
        step = found[1] if found else "?"
        if step != last:
            print(f"  {time.perf_counter() - started:5.1f} s  {step}")
        last = step
        if "data-poll" not in shown:
            return
        time.sleep(PAUSE)
