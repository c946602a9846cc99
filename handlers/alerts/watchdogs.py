"""What is reported past the outbox, straight to Slack, since nobody would post it: no listener, or no usable database."""

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
from handlers.alerts.incident_messages import IncidentOpened, IncidentResolved
from handlers.alerts.incident_states import Observation, transition
from handlers.slack.admins import Admins
from handlers.slack.blocks import SlackMessage
from handlers.slack.errors import SLACK_AWAY, is_definite, name_of
from handlers.slack.message_content import MESSAGE_FAULTS, MessageContent
from models.errors import DatabaseUnfit
from models.incident import Incident
from models.lease import LISTENER_LEASE, Lease, RenewalMonitor
from models.types import now
from pbx.services import Services

log = logging.getLogger("switchhook.watchdogs")

LISTENER = "listener-watchdog"  # in app.extensions
CHECK_SECONDS = 5.0
NOT_RUNNING = "none has told the database lately that it is there"
RENEWED_WITHIN = timedelta(seconds=15)  # a listener does it twice a second; or another takes over
GRACE = timedelta(minutes=1)  # it may be restarting


class DatabaseWatchdog:
    """Reports that the listener's database is away, or takes nothing; what was reported is remembered here."""

    def __init__(self, services: Services, client: WebClient, admins: Admins) -> None:
        self._services = services
        self._client = client
        self._admins = admins
        self._row = Incident(subject="database")
        self._recipients = [services.settings.alert_channel, *services.settings.slack_admins]

    def look_up_recipients(self) -> None:
        """Remember who is to be told: once the database is away, it does not say where alerts were routed."""
        with suppress(SQLAlchemyError, DatabaseUnfit), self._services.database.session() as session:
            self._recipients = incidents.recipients(self._services, session)

    def report(self, seen: Observation) -> None:
        """Report a change to the channel for all alerts and the admins; what Slack did not take, the next time."""
        after, change = transition(self._row, seen, now())
        if change:
            self.look_up_recipients()
            if not post(self._client, self._admins, self._recipients, incidents.message_of(after, change)):
                return
        self._row = after


class ListenerWatchdog:
    """Reports, from any web process, that nobody renews the listener's lease."""

    def __init__(self, services: Services, client: WebClient, admins: Admins) -> None:
        self._services = services
        self._client = client
        self._admins = admins
        self._renewals = RenewalMonitor()
        self.is_running: bool | None = None  # whether a listener does; None: it is too early to say

    def run(self, stop: threading.Event) -> None:
        """Check until stopped. A database that is away is reported by /readyz, and by the listener."""
        while not stop.wait(CHECK_SECONDS):
            with suppress(SQLAlchemyError, DatabaseUnfit):
                self.check()

    def check(self) -> None:
        """Check once. Of several web processes, one reports."""
        seen = self._observe()
        if seen is None:
            return
        with self._services.database.session() as session:
            if not incidents.would_change(session.get(Incident, seen.subject), seen):
                return
        with self._services.database.session() as session:
            content = incidents.record(session, seen)
            recipients = incidents.recipients(self._services, session)
        if content and not post(self._client, self._admins, recipients, content):
            self._undo(content)

    def _observe(self) -> Observation | None:
        """Return whether a listener runs; None: it is too early to say."""
        with self._services.database.session() as session:
            lease = session.get(Lease, LISTENER_LEASE)
        self.is_running = self._renewals.is_renewed(lease, RENEWED_WITHIN)
        if self.is_running is None:
            return None
        silent = now() - timedelta(seconds=self._renewals.silence)
        since = min(lease.renewed_at, silent) if lease else silent
        # Who has started just now may see the last sign of one that ended long ago.
        grace = GRACE + (silent - since)
        return Observation("listener", grace, None if self.is_running else {"": NOT_RUNNING}, since)

    def _undo(self, content: IncidentOpened | IncidentResolved) -> None:
        """Record that Slack took none of it: it is reported the next time."""
        undone: dict[str, object] = {"resolved": False}
        if isinstance(content, IncidentOpened):
            undone = {"notified_at": None, "occurrences": content.times - 1}
        with self._services.database.session() as session:
            session.exec(update(Incident).where(col(Incident.subject) == content.subject).values(undone))


def post(client: WebClient, admins: Admins, recipients: list[str], content: MessageContent) -> bool:
    """Post to each channel and person, and return whether any of them got it, or there are none."""
    message = content.render()
    channels = [channel for each in filter(None, recipients) for channel in _members(admins, each)]
    reached = [channel for channel in dict.fromkeys(channels) if _send(client, channel, message)]
    return bool(reached) or not channels


def _members(admins: Admins, recipient: str) -> list[str]:
    return admins.only_in(recipient) or [] if admins.is_group(recipient) else [recipient]


def _send(client: WebClient, channel: str, message: SlackMessage) -> bool:
    try:
        client.chat_postMessage(channel=channel, text=message.text, blocks=message.blocks, parse="none")
    except SlackApiError as error:
        if name_of(error) in MESSAGE_FAULTS and message.blocks:
            return _send(client, channel, message.alone())
        log.error("Slack refuses an incident", extra={"channel": channel, "reason": name_of(error)})
        return is_definite(error)  # it would refuse it again
    except SLACK_AWAY as error:
        log.warning("an incident is not reported", extra={"channel": channel, "reason": type(error).__name__})
        return False
    return True


def start(app: Flask) -> threading.Event:
    """Watch in a thread of a web process of gunicorn; it ends with the process, or when the event is set."""
    run, stop = app.extensions[LISTENER].run, threading.Event()
    threading.Thread(target=run, args=(stop,), name="watchdog", daemon=True).start()
    return stop
