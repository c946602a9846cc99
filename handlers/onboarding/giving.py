"""Whom Slack does not know by their address is named by an admin; then they are welcomed as everybody."""

from __future__ import annotations

import logging

from sqlmodel import Session

from handlers.onboarding import password, slack_users
from handlers.onboarding.action_ids import NO_SLACK
from handlers.onboarding.assignment import set_slack_user
from handlers.slack import done_copies
from handlers.slack.done import Done
from models import outbox
from models.actor import Actor
from models.employee import Stage
from pbx.errors import Refusal
from pbx.services import Services

QUESTION = f"{NO_SLACK}:"  # begins the subject of each question; one that is open is never too old to answer

log = logging.getLogger("switchhook.onboard")


def give(services: Services, employee_id: int, user_id: str, *, by: Actor) -> str:
    """Note who an employee is in Slack, and return the number of their phone. Raises Refusal, Overtaken."""
    found = password.phone_of(services, employee_id)
    if found is None:
        raise Refusal("they have no phone any more that could be given to anybody: see /ext hr")
    employee, extension = found
    slack_users.must_be_fit(services.settings, user_id)
    with services.database.session() as session:
        if employee.stage is not Stage.READY or extension.slack_user_id:
            words = (
                f"{extension.number} has been given to somebody already: see /ext status {extension.number}"
            )
            raise done_copies.too_late(session, _subject(employee_id), words)
        set_slack_user(session, extension, user_id, by)
        close_question(session, employee_id, done_copies.done_by(by, "chosen in Slack"))
    log.info("an employee is named in Slack", extra={"number": extension.number, "by": str(by)})
    return extension.number


def close_question(session: Session, employee_id: int, done: Done) -> None:
    """Have every copy of the question say that nobody needs to answer it any more."""
    done_copies.settle(session, _subject(employee_id), done)
    outbox.close_all(session, _subject(employee_id))


def _subject(employee_id: int) -> str:
    return f"{QUESTION}{employee_id}"
