"""Old rows of every table that grows are deleted, and what people without an extension have permitted is taken back."""

from __future__ import annotations

from datetime import timedelta

from handlers.onboarding import giving, missing_details
from handlers.onboarding import inbox as hr_inbox
from handlers.oncall import leaving
from handlers.slack import deduplication
from models import (
    api_token,
    audit,
    csv_import,
    idempotency,
    inbox,
    inbox_answer,
    login_link,
    open_home,
    outbox,
    password_handover,
    step_execution,
    voicemail_message,
    web_session,
)
from pbx import history
from pbx.services import Services

TABLES = (
    hr_inbox,
    audit,
    api_token,
    deduplication,
    csv_import,
    idempotency,
    inbox,
    inbox_answer,
    login_link,
    open_home,
    password_handover,
    step_execution,
    voicemail_message,
    web_session,
)


def prune(services: Services) -> None:
    """Delete the rows that nobody needs any more, and take back what people without an extension have permitted."""
    database = services.database
    history.prune(database, timedelta(days=services.settings.keep_events_days))
    for table in TABLES:
        table.prune(database)
    leaving.disconnect_all(database)
    outbox.prune(database, hr_inbox.QUESTION, missing_details.QUESTION, giving.QUESTION)
