"""The poster: sends what is due in the outbox, by priority and in order, as fast as Slack allows and not faster."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from handlers.alerts.channel_messages import ChannelBroken, GroupGone
from handlers.alerts.pace import Pace
from handlers.retry import backoff, jitter
from handlers.slack.admins import Admins
from handlers.slack.blocks import SlackMessage
from handlers.slack.errors import (
    CHANNEL_LOST,
    LONGEST_WAIT,
    MAY_NOT_POST,
    MESSAGE_LOST,
    SLACK_AWAY,
    is_definite,
    name_of,
    seconds_to_wait,
)
from handlers.slack.message_content import OURS, MessageContent
from models import outbox
from models.lease import LeaseHolder, LeaseLost
from models.outbox import OutboxMessage
from models.types import now
from pbx.listener import LEASE
from pbx.services import Services

log = logging.getLogger("switchhook.deliver")

CHANNELS_AT_ONCE = 8
LONGEST_LOOK_AWAY = 0.1
SURE_SECONDS = 2.0  # far less than a lease lasts
AS_WRITTEN = "none"  # an edit's default is "client", which makes links and mentions of plain words
EVENT_TYPE = "switchhook_alert"
BROKEN = "broken:"

Read = Callable[[dict[str, Any]], MessageContent]  # raises ValueError


class Poster:
    """Remembers how fast it may go and what is under way; everything else is in the database."""

    def __init__(
        self, system: Services, holder: LeaseHolder, client: WebClient, admins: Admins, read: Read
    ) -> None:
        self._system = system
        self._admins = admins
        self._holder = holder
        self._client = client
        self._read = read
        self._pace = Pace(system.settings.alert_interval)
        self._sure_until = 0.0  # so long nobody can have taken the lease
        self._threads = ThreadPoolExecutor(CHANNELS_AT_ONCE, "slack")
        self._under_way: dict[str, Future[None]] = {}  # by channel: none waits for another
        self.has_due = (
            False  # whether post_due() found any message, also one that has to wait or is under way
        )

    def post_due(self) -> int:
        """Starts one request at most for each channel that is free; how many. Raises LeaseLost."""
        self._under_way = {channel: each for channel, each in self._under_way.items() if not each.done()}
        with self._system.database.session() as session:
            due = outbox.next_per_channel(session)
        self.has_due = bool(due)
        waiting = [row for row in due if self._is_ready(row)]
        if waiting and time.monotonic() > self._sure_until:
            self._holder.renew(self._system.database, LEASE)
            self._sure_until = time.monotonic() + SURE_SECONDS
        ready = self._pace.choose(waiting)
        for row in ready:
            self._under_way[row.channel] = self._threads.submit(self._post, row)
        return len(ready)

    def wait_for_one(self) -> None:
        """Until a request is answered, but not for long: another channel may have something to say."""
        wait(self._under_way.values(), timeout=LONGEST_LOOK_AWAY, return_when=FIRST_COMPLETED)

    def finish(self) -> None:
        wait(self._under_way.values())

    def _is_ready(self, row: OutboxMessage) -> bool:
        if row.channel in self._under_way:
            return False
        # Nobody waits so long: the clock was set back since.
        far = now() + timedelta(seconds=2 * LONGEST_WAIT)
        return row.next_try_at is None or not now() < row.next_try_at < far

    def _post(self, row: OutboxMessage) -> None:
        """Never raises: the next round finds what is still due."""
        try:
            self._try(row)
        except (LeaseLost, SQLAlchemyError) as error:
            reason = f"{type(error).__name__}: {error}"
            log.warning("an alert has to wait", extra={"delivery": row.id, "reason": reason})
        except Exception:
            log.exception("an alert cannot be made", extra={"delivery": row.id})

    def _try(self, row: OutboxMessage) -> None:
        if self._admins.is_group(row.channel):
            self._hand_out(row)
            return
        content = self._content(row)
        if content is None:
            return
        message = content.render().alone() if content.text_alone else content.render()
        digest = message.digest()
        if row.ts and row.sent_digest == digest:
            self._sent(row, row.conversation or row.channel, row.ts, digest)
            return
        try:
            send = self._update if row.ts else self._post_once
            conversation, ts = send(row, message)
        except SlackApiError as error:
            self._refused(row, content, error)
        except (*SLACK_AWAY, ValueError) as error:
            self._again(
                row, jitter(backoff(row.attempts + 1, LONGEST_WAIT)), type(error).__name__, refused=False
            )
        else:
            self._sent(row, conversation, ts, digest)

    def _sent(self, row: OutboxMessage, conversation: str, ts: str, digest: str) -> None:
        with self._writing() as session:
            outbox.mark_sent(session, row, conversation, ts, digest)
            outbox.close_all(session, BROKEN + row.channel)

    def _hand_out(self, row: OutboxMessage) -> None:
        """To each member of a user group; until Slack says who is in it, it waits, and if it is gone, the others hear."""
        if gone := self._admins.gone(row.channel):
            self._give_up(row, gone)
            return
        people = self._admins.only_in(row.channel)
        if people is None:
            self._again(row, LONGEST_WAIT, "the members of the user group are unknown", refused=True)
            return
        with self._writing() as session:
            outbox.fan_out(session, row, people)
            outbox.close_all(session, BROKEN + row.channel)

    def _content(self, row: OutboxMessage) -> MessageContent | None:
        """Return what the row says; None: it cannot be read, and holds up the next one no longer."""
        try:
            return self._read(row.content)
        except ValueError:  # another version wrote it, perhaps
            log.exception("an alert cannot be shown, and is given up", extra={"delivery": row.id})
            with self._writing() as session:
                outbox.mark_failed(session, row, "cannot be shown")
            return None

    def _writing(self) -> AbstractContextManager[Session]:
        return self._holder.transaction(self._system.database, LEASE)

    def _update(self, row: OutboxMessage, message: SlackMessage) -> tuple[str, str]:
        channel, ts = row.conversation or row.channel, row.ts or ""
        self._client.chat_update(
            channel=channel, ts=ts, text=message.text, blocks=message.blocks, parse=AS_WRITTEN
        )
        return channel, ts

    def _post_once(self, row: OutboxMessage, message: SlackMessage) -> tuple[str, str]:
        """Posts, unless an earlier try did and its answer was lost: then Slack is asked for the message."""
        conversation = row.conversation or self._conversation(row.channel)
        if row.claimed_at and (ts := self._find(row, conversation)):
            return conversation, ts
        with self._writing() as session:
            outbox.claim(session, row, conversation)
        answer = self._client.chat_postMessage(
            channel=conversation,
            text=message.text,
            blocks=message.blocks,
            parse=AS_WRITTEN,
            metadata=_metadata(row),
            unfurl_links=False,
            unfurl_media=False,
        )
        return str(answer["channel"]), str(answer["ts"])

    def _conversation(self, channel: str) -> str:
        """Of a person: the direct message with them."""
        if channel[:1] not in ("U", "W"):
            return channel
        return str(self._client.conversations_open(users=channel)["channel"]["id"])

    def _find(self, row: OutboxMessage, conversation: str) -> str | None:
        """The `ts` of the message, when Slack has it among the latest."""
        answer = self._client.conversations_history(
            channel=conversation, limit=200, include_all_metadata=True
        )
        return next(
            (each["ts"] for each in answer["messages"] if each.get("metadata") == _metadata(row)), None
        )

    def _refused(self, row: OutboxMessage, content: MessageContent, error: SlackApiError) -> None:
        name = name_of(error)
        if error.response.status_code == 429:
            seconds = seconds_to_wait(error)
            self._pace.hold(row, seconds)
            self._again(row, seconds, name, refused=True)
        elif name in OURS and (simpler := content.simpler(name)):
            self._simplify(row, *simpler)
        elif name in CHANNEL_LOST | MESSAGE_LOST | OURS or name.startswith(MAY_NOT_POST):
            self._give_up(row, name)
        else:
            self._again(
                row, jitter(backoff(row.attempts + 1, LONGEST_WAIT)), name, refused=is_definite(error)
            )

    def _simplify(self, row: OutboxMessage, content: MessageContent, reason: str) -> None:
        """Send less, at once: a message that Slack refuses as it stands is still to be read."""
        log.warning(reason, extra={"delivery": row.id})
        with self._writing() as session:
            outbox.edit(session, row, content.as_json())
            outbox.reschedule(session, row, now(), refused=True)

    def _again(self, row: OutboxMessage, seconds: float, reason: str, *, refused: bool) -> None:
        known = {"delivery": row.id, "reason": reason, "again_in": seconds}
        log.warning("Slack did not take an alert", extra=known)
        with self._writing() as session:
            outbox.reschedule(session, row, now() + timedelta(seconds=seconds), refused=refused)

    def _give_up(self, row: OutboxMessage, name: str) -> None:
        log.error("an alert is given up", extra={"delivery": row.id, "channel": row.channel, "reason": name})
        admins = [each for each in self._system.settings.slack_admins if not self._admins.gone(each)]
        with self._writing() as session:
            outbox.mark_failed(session, row, name)
            if name not in MESSAGE_LOST and not row.subject.startswith(BROKEN):
                self._tell(session, admins, row.channel, name)

    def _tell(self, session: Session, admins: list[str], channel: str, name: str) -> None:
        """Once, until something arrives there again."""
        subject = BROKEN + channel
        if not outbox.find_open(session, subject):
            is_group = self._admins.is_group(channel)
            news = (
                GroupGone(group=channel, error=name)
                if is_group
                else ChannelBroken(channel=channel, error=name)
            )
            for admin in admins:
                outbox.enqueue(session, admin, subject, news.as_json())


def _metadata(row: OutboxMessage) -> dict[str, object]:
    """By which the message is found again; another database may have posted there under the same id."""
    payload = {"delivery": row.id, "made_at": row.created_at.isoformat()}
    return {"event_type": EVENT_TYPE, "event_payload": payload}
