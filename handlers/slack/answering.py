"""Answers on their way to people: sent by threads of their own, and again while Slack is away.

A Slack that hangs, or wants to be left alone, keeps none of the threads that carry out commands. The answer to a stored
request is stored before it is sent (models/inbox_answer.py), so that another process sends it if this one ends: there
where it was asked for while Slack takes it there, and then by direct message.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import timedelta
from functools import partial
from typing import Any

from slack_sdk import WebClient
from sqlalchemy.exc import SQLAlchemyError

from handlers.retry import backoff, jitter
from handlers.slack import asked, late_answers, unstored_answers, ways, windows, work
from handlers.slack.blocks import SlackMessage, View
from handlers.slack.errors import MAX_WAIT
from handlers.slack.in_turn import InTurn
from handlers.slack.late_answers import LateAnswer
from handlers.slack.stored_answer import StoredAnswer
from handlers.slack.tries import Try
from logs import ContextExecutor
from models import inbox_answer, outbox
from models.errors import ClaimLost, RequestGone, SecretUnreadable
from models.inbox_answer import InboxAnswer, Sending
from models.process_names import process_name
from pbx.services import Services

log = logging.getLogger("switchhook.ext")

FIRST_THREADS, LATER_THREADS = 64, 16  # what is tried again keeps no first try waiting
MOST_QUEUED = 20.0  # seconds until a thread is free: less than inbox_answer.TRY_TIME
LIFETIME = timedelta(minutes=30)  # of a response_url
UNSENDABLE = LIFETIME + timedelta(minutes=5)  # some tries by direct message


class Answers:
    """Sends answers, those of other processes that have ended, too. `client`: with the bot's token."""

    def __init__(self, services: Services, client: WebClient) -> None:
        self._database = services.database
        self._cipher = services.cipher
        self._client = client
        self._name = process_name()
        self._first = ContextExecutor(FIRST_THREADS, "answers")
        self._later = ContextExecutor(LATER_THREADS, "answers-again")
        self._sending: list[Future[None]] = []  # of the later ones
        self._unreadable: set[int] = set()  # logged already
        self._unnoted: dict[Sending, Callable[[], None]] = {}  # those that have ended; how to note it
        self._in_turn = InTurn(self._line_of)

    def tell(self, answer: StoredAnswer) -> None:
        """Store the answer to the request that this thread carries out, and have it sent; who has lost the claim tells nothing.

        What can neither be stored nor sent is made once more, when somebody takes the request up again.
        """
        try:
            sending = self._keep(answer)
        except RequestGone as error:
            log.warning("an answer is not stored", extra={"reason": str(error)})
            sending, answer = None, late_answers.of_gone(answer)
        except ClaimLost:
            log.warning("an answer is not sent: another process carries its request out by now")
            return
        if sending:
            self._do(self._send, sending, answer, time.monotonic())
        elif (mine := work.current.get()) is None:
            self._do(unstored_answers.tell, self._client, answer)
        elif not unstored_answers.tell(self._client, answer):
            mine.is_given_back = True

    def _do(self, send: Callable[..., object], *arguments: object) -> None:
        """Have a thread send it, or send it in this one while the process ends, which waits for what is carried out."""
        try:
            self._first.submit(send, *arguments)
        except RuntimeError:  # no thread is given anything any more
            send(*arguments)

    def _keep(self, answer: StoredAnswer) -> Sending | None:
        """Return None for what is not stored: it is no stored request's, or not its last, or the database is away."""
        if (mine := work.current.get()) is None or mine.is_unsure:
            return None
        try:
            sealed = inbox_answer.sealed(self._cipher, answer.model_dump_json())
            with self._database.session() as session:
                kept = inbox_answer.keep(session, mine.claim, sealed, self._name, mine.ends_as)
            mine.is_noted = True
            return kept
        except SQLAlchemyError as error:
            log.warning("an answer is not stored", extra={"reason": type(error).__name__})
            return None

    def send_due(self) -> None:
        """Have sent what is due, also of processes that have ended, as far as there are threads. Raises SQLAlchemyError."""
        self._note_ended()
        self._sending = [each for each in self._sending if not each.done()]
        for turn in self._in_turn.due(inbox_answer.waiting(self._database)):
            if len(self._sending) >= LATER_THREADS:
                break
            self._sending.append(self._later.submit(self._send_turn, turn))

    def _send_turn(self, turn: Sequence[InboxAnswer]) -> None:
        """Send answers of one line one after another, as long as they are told."""
        try:
            for row in turn:
                answer = self._opened(row)
                sending = answer and inbox_answer.take(self._database, row, self._name)
                if not (answer and sending and self._send(sending, answer, time.monotonic())):
                    break
        except SQLAlchemyError as error:
            log.warning("an answer is not tried yet", extra={"reason": type(error).__name__})

    def _line_of(self, row: InboxAnswer) -> str:
        answer = self._opened(row)
        return answer.line if answer else ""

    def _opened(self, row: InboxAnswer) -> StoredAnswer | None:
        """Return None where it is told, or the key is missing: another process may have it."""
        try:
            stored = inbox_answer.opened(self._database, self._cipher, row.request)
            return StoredAnswer.model_validate_json(stored) if stored else None
        except SecretUnreadable:
            if row.request not in self._unreadable:
                self._unreadable.add(row.request)
                log.error("an answer waits: the key that sealed it is missing from SECRET_KEY")
            return None

    def _send(self, sending: Sending, answer: StoredAnswer, submitted_at: float) -> bool:
        """Return whether it is told; a first try waits for the asker's older answers."""
        is_behind = sending.attempt == 1 and self._in_turn.is_behind(sending.request, answer.line)
        is_too_late = time.monotonic() - submitted_at > MOST_QUEUED  # others would begin to try it soon
        try:
            if not is_behind and not is_too_late:
                return self._attempt(sending, answer)
            inbox_answer.put_off(self._database, sending, timedelta(), is_unsure=False)
        except SQLAlchemyError as error:  # another try finds it, and says that it is one
            log.warning("how an answer was sent is not noted", extra={"reason": type(error).__name__})
        except Exception:
            log.exception("an answer cannot be sent")
            self._in_turn.failing.add(sending.request)
            if sending.age > UNSENDABLE:
                self._give_up(sending, answer)
        return False

    def _give_up(self, sending: Sending, answer: StoredAnswer) -> None:
        """Forget an answer that raises an error at each try, and say that it is not kept."""
        content = LateAnswer(request=sending.request, at=sending.asked_at.timestamp())
        with suppress(SQLAlchemyError), self._database.session() as session:
            if inbox_answer.forget(session, sending):
                subject = f"answer:{sending.request}"
                outbox.enqueue(session, answer.user_id, subject, content.as_json(), open=False)

    def _attempt(self, sending: Sending, answer: StoredAnswer) -> bool:
        """Try to tell it: where it was asked for while that may be, else by direct message. Return whether it is told."""
        left = LIFETIME - sending.age
        tried = Try()
        if left > timedelta():
            tried = ways.where_asked(self._client, answer, is_again=sending.is_again)
        if tried.is_taken or (not tried.may_retry and not ways.is_told_directly(answer)):
            self._note(sending, partial(inbox_answer.told, self._database, sending))
        elif tried.may_retry:
            self._put_off(sending, tried, left)
            return False
        else:
            self._directly(sending, answer, tried)
        return True

    def _note(self, sending: Sending, note: Callable[[], None]) -> None:
        """Note how it has ended, or leave that for the next look: it is not to be sent again. Raises SQLAlchemyError."""
        self._unnoted[sending] = note
        self._note_ended()

    def _note_ended(self) -> None:
        while self._unnoted:
            with suppress(KeyError):  # another thread notes it
                sending, note = self._unnoted.popitem()
                try:
                    note()
                except SQLAlchemyError:
                    self._unnoted[sending] = note
                    raise

    def _put_off(self, sending: Sending, tried: Try, left: timedelta) -> None:
        """Try again when Slack wants, or after longer and longer, and at the latest when it goes by direct message."""
        pause = timedelta(seconds=tried.pause or jitter(backoff(sending.attempt, MAX_WAIT)))
        known = {"reason": tried.reason, "attempt": sending.attempt, "again_in": pause.total_seconds()}
        log.warning("Slack did not take an answer", extra=known)
        inbox_answer.put_off(self._database, sending, min(pause, left), is_unsure=tried.is_unsure)

    def _directly(self, sending: Sending, answer: StoredAnswer, tried: Try) -> None:
        """Send it as a direct message at once, or leave that to the poster. What a button shows is kept."""
        is_again = sending.is_again or tried.is_unsure
        content = LateAnswer(
            request=sending.request,
            at=sending.asked_at.timestamp(),
            why=ways.why_not(answer, tried),
            is_again=is_again,
        )
        message = content.model_copy(update={"answer": answer}).render()
        direct = ways.directly(self._client, answer.user_id, message)
        log.info("an answer goes by direct message", extra={"reason": tried.reason, "later": direct.reason})
        content = content.model_copy(update={"is_again": is_again or direct.is_unsure})
        self._note(sending, partial(self._told_directly, sending, answer.user_id, direct, content))

    def _told_directly(self, sending: Sending, user_id: str, direct: Try, content: LateAnswer) -> None:
        with self._database.session() as session:
            is_ours = inbox_answer.told_late(session, sending)
            if is_ours and not direct.is_taken:
                subject = f"answer:{sending.request}"
                outbox.enqueue(session, user_id, subject, content.as_json(), open=False)


current: ContextVar[Answers | None] = ContextVar("answers", default=None)


@contextmanager
def told_by(answers: Answers) -> Iterator[None]:
    """Have what is told meanwhile, also by threads that are given work meanwhile, stored and sent by them."""
    before = current.set(answers)
    try:
        yield
    finally:
        current.reset(before)


def tell(client: WebClient, body: dict[str, Any], shown: SlackMessage | View, **where: Any) -> None:
    """Tell what came of a request. `where`: the fields of StoredAnswer that say so."""
    what = {"view": shown} if isinstance(shown, dict) else {"text": shown.text, "blocks": shown.blocks}
    answer = StoredAnswer(user_id=windows.user_of(body), asked=asked.answer_to(body), **what, **where)
    if answers := current.get():
        answers.tell(answer)
    else:
        unstored_answers.tell(client, answer)
