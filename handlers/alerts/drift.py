"""What differs from the database is posted once a day, when something of it is new."""

from __future__ import annotations

import logging
from datetime import timedelta

from sqlmodel import Session

from handlers.alerts import routing
from handlers.alerts.drift_messages import LINES_SHOWN, DriftFound
from models import outbox
from models.incident import Incident
from models.lease import LeaseHolder
from models.types import now
from pbx.drift.look import look
from pbx.drift.report import DriftReport
from pbx.errors import ConfigFileError
from pbx.services import Services

log = logging.getLogger("switchhook.drift")

SUBJECT = "drift"  # of the row that knows what was posted, and when it was last looked for
PERIOD = timedelta(days=1)


def report_daily(services: Services, holder: LeaseHolder) -> None:
    """Do it once a day; when files or Asterisk could not be looked at, the next time this is called. Raises LeaseLost."""
    with services.database.session() as session:
        row = session.get(Incident, SUBJECT)
    if row is None or now() - row.since >= PERIOD:
        report_new(services, holder)


def report_new(services: Services, holder: LeaseHolder) -> None:
    """Post what is new; what is as it was the day before, people have heard of. Raises LeaseLost."""
    try:
        report = look(services)
    except ConfigFileError as error:  # the lock is not to be had; publish() says so
        log.warning("drift is not looked for", extra={"reason": str(error)})
        return
    # Neither files that cannot be read nor an Asterisk that does not answer is drift: they are incidents of their own.
    if report.unasked is None and not any(each.kind == "files" for each in report.drifts):
        with holder.transaction() as session:
            _record(services, session, report)


def _record(services: Services, session: Session, report: DriftReport) -> None:
    row = session.get(Incident, SUBJECT) or Incident(subject=SUBJECT)
    found = {each.key: each.text for each in (*report.drifts, *report.overwritten)}
    new = [text for key, text in found.items() if key not in row.details]
    row.details, row.since = dict.fromkeys(found, ""), now()
    session.add(row)
    channel = routing.catch_all(routing.all_routes(session), services.settings.alert_channel).channel
    if new:
        log.warning("the phone system differs from the database", extra={"keys": [*found]})
    if new and channel:
        content = DriftFound(lines=tuple(new[:LINES_SHOWN]), count=len(new))
        outbox.enqueue(session, channel, SUBJECT, content.as_json(), open=False)
