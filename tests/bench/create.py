"""How long a create takes, beside Asterisk's own reload, in turn on the same PBX."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from models.fields import NewExtension
from pbx import extensions, pjsip
from pbx.ami import connected
from pbx.ami_client import Client
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.bench import figures
from tests.server import Switchhook, migrate, settings_for
from tests.slack_stand_in import SlackStandIn, SlackUser
from tests.slash_commands import TESTER, say

PRESENT = 100
ROUNDS = 30


def run(folder: Path) -> None:
    database_url = f"sqlite:///{folder / 'switchhook.db'}"
    migrate(database_url)
    with Asterisk(folder / "pbx") as asterisk, SlackStandIn() as slack:
        services = Services.of(settings_for(asterisk, database_url))
        for number in range(1000, 1000 + PRESENT):
            extensions.create(services, NewExtension(number=str(number), name=f"Person {number}"), by=TESTER)
        with Switchhook(asterisk, slack, database_url) as switchhook:
            admin = SlackUser(slack, switchhook.url, user_id=switchhook.admin_id)
            _compare(services, admin)
        services.database.close()


def _compare(services: Services, admin: SlackUser) -> None:
    """The three in turn, so that the machine's moods hit all of them."""
    reloads, direct, through_slack = [], [], []
    with connected(services.settings) as asterisk:
        for number in range(2000, 2000 + ROUNDS):
            _write_by_hand(services, number + 3000)
            reloads.append(_seconds(lambda number=number: _reload(asterisk, number + 3000)))  # type: ignore[misc]
            new = NewExtension(number=str(number), name="Direct")
            direct.append(_seconds(lambda new=new: extensions.create(services, new, by=TESTER)))  # type: ignore[misc]
            through_slack.append(_seconds(lambda number=number: _create(admin, number + 1000)))  # type: ignore[misc]
    print(figures.line("Asterisk's own reload of res_pjsip", reloads))
    print(figures.line("create, committed and verified", direct))
    print(figures.line("create, from slash command to answer", through_slack))
    print(f"create takes {median(direct) / median(reloads):.1f} × Asterisk's own reload")


def _write_by_hand(services: Services, number: int) -> None:
    """As an administrator would. (Asterisk skips a file that has not changed, and its reload then costs nothing.)"""
    path = services.settings.pjsip_path
    by_hand = f"[{number}]\ntype=aor\n\n[{number}]\ntype=endpoint\naors={number}\n\n"
    path.write_text(by_hand + path.read_text())


def _reload(asterisk: Client, number: int) -> None:
    """Until Asterisk shows what was written."""
    asterisk.ask(Action="Reload", Module="res_pjsip.so")
    while asterisk.ask_all([pjsip.show_action(str(number))])[0][0]["Response"] != "Success":
        time.sleep(0.001)


def _create(admin: SlackUser, number: int) -> None:
    assert "is ready for Slack" in say(admin, f"create {number} Slack")


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
