"""Requests of Slack's that nobody carries out, as their process has ended: each web process looks for them, and does.

They go to the same listeners as at first. What an earlier process has committed is not done again, but ended and told.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from functools import cache, partial

from slack_sdk import WebClient
from sqlalchemy.exc import SQLAlchemyError

from handlers.slack import answering, blocks, payloads, replies, resuming, windows
from handlers.slack.admins import Admins
from handlers.slack.answering import Answers
from handlers.slack.blocks import SlackMessage
from handlers.slack.dispatch import Dispatcher
from handlers.slack.executor import RequestExecutor
from handlers.slack.payload_shapes import JsonObject
from handlers.slack.storing import TOO_LATE
from logs import request_id
from models import audit, inbox
from models.errors import SecretUnreadable
from models.heartbeat import RENEW_SECONDS
from models.inbox import Claim, InboxState, TakenUp
from pbx.errors import Refusal
from pbx.services import Services
from pbx.settling import notice

log = logging.getLogger("switchhook.slack")

TAKING_UP = "slack-taking-up"  # in app.extensions
LOOK_SECONDS = 1.0
MOST_ATTEMPTS = 20  # each ended with its process; those of a machine that is in trouble are many
ENDED_EACH_TIME = (
    "Switchhook's process ended each time that it carried that out, so it does not try any more; the log says under "
    "the request id {} what happened. {}"
)
NOTHING_SAVED = "Nothing of it was saved"
SOMETHING_SAVED = (
    "What it had saved by then stays: `/ext audit` shows it. If it made a password, nobody has seen it: `/ext secret` and "
    "the number make another"
)
WAS_AWAY = "Switchhook was away for too long, so that was not done: do it once more if you still want it"
NOT_HEARD = (
    "that was saved, but the database did not say so for so long that you may have had it done in another way, so that was "
    "not done: do it once more if you still want it"
)


class TakingUp:
    """Looks for them, in a thread."""

    def __init__(
        self,
        services: Services,
        client: WebClient,
        admins: Admins,
        dispatcher: Dispatcher,
        executor: RequestExecutor,
        name: str,
        answers: Answers,
    ) -> None:
        self._services = services
        self._client = client
        self._admins = admins
        self._dispatcher = dispatcher
        self._executor = executor
        self._name = name
        self._answers = answers
        self._unreadable: set[int] = set()  # logged already

    def start(self, is_alive: Callable[[], bool]) -> None:
        """Look at once and every second until the process is to end; what is carried out then goes on."""
        threading.Thread(target=self._run, args=(is_alive,), name="taking-up", daemon=True).start()

    def _run(self, is_alive: Callable[[], bool]) -> None:
        beat_at = time.monotonic() + RENEW_SECONDS
        while threading.main_thread().is_alive():
            _try(self._executor.note_ended)
            if time.monotonic() >= beat_at:
                beat_at = time.monotonic() + RENEW_SECONDS
                _try(self._executor.beat)
            if is_alive():
                _try(self.look)
                _try(self._answers.send_due)
            time.sleep(LOOK_SECONDS)

    def look(self) -> None:
        """Take up what nobody carries out, as far as there are threads for it. Raises SQLAlchemyError."""
        notice.look(self._services)  # what an older state of the database has waiting was done
        for found in inbox.waiting(self._services.database)[: self._executor.room]:
            try:
                taken = inbox.take_up(self._services.database, self._services.cipher, found, self._name)
            except SecretUnreadable:
                self._note_unreadable(found)
                continue
            if taken:
                self._executor.submit(_try, partial(self._take_up, taken))

    def _note_unreadable(self, found: Claim) -> None:
        if found.id not in self._unreadable:
            self._unreadable.add(found.id)
            log.error("a request waits: the key that sealed it is missing from SECRET_KEY")

    def _take_up(self, taken: TakenUp) -> None:
        request_id.set(taken.request_id)
        payload, claim = json.loads(taken.payload), taken.claim
        log.info("a request is taken up", extra={"attempt": claim.attempt, "reached": str(claim.reached)})
        with answering.told_by(self._answers):
            if why := _why_not(taken):
                self._refuse(payload, claim, why)
            else:
                self._carry_on(payload, claim)

    def _carry_on(self, payload: JsonObject, claim: Claim) -> None:
        instead = None
        if claim.reached is not InboxState.TAKEN:
            told = partial(resuming.answer, self._services, self._admins, claim, payload)
            instead = cache(told)  # however often it is asked for
        with self._executor.working(claim, instead) as work:
            try:
                self._dispatcher.carry_out(payload, work)
                if payloads.kind_of(payload) == "view_submission" and not work.is_shared:
                    self._tell_of_form(payload, claim)
            except Exception:
                work.is_given_back = True
                raise

    def _tell_of_form(self, payload: JsonObject, claim: Claim) -> None:
        """Say what came of a form that closes without a word, as whoever submitted it has read that it failed."""
        acts = audit.of_inbox(self._services.database, claim.id)
        words = resuming.done(acts) if acts else windows.NOT_SAVED
        answering.tell(self._client, payload, blocks.plain(words))

    def _refuse(self, payload: JsonObject, claim: Claim, why: str) -> None:
        """Say that it is not carried out."""

        def refuse() -> SlackMessage:
            raise Refusal(why)

        log.error("a request is given up", extra={"attempt": claim.attempt, "reason": why})
        with self._executor.working(claim) as work:
            work.ends_as = InboxState.GIVEN_UP
            self._tell(payload, refuse)

    def _tell(self, payload: JsonObject, work: Callable[[], SlackMessage]) -> None:
        kind = payloads.kind_of(payload)
        if kind == "view_submission":
            shown = replies.outcome_of(work)
            where = {"external_id": windows.result_id(payload)}
            answering.tell(self._client, payload, shown, window=where)
        elif kind != "event_callback":
            replies.reply_to(self._client, payload, work)


def _try(step: Callable[[], object]) -> None:
    """Do a step; one that fails is logged, and keeps no other from being done."""
    try:
        step()
    except SQLAlchemyError as error:
        log.warning("whether requests wait is not known for a moment", extra={"reason": type(error).__name__})
    except Exception:
        log.exception("carrying out requests that wait failed")


def _why_not(taken: TakenUp) -> str:
    """Return why it is not carried out; empty: it is."""
    is_new = taken.claim.reached is InboxState.TAKEN
    if taken.claim.attempt > MOST_ATTEMPTS:
        return ENDED_EACH_TIME.format(taken.request_id, NOTHING_SAVED if is_new else SOMETHING_SAVED)
    if is_new and taken.is_unheard and taken.age > timedelta(seconds=TOO_LATE):
        return NOT_HEARD
    return WAS_AWAY if is_new and taken.age > inbox.TOO_OLD else ""
