"""What onboarding works with, and how it keeps employees and tells admins."""

from __future__ import annotations

from dataclasses import dataclass

from slack_sdk import WebClient
from sqlmodel import Session, col, select, update

from handlers.slack.message_content import MessageContent
from models import lease_step, outbox
from models.employee import Employee
from models.types import now
from pbx.services import Services


@dataclass(frozen=True)
class OnboardingContext:
    """What onboarding works with."""

    services: Services
    client: WebClient

    def find(self, source: str, external_id: str) -> Employee | None:
        with self.services.database.session() as session:
            this = col(Employee.source) == source, col(Employee.external_id) == external_id
            return session.exec(select(Employee).where(*this)).first()

    def save(self, employee: Employee, **more: object) -> None:
        with self.services.database.session() as session:
            save(session, employee, **more)


def save(session: Session, employee: Employee, **more: object) -> None:
    """Write all but `secret_shown_at`, which the web process may be writing: it is to be named in `more`. Raises LeaseLost."""
    lease_step.fence(session)
    employee.updated_at = now()
    values = employee.model_dump(exclude={"id", "secret_shown_at"}) | more
    if employee.id is None:
        session.add(employee)
    else:
        session.exec(update(Employee).where(col(Employee.id) == employee.id).values(**values))


def notify_admins(
    session: Session,
    context: OnboardingContext,
    subject: str,
    content: MessageContent,
    *,
    is_question: bool = False,
) -> None:
    """Enqueue a message to each of SLACK_ADMINS; the poster knows who is in a user group. A question is edited later."""
    for admin in context.services.settings.slack_admins:
        outbox.enqueue(session, admin, subject, content.as_json(), open=is_question)
