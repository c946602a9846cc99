"""What is wrong for longer is reported once, with what to check, and once more when it is resolved, whichever process sees it.

Whoever watches a subject hands in an Observation every few seconds; the subject's row knows what was reported.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

from sqlmodel import Session, col, select, update

from handlers.alerts import routing
from handlers.alerts.incident_messages import IncidentOpened, IncidentResolved
from handlers.alerts.incident_states import IncidentChange, Observation, transition
from models import outbox
from models.incident import Incident
from models.lease import LeaseHolder
from models.types import now
from pbx.services import Services

log = logging.getLogger("switchhook.incidents")


def report(services: Services, holder: LeaseHolder, observations: Iterable[Observation]) -> None:
    """Report through the outbox, as the listener does. Raises LeaseLost."""
    with services.database.session() as session:
        rows = {row.subject: row for row in session.exec(select(Incident))}
        changes = [each for each in observations if would_change(rows.get(each.subject), each)]
    if changes:
        with holder.transaction() as session:
            for each in changes:
                if content := record(session, each):
                    for channel in recipients(services, session):
                        outbox.enqueue(
                            session, channel, f"trouble:{each.subject}", content.as_json(), open=False
                        )


def would_change(row: Incident | None, seen: Observation) -> bool:
    """Return whether anything is to be written: most of the time all is as it was."""
    row = row or Incident(subject=seen.subject)
    after, _ = transition(row, seen, now())
    return after.model_dump() != row.model_dump()


def record(session: Session, seen: Observation) -> IncidentOpened | IncidentResolved | None:
    """Write the row, and return what is to be reported: of all processes that see it at once, to one alone."""
    this = col(Incident.subject) == seen.subject
    # A write that changes nothing locks the row: no other process moves it from here on.
    if session.exec(update(Incident).where(this).values(subject=seen.subject)).rowcount:
        row = session.exec(select(Incident).where(this)).one()
    else:
        session.add(row := Incident(subject=seen.subject))
        session.flush()
    after, change = transition(row, seen, now())
    session.merge(after)
    return message_of(after, change) if change else None


def message_of(row: Incident, change: IncidentChange) -> IncidentOpened | IncidentResolved:
    """Return what people read of a change, and log it."""
    reason = "; ".join(row.details.values())
    log.warning("an incident is %s", change, extra={"subject": row.subject, "reason": reason})
    if change == "opened":
        return IncidentOpened.of(row.subject, row.since.timestamp(), row.occurrences, row.details)
    lasted = abs((row.recovering_since or row.since) - row.since).total_seconds()
    return IncidentResolved(subject=row.subject, lasted=lasted, times=row.occurrences)


def recipients(services: Services, session: Session) -> list[str]:
    """Return the channel for all alerts, and every admin; a user group, too: the poster knows who is in it."""
    channel = routing.catch_all(routing.all_routes(session), services.settings.alert_channel).channel
    return list(dict.fromkeys(filter(None, (channel, *services.settings.slack_admins))))
