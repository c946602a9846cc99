"""Two hundred streams beside slash commands, and through crashes of the web process."""

from __future__ import annotations

import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

from handlers.api.event_feed import MAX_STREAMS
from pbx.services import Services
from tests import one_server
from tests.asterisk_bed import Asterisk
from tests.event_streams import Crowd, Storing
from tests.factories import registered, ringing, store
from tests.handlers.api import stream_server
from tests.server import Switchhook
from tests.slack_stand_in import SlackStandIn, SlackUser

asterisk, database_url = stream_server.asterisk, stream_server.database_url
services, more_environment = one_server.services, stream_server.more_environment

STREAMS = 200
MORE_THAN_THE_THREADS = 40  # two web processes have 16 each


def test_two_hundred_streams_get_each_event_once_while_commands_are_acknowledged(
    switchhook: Switchhook, admin: SlackUser, services: Services
) -> None:
    assert STREAMS < MAX_STREAMS  # all may be of one process
    with Crowd.of(switchhook, STREAMS) as crowd, ThreadPoolExecutor(MORE_THAN_THE_THREADS) as pool:
        answers = [pool.submit(admin.command, "/ext", "help") for _ in range(MORE_THAN_THE_THREADS)]
        for number in range(10):
            store(services, ringing(f"1.{number}"), registered("103"))
        assert [each.result().status for each in answers] == [200] * MORE_THAN_THE_THREADS
        crowd.read_until(lambda client: len(client.received) >= 20)
        assert admin.command("/ext", "help").status == 200
        expected = crowd.clients[0].ids
        assert expected == list(range(expected[0], expected[0] + 20))
        assert [client.ids for client in crowd.clients] == [expected] * STREAMS


def test_nothing_is_lost_or_doubled_when_the_web_process_is_killed_and_restarted(
    asterisk: Asterisk,
    slack: SlackStandIn,
    database_url: str,
    services: Services,
    more_environment: dict[str, str],
) -> None:
    patient = {"GUNICORN_CMD_ARGS": "--graceful-timeout=120"}
    own = Switchhook(asterisk, slack, database_url, more_environment | patient)
    with own, Crowd.of(own, 20) as crowd, closing(Storing(services)) as storing:
        crowd.read_until(lambda client: len(client.received) > 10)
        own.kill()
        own.start()
        crowd.read_until(lambda client: len(client.received) > 100, resume=True)
        own._processes[-1].send_signal(signal.SIGTERM)
        assert own._processes[-1].wait(timeout=60) == 0  # gunicorn waits longer for a connection
        own.start()
        storing.close()
        last_id = storing.last_id()
        crowd.read_until(lambda client: client.ids[-1:] >= [last_id], resume=True)
        for client in crowd.clients:
            assert client.ids == list(range(client.ids[0], last_id + 1))
