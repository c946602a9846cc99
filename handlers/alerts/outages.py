"""What is told past the outbox, straight to Slack, as nobody posts it otherwise: that no listener runs, that its
database is away."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from datetime import timedelta

from flask import Flask
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, update

from handlers.alerts import incidents
from handlers.alerts.incident_messages import IncidentClosed, IncidentOpened
from handlers.alerts.incidents import Sign
from handlers.slack.admins import Admins
from handlers.slack.blocks import SlackMessage
from handlers.slack.errors import SLACK_AWAY, is_definite, name_of
from handlers.slack.message_content import OURS, MessageContent
from models.errors import DatabaseUnfit
from models.incident import Incident
from models.lease import Lease, RenewalMonitor
from models.types import now
from pbx.listener import LEASE
from pbx.services import Services

log = logging.getLogger("switchhook.watch")

LISTENER = "listener-watch"  # where the app has it
LOOK_SECONDS = 5.0
NOT_RUNNING = "nobody has renewed its lease in the database"
RENEWED_WITHIN = timedelta(seconds=15)  # a listener does it every three seconds
PATIENCE = timedelta(seconds=45)  # while it is started anew, say


class DatabaseWatch:
    """Tells what happens to the database: what was told is remembered here."""

    def __init__(self, system: Services, client: WebClient, admins: Admins) -> None:
        self._system = system
        self._client = client
        self._admins = admins
        self._row = Incident(subject="database")

    def look(self, sign: Sign) -> None:
        after, word = incidents.step(self._row, sign, now())
        people = [self._system.settings.alert_channel, *self._system.settings.slack_admins]
        if word and not post(self._client, self._admins, people, incidents.content_of(after, word)):
            return  # once more, the next time
        self._row = after


class ListenerWatch:
    """In each web process: whether anybody renews the listener's lease."""

    def __init__(self, system: Services, client: WebClient, admins: Admins) -> None:
        self._system = system
        self._client = client
        self._admins = admins
        self._renewals = RenewalMonitor()

    def run(self, stop: threading.Event) -> None:
        """Until stopped. A database that is away is for /readyz to tell, and for the listener."""
        while not stop.wait(LOOK_SECONDS):
            with suppress(SQLAlchemyError, DatabaseUnfit):
                self.look()

    def look(self) -> None:
        """Once. Of several web processes one tells."""
        sign = self._sign()
        if sign is None:
            return
        with self._system.database.session() as session:
            if not incidents.moves(session, sign):
                return
        with self._system.database.session() as session:
            content = incidents.notice(session, sign)
            people = incidents.recipients(self._system, session)
        if content and not post(self._client, self._admins, people, content):
            self._take_back(content)

    def _sign(self) -> Sign | None:
        """None: it is too early to say."""
        with self._system.database.session() as session:
            lease = session.get(Lease, LEASE)
        is_running = self._renewals.is_renewed(lease, RENEWED_WITHIN)
        if is_running is None:
            return None
        return Sign("listener", PATIENCE, None if is_running else {"": NOT_RUNNING})

    def _take_back(self, content: IncidentOpened | IncidentClosed) -> None:
        """Slack took none of it: it counts as not told, and is told the next time."""
        is_over = isinstance(content, IncidentClosed)
        undone: dict[str, object] = (
            {"resolved": False} if is_over else {"notified_at": None, "occurrences": content.times - 1}
        )
        with self._system.database.session() as session:
            session.exec(update(Incident).where(col(Incident.subject) == content.subject).values(undone))


def post(client: WebClient, admins: Admins, places: list[str], content: MessageContent) -> bool:
    """Whether anybody was told, or nobody is to be."""
    message = content.render()
    people = [person for place in filter(None, places) for person in _people(admins, place)]
    reached = [person for person in dict.fromkeys(people) if _send(client, person, message)]
    return bool(reached) or not people


def _people(admins: Admins, place: str) -> list[str]:
    return admins.only_in(place) or [] if admins.is_group(place) else [place]


def _send(client: WebClient, channel: str, message: SlackMessage) -> bool:
    try:
        client.chat_postMessage(channel=channel, text=message.text, blocks=message.blocks, parse="none")
    except SlackApiError as error:
        if name_of(error) in OURS and message.blocks:
            return _send(client, channel, message.alone())
        log.error("Slack refuses a trouble", extra={"channel": channel, "reason": name_of(error)})
        return is_definite(error)  # it would refuse it again
    except SLACK_AWAY as error:
        log.warning("a trouble is not told", extra={"channel": channel, "reason": type(error).__name__})
        return False
    return True


def start(app: Flask) -> threading.Event:
    """In a web process of gunicorn: a thread that ends with it, or when the event is set."""
    watch: ListenerWatch = app.extensions[LISTENER]
    threading.Thread(target=watch.run, args=(stop := threading.Event(),), name="watch", daemon=True).start()
    return stop
