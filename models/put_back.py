"""What is held when an older state of the database was put back: what was due then was done by the state that is gone.

All of it in one transaction, so that nobody finds half of it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import datetime

from sqlalchemy import func, update
from sqlmodel import Session, col, delete, select

from models import api_token, audit, inbox, login_link, transfer
from models.actor import SWITCHHOOK
from models.audit import AuditEntry
from models.bookmark import Bookmark
from models.csv_import import CsvImport
from models.event import Event
from models.extension import Extension
from models.hr_delivery import DeliveryState, HrDelivery
from models.inbox import InboxRequest, InboxState
from models.inbox_answer import InboxAnswer
from models.installation import ONLY, Installation
from models.listening_gap import Followed, ListeningGap
from models.outbox import OutboxMessage
from models.report_schedule import ReportSchedule
from models.step_execution import StepExecution, StepState
from models.types import now

HELD = "held back, as an older state of the database was put back"
IN_WORK = (
    "an older state of the database was put back while this was in work, and what became of it is not known: look, and try "
    "it again if it was not done"
)
RESTORED = "restored the database from a backup"
RESTORED_ANOTHER = f"{RESTORED} of another installation"
NOTICED = "noticed that an older state of the database was put back"
MARGIN = 10_000  # ids that may have been given since they were counted last
UNCOUNTED_MARGIN = 1_000_000  # and where nobody has counted them


def hold(session: Session, told_until: datetime, revoked: Collection[str] = ()) -> None:
    """Let nothing be done a second time, and open no door that was shut.

    `told_until`: when the later state was last seen; `revoked`: jti of tokens of the API.
    """
    row = session.get(Installation, ONLY) or Installation()
    row.put_back_at, row.told_until, row.as_of = now(), told_until, _written_last(session)
    session.add(row)
    _hold_messages(session, told_until)
    _hold_work(session, told_until)
    _shut_doors(session, revoked)
    audit.record(session, SWITCHHOOK, NOTICED)


def raise_ids(session: Session, known: Mapping[str, int]) -> None:
    """Reuse no id that the later state gave. `known`: the highest of those, by table, as they were counted last."""
    session.flush()
    transfer.raise_ids(session.connection(), known, MARGIN if known else UNCOUNTED_MARGIN)


def _hold_messages(session: Session, told_until: datetime) -> None:
    """Hold what is due, and close messages that later news would have edited: they say what came of it already."""
    due = update(OutboxMessage).where(col(OutboxMessage.due))
    session.exec(due.values(due=False, open=False, claimed_at=None, failure=HELD))
    of_calls = col(OutboxMessage.subject).startswith("call:", autoescape=True)
    session.exec(update(OutboxMessage).where(col(OutboxMessage.open), of_calls).values(open=False))
    session.exec(update(Followed).where(col(Followed.until) < told_until).values(until=told_until))
    untold = col(ListeningGap.told_at).is_(None)
    session.exec(update(ListeningGap).where(untold).values(filled_at=told_until, told_at=told_until))
    newest = select(func.coalesce(func.max(Event.id), 0)).scalar_subquery()
    session.exec(update(Bookmark).where(col(Bookmark.name) == "alerts").values(event_id=newest))


def _hold_work(session: Session, told_until: datetime) -> None:
    waiting = update(HrDelivery).where(col(HrDelivery.state) == DeliveryState.WAITING)
    session.exec(waiting.values(state=DeliveryState.FAILED, reason=IN_WORK, next_try_at=None))
    ended = col(StepExecution.state).in_((StepState.TOLD, StepState.UNTOLD))
    session.exec(update(StepExecution).where(~ended).values(state=StepState.UNTOLD, error=IN_WORK))
    unsent = col(ReportSchedule.settled_at) < told_until
    session.exec(update(ReportSchedule).where(unsent).values(settled_at=told_until))
    session.exec(delete(CsvImport))
    asked = col(InboxRequest.received_at) < told_until, col(InboxRequest.state).in_(inbox.OPEN)
    session.exec(update(InboxRequest).where(*asked).values(state=InboxState.GIVEN_UP, sealed=None))
    # Told by the later state, as far as they could be; what they say, as of a password, may not be so any more.
    untold = col(InboxAnswer.is_late).is_(False), col(InboxAnswer.asked_at) < told_until
    session.exec(delete(InboxAnswer).where(*untold))


def _shut_doors(session: Session, revoked: Collection[str]) -> None:
    login_link.end_all(session, None)
    api_token.revoke_all(session, revoked)


def begun(session: Session) -> AuditEntry | None:
    """Return what was decided since it was noticed, and is not carried out to its end; None: nothing."""
    return _last_since(session, audit.SETTLED)


def was_noticed(session: Session) -> bool:
    """Return whether an older state was: what is settled of another database has no such past."""
    return _last_since(session, NOTICED) is not None


def is_of_another(session: Session) -> bool:
    """Return whether what was put back seemed to be another installation's: nothing of it happened here."""
    restored = _last_since(session, RESTORED)
    return restored is not None and restored.action == RESTORED_ANOTHER


def _last_since(session: Session, start: str) -> AuditEntry | None:
    """Return the last act since it was noticed of those that start so."""
    row = session.get(Installation, ONLY)
    if row is None or row.put_back_at is None:
        return None
    since = col(AuditEntry.at) >= row.put_back_at, col(AuditEntry.action).startswith(start)
    return session.exec(select(AuditEntry).where(*since).order_by(col(AuditEntry.id).desc())).first()


def held_messages(session: Session) -> int:
    """Return how many messages were held back the last time."""
    held = select(func.count()).where(col(OutboxMessage.failure) == HELD)
    return session.exec(held).one()


def _written_last(session: Session) -> datetime | None:
    """Return when this state was last written, as far as its rows say."""
    moments: list[datetime | None] = []
    for column in (col(AuditEntry.at), col(Event.at), col(Extension.updated_at)):
        with suppress(ValueError):  # whoever copies the rows says which cannot be read
            moments.append(session.exec(select(func.max(column))).one())
    return max(filter(None, moments), default=None)
