"""Statuses as they should be: shown while a phone of theirs is in a call, cleared after it, whatever broke in between.

Each round compares what Asterisk has said with what the rows say that Slack shows, and asks Slack where they differ: a
crash at any moment leaves a row that the next round of whoever listens finds.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import SQLAlchemyError

from handlers.oncall import revocation
from handlers.oncall.pace import AWAY_SECONDS, Pace
from handlers.oncall.profile import EMPTY, on_a_call
from handlers.oncall.settling import Settling
from handlers.oncall.slack_profile import SlackProfile
from handlers.refusal_log import RefusalLog
from handlers.slack.errors import SLACK_AWAY, is_definite, name_of, seconds_to_wait
from models import status_connection
from models.errors import SecretUnreadable
from models.lease import LeaseHolder, LeaseLost
from models.status_connection import StatusConnection
from models.types import now
from pbx.services import Services
from pbx.talking import Talking

log = logging.getLogger("switchhook.oncall")

AT_ONCE = 8  # requests
LASTS_SECONDS = 600  # after which Slack clears a status by itself, should nothing of ours be left to do it
RENEW_SECONDS = 240  # before that, while the call goes on
# Until somebody is tried again who has a status of their own, whom Slack refuses, or whose token cannot be read
LATER_SECONDS = 60.0

Step = Callable[[StatusConnection], None]


class StatusKeeper:
    """Remembers what is in flight, and whose own status is left alone; everything else is in the database.

    `client`: the bot's.
    """

    def __init__(self, services: Services, holder: LeaseHolder, client: WebClient, talking: Talking) -> None:
        self._services = services
        self._holder = holder
        self._client = client
        self._talking = talking
        self._settling = Settling()
        self._pace = Pace()
        self._waits = RefusalLog(log, "Slack statuses have to wait")
        # People with a status of their own, and when to look at it again; until their calls end
        self._left_alone: dict[str, float] = {}
        # The expiration that Slack has, by person: of what is noted as shown, this process may not have heard that it is
        self._confirmed: dict[str, int] = {}
        self._threads = ThreadPoolExecutor(AT_ONCE, "status")
        self._in_flight: dict[str, Future[None]] = {}  # by person

    def keep(self) -> None:
        """Ask Slack for what is to change; what has to wait is found again. Raises SQLAlchemyError."""
        self._in_flight = {user_id: each for user_id, each in self._in_flight.items() if not each.done()}
        numbers = self._talking.numbers
        with self._services.database.session() as session:
            concerned = status_connection.concerned(session, numbers or ())
        self._settling.keep_only(concerned)
        for memory in (self._left_alone, self._confirmed):  # which the threads write to as well
            for user_id in [each for each in list(memory) if each not in concerned]:
                memory.pop(user_id)
        steps = [(row, self._step(row, talks, numbers is not None)) for row, talks in concerned.values()]
        # Clears first: they may not wait for what is set. Then who talks the longest.
        order = sorted(
            steps, key=lambda each: (each[1] == self._show, self._settling.since(each[0].slack_user_id))
        )
        for row, step in order:
            if step and self._may_ask(row, step):
                self._in_flight[row.slack_user_id] = self._threads.submit(self._attempt, step, row)

    def _may_ask(self, row: StatusConnection, step: Step) -> bool:
        user_id = row.slack_user_id
        is_idle = user_id not in self._in_flight and len(self._in_flight) < self._pace.at_once
        may_ask = is_idle and self._pace.is_open(user_id)
        return may_ask and (step != self._show or self._pace.take_set(user_id))

    def finish(self) -> None:
        """Wait until all requests are answered."""
        wait(self._in_flight.values())

    def _step(self, row: StatusConnection, talks: bool, is_known: bool) -> Step | None:
        """Return what is to be done. `is_known`: Asterisk was asked who talks."""
        if row.is_ending:
            return self._end
        wanted = self._settling.settled(row.slack_user_id, talks) if is_known else None
        if wanted is None:
            return None
        if not wanted:
            return self._clear if row.is_shown else None
        return self._show if self._talking.is_current and self._is_due(row) else None

    def _is_due(self, row: StatusConnection) -> bool:
        """Return whether the status is to be set or looked for, or its expiration to be renewed."""
        if time.monotonic() < self._left_alone.get(row.slack_user_id, 0.0):
            return False
        return self._confirmed.get(row.slack_user_id) != row.expirations[-1] if _is_fresh(row) else True

    def _show(self, row: StatusConnection) -> None:
        """Set the status, unless there is one that is not ours."""
        profile = self._profile(row)
        there = profile.status()
        if not (there.is_empty or there.is_ours(row.expirations)):
            self._left_alone[row.slack_user_id] = time.monotonic() + LATER_SECONDS
            return
        if _is_fresh(row) and there.is_ours(row.expirations[-1:]):
            self._confirmed[row.slack_user_id] = row.expirations[-1]
            return
        expiration = int(time.time()) + LASTS_SECONDS
        with self._holder.transaction() as session:
            if not status_connection.note_shown(session, row, expiration):
                return
        self._holder.confirm()
        profile.set(on_a_call(expiration))
        self._confirmed[row.slack_user_id] = expiration

    def _clear(self, row: StatusConnection) -> None:
        """Clear the status if it is still ours."""
        self._take_back(self._profile(row), row)
        with self._holder.transaction() as session:
            status_connection.note_cleared(session, row)

    def _take_back(self, profile: SlackProfile, row: StatusConnection) -> None:
        if row.is_shown and profile.status().is_ours(row.expirations):
            self._pace.note_clear()
            self._holder.confirm()
            profile.set(EMPTY)

    def _end(self, row: StatusConnection) -> None:
        """Take everything back for who disconnects: the status, the token, the row."""
        try:
            profile = self._profile(row)
        except SecretUnreadable:
            log.warning("a permission cannot be given back: no key in SECRET_KEY opens it")
        else:
            self._give_back(profile, row)
        with self._holder.transaction() as session:
            status_connection.forget(session, row)
        log.info("a Slack status is disconnected", extra={"user": row.slack_user_id})

    def _give_back(self, profile: SlackProfile, row: StatusConnection) -> None:
        """Give the token back, also one that may not clear the status. Raises what passes, as the token is needed then."""
        try:
            self._take_back(profile, row)
        except SlackApiError as error:
            if not is_definite(error):
                raise
        try:
            profile.revoke()
        except SlackApiError as error:
            if not revocation.is_final(name_of(error), self._client):
                raise

    def _profile(self, row: StatusConnection) -> SlackProfile:
        """Raises SecretUnreadable."""
        return SlackProfile(self._services.settings, self._services.cipher.decrypt(row.encrypted_token))

    def _attempt(self, step: Step, row: StatusConnection) -> None:
        """Do a step, if Slack has not gone away since. Raises nothing: the next round finds what is still to be done."""
        if not self._pace.is_open(row.slack_user_id):
            return
        try:
            self._holder.confirm()
            self._do(step, row)
        except SLACK_AWAY as error:
            self._wait(type(error).__name__, AWAY_SECONDS)
        except (LeaseLost, SQLAlchemyError) as error:
            self._put_off(row, type(error).__name__, AWAY_SECONDS)
        except SecretUnreadable:
            self._put_off(row, "no key in SECRET_KEY opens the token", LATER_SECONDS)
        except Exception:
            log.exception("a Slack status cannot be kept", extra={"user": row.slack_user_id})
            self._pace.put_off(row.slack_user_id, LATER_SECONDS)

    def _do(self, step: Step, row: StatusConnection) -> None:
        try:
            step(row)
            self._pace.answered()
        except SlackApiError as error:
            self._handle_refusal(row, error)

    def _handle_refusal(self, row: StatusConnection, error: SlackApiError) -> None:
        name = name_of(error)
        if error.response.status_code == 429:
            self._wait(name, seconds_to_wait(error))
        elif revocation.is_final(name, self._client):
            with self._holder.transaction() as session:
                revocation.forget(session, row, name)
        elif is_definite(error) and name not in revocation.GONE:
            self._put_off(row, name, LATER_SECONDS)
        else:
            self._wait(name, AWAY_SECONDS)

    def _wait(self, reason: str, seconds: float) -> None:
        """Leave Slack alone for so long."""
        self._waits.count("all", reason, now())
        self._pace.close(seconds)

    def _put_off(self, row: StatusConnection, reason: str, seconds: float) -> None:
        self._waits.count(row.slack_user_id, reason, now())
        self._pace.put_off(row.slack_user_id, seconds)


def _is_fresh(row: StatusConnection) -> bool:
    """Return whether a status is noted as shown that lasts for a while yet."""
    return row.is_shown and max(row.expirations, default=0) - time.time() >= RENEW_SECONDS
