"""The poster: sends what is due in the outbox, by priority and in order, as fast as Slack allows and not faster."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from handlers.alerts import broken_channels, slack_requests, uploads
from handlers.alerts.rate_limit import RateLimiter
from handlers.retry import backoff, jitter
from handlers.slack.admins import Admins
from handlers.slack.blocks import SlackMessage
from handlers.slack.errors import (
    CHANNEL_LOST,
    MAX_WAIT,
    MAY_NOT_POST,
    MESSAGE_LOST,
    SLACK_AWAY,
    is_definite,
    name_of,
    seconds_to_wait,
)
from handlers.slack.message_content import MESSAGE_FAULTS, MessageContent, NotReady
from models import outbox
from models.lease import LeaseHolder, LeaseLost
from models.outbox import OutboxMessage
from models.types import now
from pbx.services import Services

log = logging.getLogger("switchhook.poster")

CHANNELS_AT_ONCE = 8
MAX_PAUSE = 0.1  # seconds

Read = Callable[[dict[str, Any]], MessageContent]  # raises ValueError


class Poster:
    """Remembers how fast it may go and what is in flight; everything else is in the database.

    `read`: makes a row's content what it says.
    """

    def __init__(
        self, services: Services, holder: LeaseHolder, client: WebClient, admins: Admins, read: Read
    ) -> None:
        self._services = services
        self._admins = admins
        self._holder = holder
        self._client = client
        self._read = read
        self._rate_limiter = RateLimiter(services.settings.alert_interval)
        self._threads = ThreadPoolExecutor(CHANNELS_AT_ONCE, "slack")
        self._in_flight: dict[str, Future[None]] = {}  # by channel: none waits for another
        # Whether post_due() found any message, also one that has to wait or is in flight.
        self.has_due = False

    def post_due(self) -> int:
        """Start one request at most for each channel that is free, and return how many. Raises LeaseLost."""
        self._in_flight = {channel: each for channel, each in self._in_flight.items() if not each.done()}
        with self._services.database.session() as session:
            due = outbox.next_per_channel(session)
        self.has_due = bool(due)
        waiting = [row for row in due if self._is_ready(row)]
        if waiting:
            self._holder.confirm()
        ready = self._rate_limiter.choose(waiting)
        for row in ready:
            self._in_flight[row.channel] = self._threads.submit(self._attempt, row)
        return len(ready)

    def wait_for_one(self) -> None:
        """Wait until a request is answered, but not for long: another channel may have a message by then."""
        wait(self._in_flight.values(), timeout=MAX_PAUSE, return_when=FIRST_COMPLETED)

    def finish(self) -> None:
        """Wait until all requests are answered."""
        wait(self._in_flight.values())

    def _is_ready(self, row: OutboxMessage) -> bool:
        has_to_wait = row.next_try_at is not None and now() < row.next_try_at
        return row.channel not in self._in_flight and not has_to_wait

    def _attempt(self, row: OutboxMessage) -> None:
        """Send a message. Never raises: the next round finds what is still due."""
        try:
            self._holder.confirm()
            if self._admins.is_group(row.channel):
                self._fan_out(row)
            elif content := self._content(row):
                self._send(row, *content)
        except NotReady as error:
            self._put_off(row, error)
        except (LeaseLost, SQLAlchemyError) as error:
            reason = f"{type(error).__name__}: {error}"
            log.warning("an alert has to wait", extra={"outbox_message": row.id, "reason": reason})
        except Exception:
            log.exception("an alert cannot be made", extra={"outbox_message": row.id})

    def _send(self, row: OutboxMessage, content: MessageContent, message: SlackMessage) -> None:
        digest = message.digest()
        if row.ts and row.sent_digest == digest:
            self._mark_sent(row, row.conversation or row.channel, row.ts, digest)
            return
        try:
            conversation, ts = (
                slack_requests.update(self._client, row.conversation or row.channel, row.ts, message)
                if row.ts
                else self._post_once(row, message, digest)
            )
        except SlackApiError as error:
            self._handle_refusal(row, content, message, error)
        except (*SLACK_AWAY, ValueError) as error:
            self._reschedule(row, _delay(row), type(error).__name__, refused=False)
        else:
            self._mark_sent(row, conversation, ts, digest, uploaded=message.file is not None)

    def _mark_sent(
        self, row: OutboxMessage, conversation: str, ts: str, digest: str, *, uploaded: bool = False
    ) -> None:
        with self._transaction() as session:
            outbox.mark_sent(session, row, conversation, ts, digest)
            broken_channels.note_reached(session, row.channel)
            if uploaded:
                uploads.note_taken(session)

    def _fan_out(self, row: OutboxMessage) -> None:
        """Enqueue a message for each member of a user group; it waits while Slack does not say who they are."""
        if gone := self._admins.gone(row.channel):
            self._fail(row, gone)
            return
        people = self._admins.only_in(row.channel)
        if people is None:
            reason = "the members of the user group are unknown"
            self._reschedule(row, MAX_WAIT, reason, refused=True)
            return
        with self._transaction() as session:
            outbox.fan_out(session, row, people)
            broken_channels.note_reached(session, row.channel)

    def _content(self, row: OutboxMessage) -> tuple[MessageContent, SlackMessage] | None:
        """Return what the row says, and the message; None: it cannot be shown, and is given up."""
        try:
            content = self._read(row.content)
            return content, content.as_posted()
        except NotReady:
            raise
        except Exception:  # another version wrote it, perhaps; whatever is wrong with it, it stays so
            log.exception("an alert cannot be shown, and is given up", extra={"outbox_message": row.id})
            with self._transaction() as session:
                outbox.mark_failed(session, row, outbox.UNSHOWN)
            return None

    def _transaction(self) -> AbstractContextManager[Session]:
        return self._holder.transaction()

    def _post_once(self, row: OutboxMessage, message: SlackMessage, digest: str) -> tuple[str, str]:
        """Post, unless an earlier attempt did and its answer was lost: then Slack is asked for the message.

        What is found says what that attempt claimed to post; it is edited if the row says something else by now.
        """
        conversation = row.conversation or slack_requests.conversation_of(self._client, row.channel)
        if message.file:
            uploads.wait_until_shown(row)
        if row.claimed_at and (ts := slack_requests.find(self._client, row, conversation, message.file)):
            if row.sent_digest != digest and not message.file:
                slack_requests.update(self._client, conversation, ts, message)
            return conversation, ts
        with self._transaction() as session:
            outbox.claim(session, row, conversation, digest)
        return slack_requests.post(self._client, row, conversation, message)

    def _handle_refusal(
        self, row: OutboxMessage, content: MessageContent, message: SlackMessage, error: SlackApiError
    ) -> None:
        name = name_of(error)
        if error.response.status_code == 429:
            seconds = seconds_to_wait(error)
            self._rate_limiter.block(row, seconds)
            self._reschedule(row, seconds, name, refused=True)
        elif name in CHANNEL_LOST | MESSAGE_LOST or name.startswith(MAY_NOT_POST):
            self._fail(row, name)
        elif name in MESSAGE_FAULTS and not message.file:
            if simpler := content.simpler(name):
                self._simplify(row, *simpler)
            else:
                self._fail(row, name)
        else:
            if message.file and is_definite(error):
                with self._transaction() as session:
                    uploads.notify_refused(session, self._reachable_admins(), name)
            self._reschedule(row, _delay(row), name, refused=is_definite(error))

    def _simplify(self, row: OutboxMessage, content: MessageContent, reason: str) -> None:
        """Send less, at once: a message that Slack refuses as it stands is still to be read."""
        log.warning(reason, extra={"outbox_message": row.id})
        with self._transaction() as session:
            outbox.edit(session, row, content.as_json())
            outbox.reschedule(session, row, now(), refused=True)

    def _put_off(self, row: OutboxMessage, error: NotReady) -> None:
        log.info("a message has to wait", extra={"outbox_message": row.id, "reason": str(error)})
        with self._transaction() as session:
            outbox.reschedule(session, row, now() + timedelta(seconds=error.seconds), refused=False)

    def _reschedule(self, row: OutboxMessage, seconds: float, reason: str, *, refused: bool) -> None:
        known = {"outbox_message": row.id, "reason": reason, "again_in": seconds}
        log.warning("Slack did not take an alert", extra=known)
        # What an earlier attempt may have posted is not refused: whatever is refused now, the search for it perhaps
        is_nowhere = refused and row.claimed_at is None
        with self._transaction() as session:
            outbox.reschedule(session, row, now() + timedelta(seconds=seconds), refused=is_nowhere)

    def _fail(self, row: OutboxMessage, name: str) -> None:
        log.error(
            "an alert is given up", extra={"outbox_message": row.id, "channel": row.channel, "reason": name}
        )
        admins = self._reachable_admins()
        with self._transaction() as session:
            outbox.mark_failed(session, row, name)
            if name not in MESSAGE_LOST and not broken_channels.is_about_one(row):
                is_group = self._admins.is_group(row.channel)
                broken_channels.notify(session, admins, row.channel, name, is_group=is_group)

    def _reachable_admins(self) -> list[str]:
        return [each for each in self._services.settings.slack_admins if not self._admins.gone(each)]


def _delay(row: OutboxMessage) -> float:
    """Return how many seconds to wait after one more failure."""
    return jitter(backoff(row.attempts + 1, MAX_WAIT))
