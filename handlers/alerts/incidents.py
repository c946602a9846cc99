"""What goes wrong for longer: told once, with what to check, and once more when it is over, however many processes see it.

Whoever watches something hands in a Sign every few seconds; the row of its subject knows what was told.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlmodel import Session, col, select, update

from handlers import wording
from handlers.alerts import routing
from handlers.alerts.incident_messages import LINES_SHOWN, IncidentClosed, IncidentOpened
from models import outbox
from models.extension import BY_NUMBER, Extension, State
from models.incident import Incident
from models.lease import LeaseHolder
from models.types import now
from pbx.listener import LEASE
from pbx.services import Services

log = logging.getLogger("switchhook.trouble")

QUIET = timedelta(hours=1)  # after that, the same trouble is a new one
NEWS_AFTER = timedelta(minutes=5)  # more of the same is told again, but not sooner
LONGEST_STEADY = timedelta(minutes=10)
STUCK_AFTER = timedelta(minutes=5)

Word = Literal["trouble", "trouble_over"]


@dataclass(frozen=True)
class Sign:
    """How a subject is right now. `details`: what is wrong, a line by what it is about; None: nothing.

    `patience`: what passes sooner is not told at all.
    """

    subject: str
    patience: timedelta
    details: dict[str, str] | None = None


def step(before: Incident, sign: Sign, at: datetime) -> tuple[Incident, Word | None]:
    """Pure: the row as it is then, a new one, and what is to be told."""
    row = Incident(**before.model_dump())
    return row, _move(row, sign, at)


def _move(row: Incident, sign: Sign, at: datetime) -> Word | None:
    if sign.details is None:
        return _better(row, at)
    if row.resolved:
        rested = row.recovering_since is None or abs(at - row.recovering_since) > QUIET
        row.occurrences, row.since, row.notified_at, row.resolved = (
            0 if rested else row.occurrences,
            at,
            None,
            False,
        )
    row.recovering_since = None
    more = row.notified_at is not None and sign.details.keys() - row.details.keys()
    if row.notified_at is None and abs(at - row.since) >= sign.patience:
        row.occurrences += 1
    elif not (more and row.notified_at and abs(at - row.notified_at) >= NEWS_AFTER):
        return None
    row.notified_at, row.details = at, sign.details
    return "trouble"


def _better(row: Incident, at: datetime) -> Word | None:
    if row.resolved:
        return None
    row.recovering_since = row.recovering_since or at
    if row.notified_at is None:  # it has passed before anybody heard of it
        row.resolved = True
    elif abs(at - row.recovering_since) >= steady(row.occurrences):
        row.resolved = True
        return "trouble_over"
    return None


def steady(times: int) -> timedelta:
    """How long it must be well again to be over: at once the first time, longer for what comes and goes."""
    return timedelta() if times < 2 else min(timedelta(minutes=1) * 2 ** min(times - 2, 8), LONGEST_STEADY)


def look(system: Services, holder: LeaseHolder, signs: Iterable[Sign]) -> None:
    """The listener's way to tell: through the outbox. Raises LeaseLost."""
    with system.database.session() as session:
        moved = [sign for sign in signs if moves(session, sign)]
    if moved:
        with holder.transaction(system.database, LEASE) as session:
            for sign in moved:
                if content := notice(session, sign):
                    for channel in recipients(system, session):
                        outbox.enqueue(
                            session, channel, f"trouble:{sign.subject}", content.as_json(), open=False
                        )


def moves(session: Session, sign: Sign) -> bool:
    """Whether anything is to be written: most of the time all is as it was."""
    row = session.get(Incident, sign.subject) or Incident(subject=sign.subject)
    after, _ = step(row, sign, now())
    return after.model_dump() != row.model_dump()


def notice(session: Session, sign: Sign) -> IncidentOpened | IncidentClosed | None:
    """What is to be told of it. Of all who look at once, one is given it."""
    this = col(Incident.subject) == sign.subject
    # A write that changes nothing: from here on nobody else moves the row.
    if session.exec(update(Incident).where(this).values(subject=sign.subject)).rowcount:
        row = session.exec(select(Incident).where(this)).one()
    else:
        session.add(row := Incident(subject=sign.subject))
        session.flush()
    after, word = step(row, sign, now())
    session.merge(after)
    return content_of(after, word) if word else None


def content_of(row: Incident, word: Word) -> IncidentOpened | IncidentClosed:
    log.warning(
        word.replace("_", " is "), extra={"subject": row.subject, "reason": "; ".join(row.details.values())}
    )
    if word == "trouble":
        return IncidentOpened.of(row.subject, row.since.timestamp(), row.occurrences, row.details)
    lasted = abs((row.recovering_since or row.since) - row.since).total_seconds()
    return IncidentClosed(subject=row.subject, lasted=lasted, times=row.occurrences)


def recipients(system: Services, session: Session) -> list[str]:
    """The channel for all alerts, and every admin; a user group, too: the poster knows who is in it."""
    channel = routing.general(routing.all_routes(session), system.settings.alert_channel).channel
    return list(dict.fromkeys(filter(None, (channel, *system.settings.slack_admins))))


def stuck(system: Services) -> dict[str, str]:
    """Extensions that have not been live for long, a line for each of the first; empty: none."""
    waits = col(Extension.state) != State.LIVE, col(Extension.updated_at) < now() - STUCK_AFTER
    with system.database.session() as session:
        rows = session.exec(select(Extension).where(*waits).order_by(*BY_NUMBER)).all()
    return {row.number: _line(row) if place < LINES_SHOWN else "" for place, row in enumerate(rows)}


def _line(row: Extension) -> str:
    whose = f", made for {row.employee_ref}" if row.employee_ref else ""
    return f"{wording.label(row)}{whose}: {wording.configuration(row)}"
