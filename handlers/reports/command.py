"""`/ext report …`: the calls and phones of a day or week, in words at once, and as a picture."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from handlers.reports import asked, sending, weekly_command
from handlers.reports.asked import USAGE as USAGE
from handlers.reports.messages import in_words
from handlers.slack.blocks import SlackMessage
from handlers.slack.command_text import Arguments
from models import inbox
from pbx.errors import Refusal
from pbx.reports import counting
from pbx.reports.periods import Period
from pbx.services import Services

log = logging.getLogger("switchhook.reports")

WEEKLY = "weekly"


def run(services: Services, given: Arguments) -> SlackMessage:
    """Run the subcommand. Raises Refusal, SQLAlchemyError."""
    if given.words and given.words[0].lower() == WEEKLY:
        return weekly_command.run(services, given, given.words[1:])
    if given.slack_user_id or given.settings:
        raise Refusal(f"a report is of all calls: {asked.EXAMPLE}")
    keep = timedelta(days=services.settings.keep_events_days)
    wanted = asked.parse(given.words, datetime.now().astimezone().date(), keep)
    report = counting.report(services, Period.of(wanted.kind, wanted.day))
    with services.database.session() as session:
        inbox.fence(session)  # posted once
        if wanted.here:
            sending.enqueue_words(session, given.asked_in, report)
        sending.enqueue_picture(session, given.asked_in if wanted.here else given.asked_by, report)
    log.info("a report was asked for", extra={"by": str(given.by), "report": f"{report.kind} {report.first}"})
    if wanted.here:
        return in_words(report, "This and the picture are being posted here.")
    return in_words(report, "The picture comes to you as a direct message of Switchhook’s.")
