"""How soon the page's list of 5,000 extensions is there: its first byte, and all of it in a browser."""

from __future__ import annotations

import time
from pathlib import Path

from playwright.sync_api import Page

from models.actor import Actor
from models.database import Database
from models.extension import Extension, State
from models.phone import Phone
from models.types import now
from tests.asterisk_bed import Asterisk
from tests.bench import figures
from tests.browser_bed.browser import DESKTOP, running
from tests.browser_bed.install import find_chromium
from tests.handlers.pages.signing_in import PageUser, make_link
from tests.server import Switchhook, migrate
from tests.slack_stand_in import SlackStandIn

EXTENSIONS = 5000
ROUNDS = 40
WANTED = {"the list": "", "its last page": "?page=50", "a search": "?q=person+42"}
# Seconds by the browser's own clock, until the answer began and until all of it was shown.
TIMES = """(() => {
    const shown = performance.getEntriesByType("navigation")[0];
    return [shown.responseStart / 1000, shown.loadEventEnd / 1000];
})()"""


def run(folder: Path) -> None:
    database_url = f"sqlite:///{folder / 'switchhook.db'}"
    migrate(database_url)
    _fill(Database(database_url))
    with (
        Asterisk(folder / "pbx") as asterisk,
        SlackStandIn() as slack,
        Switchhook(asterisk, slack, database_url) as switchhook,
    ):
        admin = Actor.slack(switchhook.admin_id)
        slack.add_user(admin.id, "ada")
        user = PageUser(switchhook.url, database_url, admin, "Ada")
        print()
        for name, path in WANTED.items():
            print(figures.line(f"first byte of {name}", [_first_byte(user, path) for _ in range(ROUNDS)]))
        with running(find_chromium()) as browser:
            page = browser.new_page(viewport=DESKTOP)
            page.goto(f"{user.url}/sign-in/link/{make_link(database_url, admin, 'Ada')}")
            page.get_by_role("button", name="Sign in as Ada").click()
            _in_a_browser(page, user.url)


def _fill(database: Database) -> None:
    """Extensions with a registered phone each, as the listener and publish() leave them."""
    numbers = [str(number) for number in range(10_000, 10_000 + EXTENSIONS)]
    with database.session() as session:
        session.add_all(map(_extension, numbers))
        session.add_all(
            Phone(number=number, address="192.0.2.7", port=5060, user_agent="Snom D785", since=now())
            for number in numbers
        )
    database.close()


def _extension(number: str) -> Extension:
    return Extension(
        number=number,
        name=f"Person {number}",
        codecs=["ulaw"],
        encrypted_secret="x",
        state=State.LIVE,
        last_verified={"enabled": True},
    )


def _first_byte(user: PageUser, path: str) -> float:
    """Seconds from the request to the first byte of its answer."""
    started = time.perf_counter()
    answer = user.get(path, stream=True)
    next(answer.iter_content(1))
    seconds = time.perf_counter() - started
    answer.close()
    return seconds


def _in_a_browser(page: Page, url: str) -> None:
    began, shown = [], []
    for _ in range(ROUNDS):
        page.goto(url, wait_until="load")
        page.wait_for_function("performance.getEntriesByType('navigation')[0].loadEventEnd > 0")
        first, all_of_it = page.evaluate(TIMES)
        began.append(first)
        shown.append(all_of_it)
    print(figures.line("in Chromium, until the answer begins", began))
    print(figures.line("in Chromium, until all of it is shown", shown))
