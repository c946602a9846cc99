"""Employees whose turn it is, each on its own: an error with one of them does not stop the others."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select

from handlers.onboarding import action_ids
from handlers.onboarding.admin_messages import PhoneNotWorking
from handlers.onboarding.assignment import employee_ref_sql
from handlers.onboarding.context import OnboardingContext, notify_admins, save
from handlers.slack.errors import SLACK_AWAY
from handlers.slack.message_content import MessageContent
from models.employee import Employee, Stage
from models.extension import Extension
from models.lease import LeaseLost
from models.types import now
from pbx.errors import Overtaken

log = logging.getLogger("switchhook.onboard")
TRY_AGAIN = timedelta(days=1)


def due_employees(context: OnboardingContext, stage: Stage) -> list[Employee]:
    """Return those at this stage whose turn it is: by time, or because the extension was changed since."""
    changed = (col(Extension.employee_ref) == employee_ref_sql()) & (
        col(Extension.updated_at) > col(Employee.updated_at)
    )
    is_due = col(Employee.next_try_at).is_(None) | (col(Employee.next_try_at) <= now())
    is_due |= select(Extension.id).where(changed).exists()
    query = select(Employee).where(Employee.stage == stage, is_due).order_by(col(Employee.id))
    with context.services.database.session() as session:
        return list(session.exec(query))


def isolated(
    context: OnboardingContext, employee: Employee, step: Callable[[OnboardingContext, Employee], bool]
) -> bool:
    """Take a step for one employee. An unforeseen error is reported and retried the next day; Slack's and the database's are raised."""
    try:
        return step(context, employee)
    except (SQLAlchemyError, LeaseLost, *SLACK_AWAY):
        raise
    except Overtaken:  # an admin has changed it meanwhile; retried the next time
        return False
    except Exception as error:
        log.exception("an employee's phone is held up", extra={"employee": employee.id})
        reason = f"Something is wrong inside Switchhook ({type(error).__name__}), and its log says more"
        content = PhoneNotWorking(name=employee.name, number=employee.number or "", reason=reason)
        retry_tomorrow(context, employee, content)
        return False


def retry_tomorrow(context: OnboardingContext, employee: Employee, content: MessageContent) -> None:
    """Try once more the next day; the admins are notified the first time."""
    with context.services.database.session() as session:
        if employee.next_try_at is None:
            is_question = content.kind == action_ids.NO_SLACK
            subject = f"{content.kind}:{employee.id}"
            notify_admins(session, context, subject, content, is_question=is_question)
        employee.next_try_at = now() + TRY_AGAIN
        save(session, employee)
