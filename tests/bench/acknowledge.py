"""How soon a slash command is acknowledged while twenty are under way, without event streams and beside 200."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event

from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.bench import figures
from tests.event_streams import Crowd, Storing
from tests.server import Switchhook, migrate, settings_for
from tests.slack_stand_in import SlackStandIn, SlackUser

IN_FLIGHT = 20
COMMANDS = 100  # of one turn
TURNS = 4  # of each kind
STREAMS = 200


def run(folder: Path) -> None:
    """In turn, so that the machine's moods and the growing number of extensions hit both."""
    database_url = f"sqlite:///{folder / 'switchhook.db'}"
    migrate(database_url)
    alone, beside = list[float](), list[float]()
    with (
        Asterisk(folder / "pbx") as asterisk,
        SlackStandIn() as slack,
        Switchhook(asterisk, slack, database_url) as switchhook,
        ThreadPoolExecutor(IN_FLIGHT) as pool,
    ):
        services = Services.of(settings_for(asterisk, database_url))
        admin = SlackUser(slack, switchhook.url, user_id=switchhook.admin_id)
        numbers = iter(range(1000, 1000 + 2 * TURNS * COMMANDS))
        for _ in range(TURNS):
            alone += _commands(pool, admin, numbers)
            with _streams(switchhook, services):
                beside += _commands(pool, admin, numbers)
        services.database.close()
    print(figures.line(f"acknowledgement, {IN_FLIGHT} creates in flight", alone))
    print(figures.line(f"the same beside {STREAMS} event streams", beside))


def _commands(pool: ThreadPoolExecutor, admin: SlackUser, numbers: Iterator[int]) -> list[float]:
    return list(pool.map(lambda _: _one(admin, next(numbers)), range(COMMANDS)))


def _one(admin: SlackUser, number: int) -> float:
    """Seconds to the acknowledgement; returns when the answer has come, so that the work stays in flight."""
    acknowledged = admin.command("/ext", f"create {number} Person")
    admin.replies(acknowledged, timeout=60)
    return acknowledged.seconds


@contextmanager
def _streams(switchhook: Switchhook, services: Services) -> Iterator[None]:
    """Streams that are read, with a hundred events a second."""
    with (
        Crowd.of(switchhook, STREAMS) as crowd,
        closing(Storing(services)) as storing,
        ThreadPoolExecutor(1) as reader,
    ):
        ended = Event()
        reading = reader.submit(crowd.read_until, lambda _: ended.is_set(), seconds=600)
        yield
        storing.close()
        ended.set()
        reading.result()
        crowd.read_until(lambda client: client.ids[-1:] == [storing.last_id()])
        counts = {len(client.ids) for client in crowd.clients}
        print(f"events that each of {STREAMS} streams has got meanwhile: {counts}")
