"""How soon a slash command is acknowledged while twenty are under way, without event streams and beside 200."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.bench import figures
from tests.event_streams import Crowd, Storing, new_tokens
from tests.server import Switchhook, migrate, settings_for
from tests.slack_stand_in import SlackStandIn, SlackUser

IN_FLIGHT = 20
COMMANDS = 50  # of one turn
TURNS = 4  # of each kind
STREAMS = 200
EVENTS_EVERY = 0.1  # seconds: two, in every turn


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
            with closing(Storing(services, EVENTS_EVERY)):
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
    """Streams that another process reads, so that this one measures the same as without; and events."""
    ours, theirs = get_context("spawn").Pipe()
    arguments = (theirs, switchhook.port, new_tokens(switchhook, STREAMS))
    reader = get_context("spawn").Process(target=_read, args=arguments)
    reader.start()
    ours.recv()
    with closing(Storing(services, EVENTS_EVERY)) as storing:
        yield
    ours.send(storing.last_id())
    print(f"events that each of {STREAMS} streams has got meanwhile: {ours.recv()}")
    reader.join()


def _read(parent: Connection, port: int, tokens: list[str]) -> None:
    with Crowd.with_tokens(port, tokens, STREAMS) as crowd:
        parent.send("open")
        crowd.read_until(lambda _: parent.poll(), seconds=600)
        last_id = parent.recv()
        crowd.read_until(lambda client: client.ids[-1:] == [last_id])
        counts = {len(client.ids) for client in crowd.clients}
        parent.send(", ".join(map(str, sorted(counts))))
