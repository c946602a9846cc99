"""Socket Mode: each web process opens a WebSocket to Slack, and keeps having one. Nothing has to reach this machine.

Slack gives each command, click and event to one of the connections, of which it lets an app have ten. Slack ends each of
them every few hours, after a warning: the next one is open before the last is closed.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import partial

from prometheus_client import Gauge
from slack_sdk.errors import SlackApiError

from handlers.retry import backoff, jitter, retry_after
from handlers.slack import envelopes
from handlers.slack.client import slack_client
from handlers.slack.dispatch import Dispatcher
from handlers.slack.errors import SLACK_AWAY, UNSURE, is_definite, name_of
from handlers.slack.socket_connection import SocketConnection
from pbx.instruments import REGISTRY
from settings import Settings

log = logging.getLogger("switchhook.slack.socket")

SOCKET = "slack-socket"  # in app.extensions
CONNECTED = "connected"
TICK_SECONDS = 0.5
FIRST_PAUSE = 1.0  # seconds between two tries
LONGEST_PAUSE = 60.0
REFUSED_PAUSE = 300.0  # seconds until what Slack refuses is tried again: somebody may have put the app right
SETTLED_SECONDS = 60.0  # for which a connection lasts that came about for good

CONNECTED_AT = Gauge(
    "switchhook_slack_socket_connected_timestamp_seconds",
    "When a web process last had a connection of Socket Mode to Slack, or began to look for one; 0 over HTTP.",
    registry=REGISTRY,
    multiprocess_mode="max",
)


class SocketMode:
    """Keeps one connection."""

    def __init__(self, settings: Settings, dispatcher: Dispatcher) -> None:
        self._token = settings.slack_app_token.get_secret_value()
        self._client = slack_client(settings)
        self._answer = partial(envelopes.answer, dispatcher, settings.slack_api_url)
        self._connection: SocketConnection | None = None
        self._trouble = ""  # since there was a connection
        self._failures = 0
        self._try_at = 0.0  # by time.monotonic()

    @property
    def is_wanted(self) -> bool:
        return bool(self._token)

    @property
    def state(self) -> str:
        """CONNECTED, or why there is no connection."""
        return CONNECTED if self._connection else self._trouble or "connecting"

    def start(self, is_alive: Callable[[], bool]) -> None:
        """Connect in a thread, if there is a token, until the process is to end; the process then waits for it."""
        if self.is_wanted:
            CONNECTED_AT.set_to_current_time()
            threading.Thread(target=self._run, args=(is_alive,), name="slack-socket").start()

    def _run(self, is_alive: Callable[[], bool]) -> None:
        # The process may end without a word, when it was left by its parent, say.
        while is_alive() and threading.main_thread().is_alive():
            try:
                self._look()
            except Exception:
                log.exception("looking after the connection to Slack failed")
                self._pause()
            time.sleep(TICK_SECONDS)
        if self._connection:
            self._connection.finish()

    def _look(self) -> None:
        """See to it that there is a connection."""
        connection = self._connection
        if connection and connection.death:
            self._lose(connection)
        elif connection:
            CONNECTED_AT.set_to_current_time()
            if time.time() - connection.opened_at > SETTLED_SECONDS:
                self._failures = 0
        if (self._connection is None or self._connection.end) and time.monotonic() >= self._try_at:
            self._connect()

    def _lose(self, connection: SocketConnection) -> None:
        reason = connection.end or connection.death
        log.warning("the connection to Slack is lost", extra={"reason": reason})
        self._trouble = self._trouble or f"lost ({reason})"
        self._connection = None
        connection.let_go()

    def _connect(self) -> None:
        self._pause()  # also before the next one, if this one comes about and ends at once
        try:
            url = str(self._client.apps_connections_open(app_token=self._token)["url"])
            opened = SocketConnection(self._client, self._token, url, self._answer)
            opened.open()
        except SlackApiError as error:
            self._refused(error)
        except SLACK_AWAY as error:
            self._failed(str(error) if isinstance(error, OSError) else type(error).__name__)
        else:
            self._put_in_place(opened)

    def _put_in_place(self, opened: SocketConnection) -> None:
        before, self._connection, self._trouble = self._connection, opened, ""
        log.info("connected to Slack")
        if before:
            before.let_go()

    def _refused(self, error: SlackApiError) -> None:
        """Wait as long as Slack wants, or for as long as it takes somebody to put right what it definitely refuses."""
        reason = name_of(error)
        if error.response.status_code == 429 or reason == "ratelimited":
            self._pause(retry_after(error.response.headers, LONGEST_PAUSE))
            self._failed("ratelimited")
        elif is_definite(error):
            self._pause(REFUSED_PAUSE)
            self._trouble = f"Slack refuses SLACK_APP_TOKEN: {reason}"
            log.error(
                "Slack refuses SLACK_APP_TOKEN, so nothing comes by Socket Mode: run flask doctor",
                extra={"reason": reason, "next_try_seconds": REFUSED_PAUSE},
            )
        else:
            self._failed(reason if reason in UNSURE else f"status {error.response.status_code}")

    def _failed(self, reason: str) -> None:
        self._trouble = f"no connection ({reason})"
        log.warning("no connection to Slack", extra={"reason": reason})

    def _pause(self, seconds: float = 0.0) -> None:
        """Try again after so many seconds, or after longer and longer."""
        if not seconds:
            self._failures += 1
        wait = seconds or jitter(backoff(self._failures, LONGEST_PAUSE, first=FIRST_PAUSE))
        self._try_at = time.monotonic() + wait
