"""How soon a slash command is acknowledged while twenty are under way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.asterisk_bed import Asterisk
from tests.bench import figures
from tests.server import Switchhook, migrate
from tests.slack_stand_in import SlackStandIn, SlackUser

IN_FLIGHT = 20
COMMANDS = 400


def run(folder: Path) -> None:
    database_url = f"sqlite:///{folder / 'switchhook.db'}"
    migrate(database_url)
    with (
        Asterisk(folder / "pbx") as asterisk,
        SlackStandIn() as slack,
        Switchhook(asterisk, slack, database_url) as switchhook,
        ThreadPoolExecutor(IN_FLIGHT) as crowd,
    ):
        admin = SlackUser(slack, switchhook.url, user_id=switchhook.admin_id)
        seconds = list(crowd.map(lambda number: _one(admin, number), range(1000, 1000 + COMMANDS)))
    print(figures.line(f"acknowledgement, {IN_FLIGHT} creates in flight", seconds))


def _one(admin: SlackUser, number: int) -> float:
    """Seconds to the acknowledgement; returns when the answer has come, so that the work stays in flight."""
    acknowledged = admin.command("/ext", f"create {number} Person")
    admin.replies(acknowledged, timeout=60)
    return acknowledged.seconds
